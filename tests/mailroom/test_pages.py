"""The pages of received mail."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.time import now
from mailroom import services
from mailroom.models import BlockedSender, IncomingMail, Mailbox
from tests.mailroom.conftest import came, written
from tests.mailroom.made import FOLDER
from tests.worlds import make_ticket, make_user
from tickets import services as tickets
from tickets.models import Event, Ticket

BOX = {
    "name": "服务台",
    "address": "desk@x.example",
    "host": "imap.x.example",
    "port": 993,
    "security": "tls",
    "username": "desk",
    "folder": "INBOX",
    "done_folder": "",
    "kind": "fault",
    "severity": 3,
    "password": "quiet-secret",
}


def url(name, *args):
    return reverse(f"mailroom:{name}", args=args)


@pytest.fixture
def as_dispatcher(client, world):
    client.force_login(world.dispatcher)
    return client


@pytest.fixture
def waiting(world):
    return came(written("王工 <wang@elsewhere.example>", "<script>alert(1)</script> 打不开", subject="<b>求助</b>"))


def test_a_mail_in_the_tray_is_taken_over_for_a_customer(as_dispatcher, world, waiting):
    page = as_dispatcher.get(url("tray")).content.decode()
    assert "&lt;b&gt;求助&lt;/b&gt;" in page
    assert "wang@elsewhere.example" in page
    shown = as_dispatcher.get(url("mail", waiting.pk)).content.decode()
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    wrong = as_dispatcher.post(url("accept", waiting.pk), {"customer": "nobody@x.example"})
    assert (wrong.status_code, "nobody@x.example" in wrong.content.decode()) == (422, True)
    assert as_dispatcher.post(url("accept", waiting.pk), {"customer": world.stranger.email, "site": world.site.pk}).status_code == 422
    done = as_dispatcher.post(url("accept", waiting.pk), {"customer": world.supervisor.email, "site": world.other_site.pk})
    ticket = Ticket.objects.get()
    assert done.headers["Location"] == ticket.get_absolute_url()
    assert (ticket.reporter, ticket.site, ticket.channel) == (world.supervisor, world.other_site, "email")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason, waiting.ticket, waiting.decided_by) == ("taken", "accepted", ticket, world.dispatcher)
    assert as_dispatcher.post(url("accept", waiting.pk), {"customer": world.supervisor.email}).status_code == 422  # it is decided
    assert Ticket.objects.count() == 1


def test_a_mail_in_the_tray_is_put_to_a_ticket_under_the_name_it_gives(as_dispatcher, world, waiting):
    ticket = make_ticket(world, at=now())
    assert as_dispatcher.post(url("attach", waiting.pk), {"ticket": "SD-20200101-0001"}).status_code == 422
    as_dispatcher.post(url("attach", waiting.pk), {"ticket": ticket.number.lower()})
    event = ticket.events.get(type=Event.Type.REPLIED)
    assert (event.actor, event.facts["from"]) == (None, "王工 <wang@elsewhere.example>")
    page = as_dispatcher.get(ticket.get_absolute_url()).content.decode()
    assert "通过邮件" in page
    assert url("mail", waiting.pk) in page


def test_who_reads_the_ticket_reads_how_it_came_and_only_staff_the_whole_mail(client, world):
    row = came(written(world.customer.email, "新内容\n\n在 2026-11-23，服务台 写道：\n> 旧内容"))
    for person, code in ((world.engineer, 200), (world.customer, 403), (world.stranger, 403)):
        client.force_login(person)
        assert client.get(url("mail", row.pk)).status_code == code
        answer = client.get(url("raw", row.pk))
        assert answer.status_code == code
        b"".join(answer)
    client.force_login(world.customer)
    page = client.get(row.ticket.get_absolute_url()).content.decode()
    assert "通过邮件" in page
    assert url("mail", row.pk) not in page
    client.force_login(world.engineer)
    raw = client.get(url("raw", row.pk))
    assert raw.headers["Content-Disposition"].startswith("attachment")
    assert raw.headers["X-Content-Type-Options"] == "nosniff"
    assert world.customer.email.encode() in b"".join(raw)
    assert "旧内容" in client.get(url("mail", row.pk)).content.decode()


def test_engineers_see_no_mail_that_is_no_tickets(client, world, waiting):
    client.force_login(world.engineer)
    assert client.get(url("mail", waiting.pk)).status_code == 404
    assert client.get(url("tray")).status_code == 403


def test_nobody_reads_by_mail_what_complains_about_them_in_confidence(client, world):
    who = make_user(role="dispatcher", office=world.office)
    row = came(written(world.customer.email, "派工员态度差"))
    Ticket.objects.filter(pk=row.ticket_id).update(kind="complaint")
    tickets.concern(Ticket.objects.get(), [who], actor=world.manager, at=now(), confidential=True)
    for person, code in ((world.manager, 200), (who, 404)):
        client.force_login(person)
        assert client.get(url("mail", row.pk)).status_code == code
        assert (f'href="{url("mail", row.pk)}"' in client.get(url("log")).content.decode()) is (code == 200)


def test_a_mail_is_discarded_brought_back_and_its_sender_blocked(as_dispatcher, waiting):
    as_dispatcher.post(url("discard", waiting.pk))
    assert IncomingMail.objects.get().state == "discarded"
    as_dispatcher.post(url("bring_back", waiting.pk))
    as_dispatcher.post(url("bring_back", waiting.pk))
    assert (IncomingMail.objects.get().state, IncomingMail.objects.get().reason) == ("review", "returned")
    as_dispatcher.post(url("block", waiting.pk))
    assert (IncomingMail.objects.get().state, IncomingMail.objects.get().reason) == ("discarded", "blocked")
    blocked = BlockedSender.objects.get()
    assert blocked.address == "wang@elsewhere.example"
    assert as_dispatcher.post(url("blocked"), {"address": "no address"}).status_code == 422
    as_dispatcher.post(url("blocked"), {"address": "@SPAM.example"})
    assert "@spam.example" in as_dispatcher.get(url("blocked")).content.decode()
    as_dispatcher.post(url("unblock", blocked.pk))
    assert BlockedSender.objects.get().address == "@spam.example"


@pytest.mark.parametrize(
    "name", ["html-nasty", "nest-bomb", "no-head", "many-parts", "html-hidden", "pgp-sealed", "winmail", "long-head", "odd-from"]
)
def test_every_hard_message_can_be_looked_at_and_does_nothing(as_dispatcher, name):
    row = came((FOLDER / f"{name}.eml").read_bytes())
    page = as_dispatcher.get(url("mail", row.pk))
    assert page.status_code == 200
    text = page.content.decode()
    for bad in ("javascript:alert", "onerror", "tracker.example", "evil.example", "<script>alert"):
        assert bad not in text


def test_a_mail_whose_file_is_gone_can_be_looked_at(as_dispatcher, waiting):
    waiting.raw.storage.delete(waiting.raw.name)
    assert as_dispatcher.get(url("mail", waiting.pk)).status_code == 200
    assert as_dispatcher.get(url("raw", waiting.pk)).status_code == 404
    assert as_dispatcher.post(url("attach", waiting.pk), {"ticket": "x"}).status_code == 422


def test_managers_look_after_mailboxes_and_see_no_password(client, world, settings):
    client.force_login(world.manager)
    assert client.get(url("new")).status_code == 200
    for wrong, field in (
        ({"password": ""}, "password"),
        ({"host": "10.0.0.1"}, "host"),
        ({"security": "none"}, "security"),
        ({"port": 0}, "port"),
        ({"done_folder": "INBOX"}, None),
    ):
        page = client.post(url("new"), {**BOX, **wrong})
        assert page.status_code == 422
        assert field is None or page.context["form"].errors[field]
        assert "quiet-secret" not in page.content.decode()
    client.post(url("new"), BOX)
    box = Mailbox.objects.get()
    page = client.get(box.get_absolute_url()).content.decode()
    assert "imap.x.example" in page
    assert "quiet-secret" not in page
    client.post(url("edit", box.pk), {**BOX, "password": "", "name": "报修"})
    assert Mailbox.objects.get().name == "报修"
    assert client.post(url("edit", box.pk), {**BOX, "password": "", "host": "imap.other.example"}).status_code == 422
    client.post(url("pause", box.pk))
    assert not Mailbox.objects.get().is_active
    client.post(url("resume", box.pk))
    assert Mailbox.objects.get().is_active
    told = client.post(url("try_out", box.pk), follow=True).content.decode()
    assert "没有应答" in told
    assert client.post(url("new"), BOX).status_code == 422  # the same folder twice
    client.force_login(world.admin)
    for name in ("mailbox", "incomingmail", "blockedsender"):
        assert client.get(reverse(f"admin:mailroom_{name}_changelist")).status_code == 200
    shown = client.get(reverse("admin:mailroom_mailbox_change", args=[box.pk])).content.decode()
    assert box.secret not in shown


def test_lists_go_on_by_key_with_as_many_queries_for_many(as_dispatcher, world):
    came(written(world.customer.email))
    came(written("a@elsewhere.example"))
    for address in (url("tray"), url("log")):
        with CaptureQueriesContext(connection) as few:
            as_dispatcher.get(address)
        rows = [
            IncomingMail(key=f"{address}{each}", way="pipe", size=1, state="review", reason="stranger", came_at=now()) for each in range(30)
        ]
        IncomingMail.objects.bulk_create(rows)
        with CaptureQueriesContext(connection) as many:
            page = as_dispatcher.get(address).context["page"]
        assert len(many) == len(few)
        assert (len(page.rows), page.has_next) == (25, True)
        assert as_dispatcher.get(f"{address}?cursor={page.next_cursor}").context["page"].rows
    assert not as_dispatcher.get(f"{url('log')}?state=discarded").context["page"].rows
    assert as_dispatcher.get(f"{url('log')}?state=nonsense").status_code == 200


def test_a_decision_of_two_at_once_is_made_once(world, waiting):
    services.discard(waiting, actor=world.dispatcher, at=now())
    from mailroom.errors import Decided

    for act, given in (
        (services.discard, {}),
        (services.accept, {"customer": world.customer}),
        (services.attach, {"ticket": make_ticket(world, at=now())}),
    ):
        with pytest.raises(Decided):
            act(waiting, **given, actor=world.dispatcher, at=now())
