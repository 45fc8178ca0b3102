"""Mailboxes on a real IMAP server: read once, marked after they are kept, and never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as of_tests
from django.db import DatabaseError
from django.test import Client

from core.errors import Invalid, NotAllowed
from core.time import now
from mailroom import services
from mailroom.errors import BadServer, Unreachable
from mailroom.models import PASSWORDS, IncomingMail, Mailbox
from mailroom.services import fetching, processing
from notifications.models import Message
from notifications.services import deliver_next_batch
from tests.mailroom.conftest import REPLY, written
from tests.mailroom.servers import PASSWORD, USER, MailStore
from tests.notifications.conftest import MailServer
from tests.processes import ROOT, environment
from tests.worlds import make_promising_world, make_ticket
from tickets import services as tickets
from tickets.models import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def running() -> Iterator[MailStore]:
    store = MailStore()
    yield store
    store.stop()


@pytest.fixture
def store(running: MailStore, settings: Any) -> Iterator[MailStore]:
    settings.MAILBOXES_ALLOW_PRIVATE = True
    yield running
    running.empty()


@pytest.fixture
def make(world: Any, store: MailStore) -> Callable[..., Mailbox]:
    def make(**more: Any) -> Mailbox:
        facts = {"name": "服务台", "address": USER, "host": "127.0.0.1", "port": store.port, "security": "none", "username": USER}
        facts |= {"folder": "INBOX", "done_folder": "", "kind": "fault", "severity": 3, "password": PASSWORD}
        return services.create_mailbox(**{**facts, **more}, actor=world.manager, at=now())

    return make


def fetch(at: Any = None) -> None:
    """Read all that is due, each mailbox once."""
    at = at or now()
    Mailbox.objects.update(next_at=at)
    while services.fetch_next(at):
        pass


def subjects() -> list[str]:
    return list(IncomingMail.objects.order_by("pk").values_list("subject", flat=True))


def test_what_is_new_is_kept_once_and_marked_as_read(store, make):
    store.put(written("a@b.example", subject="read before"), flags=r"(\Seen)")
    store.put(written("a@b.example", subject="one"))
    box = make()
    fetch()
    store.put(written("a@b.example", subject="two"))
    store.put(written("a@b.example", subject="three"), flags=r"(\Seen)")  # somebody looked at it by webmail: it is taken all the same
    fetch()
    fetch()
    assert subjects() == ["one", "two", "three"]
    assert store.found("UNSEEN") == 0
    box.refresh_from_db()
    assert (box.checked_at is not None, box.failing_since, box.leased_until) == (True, None, None)
    assert set(IncomingMail.objects.values_list("mailbox", "way")) == {(box.pk, "imap")}


def test_what_was_taken_is_moved_where_a_folder_is_named(store, make):
    with store.opened() as line:
        line.create("Done")
    store.put(written("a@b.example", subject="one"))
    store.put(written("a@b.example", subject="deleted by somebody"), flags=r"(\Seen \Deleted)")
    make(done_folder="Done")
    fetch()
    assert subjects()[0] == "one"
    assert store.found("ALL", "Done") == len(subjects())


def test_another_numbering_or_a_lost_place_makes_nothing_twice(store, make):
    store.put(written("a@b.example", subject="one"))
    box = make()
    fetch()
    Mailbox.objects.update(uid_validity=1, last_uid=10**9)
    store.put(written("a@b.example", subject="two"))
    fetch()
    Mailbox.objects.update(last_uid=0)
    fetch()
    assert sorted(subjects()) == ["one", "two"]
    box.refresh_from_db()
    assert box.last_uid > 0


def test_of_what_is_too_large_only_the_head_is_fetched(store, make, settings):
    settings.MAIL_MAX_BYTES = 3000
    store.put(written("a@b.example", "x" * 4000, subject="large"))
    store.put(written("a@b.example", subject="small"))
    make()
    fetch()
    assert list(IncomingMail.objects.order_by("pk").values_list("subject", "state", "reason")) == [
        ("large", "review", "too_large"),
        ("small", "new", ""),
    ]


def test_a_mailbox_that_does_not_answer_says_so_rests_and_tells_after_an_hour(store, make, world):
    box, at = make(password="wrong"), now()
    fetch(at)
    box.refresh_from_db()
    assert (box.failing_since, box.leased_until) == (at, None)
    assert "AUTHENTICATIONFAILED" in box.last_error
    assert services.fetch_next(at) == 0
    assert not Message.objects.filter(kind="mailbox_failing").exists()
    fetch(at + timedelta(hours=1))
    fetch(at + timedelta(hours=2))
    assert Message.objects.filter(kind="mailbox_failing", recipient=world.manager, channel="inbox").count() == 1
    services.change_mailbox(box, password=PASSWORD, actor=world.manager, at=at)
    fetch(at + timedelta(hours=3))
    box.refresh_from_db()
    assert (box.failing_since, box.last_error) == (None, "")


def test_a_forged_head_and_what_cannot_be_kept_keep_nothing_behind_them(store, make, monkeypatch):
    nests = b"Content-Type: multipart/mixed; boundary=a\r\n" * 120
    store.put(nests + written("a@b.example", subject="forged"))
    store.put(written("a@b.example", subject="odd"))
    store.put(written("a@b.example", subject="behind"))
    box, real = make(), fetching.receive

    def receive(raw, **more):
        if b"odd" in raw:
            raise ValueError("nothing can be made of it")
        return real(raw, **more)

    monkeypatch.setattr(fetching, "receive", receive)
    fetch()
    assert subjects() == ["forged", "behind"]
    assert store.found("UNSEEN") == 1, "what was not kept stays as it is"
    box.refresh_from_db()
    assert (box.failing_since, "nothing can be made of it" in box.left_words) == (None, True)


def test_a_database_that_is_away_leaves_every_message_for_later(store, make, monkeypatch):
    def away(*_given, **_more):
        raise DatabaseError("away")

    store.put(written("a@b.example", subject="one"))
    box = make()
    with monkeypatch.context() as patch:
        patch.setattr(fetching, "receive", away)
        fetch()
    box.refresh_from_db()
    assert (box.failing_since is not None, box.left_words) == (True, "")
    fetch(now() + timedelta(minutes=20))
    assert subjects() == ["one"]


def test_a_missing_folder_for_what_was_taken_is_told_and_stops_nothing(store, make, world):
    store.put(written("a@b.example", subject="one"))
    store.put(written("a@b.example", subject="two"))
    box = make(done_folder="Nowhere")
    with pytest.raises(Unreachable, match="Nowhere"):
        services.try_out(box, actor=world.manager, at=now())
    fetch()
    assert subjects() == ["one", "two"]
    box.refresh_from_db()
    assert (box.failing_since, box.left_at is not None) == (None, True)
    page = Client()
    page.force_login(world.manager)
    assert box.left_words in unescape(page.get(box.get_absolute_url()).content.decode())
    services.change_mailbox(box, done_folder="", actor=world.manager, at=now())
    box.refresh_from_db()
    assert (box.left_words, box.left_at) == ("", None)


def test_trying_it_out_takes_nothing(store, make, world):
    store.put(written("a@b.example"))
    box = make()
    assert services.try_out(box, actor=world.manager, at=now()) == 1
    assert (subjects(), store.found("UNSEEN")) == ([], 1)
    with pytest.raises(NotAllowed):
        services.try_out(box, actor=world.dispatcher, at=now())


def test_a_password_is_kept_encrypted_and_goes_to_no_other_server(make, world, settings):
    box = make()
    assert PASSWORD not in box.secret
    assert PASSWORDS.opened(box.secret) == PASSWORD
    assert "secret" not in {field.name for field in Mailbox.history.model._meta.fields}
    with pytest.raises(Invalid) as refused:
        services.change_mailbox(box, host="evil.example", actor=world.manager, at=now())
    assert refused.value.field == "password"
    settings.SECRET_KEY = "another"
    assert PASSWORDS.opened(box.secret) is None
    with pytest.raises(Unreachable):
        services.try_out(box, actor=world.manager, at=now())


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"host": "10.0.0.1"}, "host"),
        ({"host": "localhost"}, "host"),
        ({"host": "imap.example.com/x"}, "host"),
        ({"host": ""}, "host"),
        ({"host": "imap.example.com", "security": "none"}, "security"),
    ],
)
def test_a_server_inside_a_network_is_refused_unless_it_is_allowed(make, settings, given, field):
    settings.MAILBOXES_ALLOW_PRIVATE = False
    with pytest.raises(BadServer) as refused:
        make(**{"security": "tls", **given})
    assert refused.value.field == field


def test_a_name_that_leads_inside_is_not_called(make, settings):
    box = make()
    settings.MAILBOXES_ALLOW_PRIVATE = False
    fetch()
    box.refresh_from_db()
    assert "inside a network" in box.last_error


# --- all the way, with processes that are killed


PROCESS = """
import os, django
django.setup()
from core.time import now
from mailroom import imap, services
from mailroom.services import taking
def cut_after(real):
    def cut(*given, **more):
        real(*given, **more)
        os.kill(os.getpid(), 9)
    return cut
if {what!r} == "fetch":
    imap.Line.put_away = lambda *given: os.kill(os.getpid(), 9)
    services.fetch_next(now())
else:
    taking.tickets.reply = cut_after(taking.tickets.reply)
    services.process_next(now())
"""


def killed(what: str) -> int:
    """Do it in a process that dies in the middle."""
    more = {"DATA_DIR": str(of_tests.DATA_DIR), "SECRET_KEY": of_tests.SECRET_KEY, "MAILBOXES_ALLOW_PRIVATE": "true"}
    env = environment(MAIL_REPLY_ADDRESS=REPLY, MAIL_FROM=f"Pledge Desk <{REPLY}>", **more)
    return subprocess.run([sys.executable, "-c", PROCESS.format(what=what)], cwd=ROOT, env=env, check=False, timeout=120).returncode


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_our_mail_is_answered_and_the_answer_stands_once_though_workers_are_killed(store, settings, transactional_db):
    assert os.environ.get("DATABASE_URL")
    world, smtp = make_promising_world(), MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", smtp.port, False
    ticket = make_ticket(world, at=now())
    with smtp.running():
        tickets.contact(ticket, actor=world.engineer, at=now(), text="请问重启过吗？")
        while deliver_next_batch(now()):
            pass
    ours = next(
        mail for mail in reversed(smtp.mails) if world.customer.email in mail["To"] and "重启过" in mail.get_body(("plain",)).get_content()
    )
    answer = EmailMessage(policy=policy.SMTP)
    answer["From"], answer["To"], answer["Subject"] = world.customer.email, parseaddr(ours["Reply-To"])[1], f"回复：{ours['Subject']}"
    answer["Message-ID"], answer["In-Reply-To"], answer["References"] = (
        "<answer@hospital.example>",
        ours["Message-ID"],
        f"{ours['References']} {ours['Message-ID']}",
    )
    quoted = "\n".join(f"> {line}" for line in ours.get_body(("plain",)).get_content().splitlines())
    answer.set_content(f"重启过两次。\n\n在 2026年11月23日，服务台 <{REPLY}> 写道：\n{quoted}\n")
    store.put(answer.as_bytes())
    facts = {"name": "x", "address": USER, "host": "127.0.0.1", "port": store.port, "security": "none", "username": USER, "folder": "INBOX"}
    services.create_mailbox(**facts, done_folder="", kind="fault", severity=3, password=PASSWORD, actor=world.manager, at=now())
    assert killed("fetch") == -signal.SIGKILL
    assert (IncomingMail.objects.count(), store.found("UNSEEN")) == (1, 1)
    later = now() + timedelta(minutes=10)  # the lease of the dead is over
    fetch(later)
    assert (IncomingMail.objects.count(), store.found("UNSEEN")) == (1, 0)
    assert killed("process") == -signal.SIGKILL
    assert not ticket.events.filter(type=Event.Type.REPLIED).exists()
    assert services.process_next(now()) == 0
    while services.process_next(now() + processing.LEASE):
        pass
    fetch(later + timedelta(hours=1))
    event = ticket.events.get(type=Event.Type.REPLIED)
    assert (event.text, event.actor) == ("重启过两次。", world.customer)
    assert IncomingMail.objects.get().state == "taken"
