"""What is told is told once, with the change it is about, and never in its way."""

import socket
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from celery import Celery, current_app
from django.db import connection, transaction
from django.utils.translation import gettext_lazy

from notifications import nudge
from notifications.models import AT_ONCE, Message, State
from notifications.services import Draft, post
from servicedesk.broker import REDIS_OPTIONS
from tests.notifications.conftest import NOW, draft
from tests.notifications.samples import TICKET
from tests.processes import free_port


def test_a_draft_reaches_the_inbox_at_once_and_waits_as_mail(engineer):
    post([draft(engineer)], at=NOW)
    inbox, mail = Message.objects.order_by("-channel")
    assert (inbox.channel, inbox.state, inbox.sent_at) == ("inbox", State.SENT, NOW)
    assert (mail.channel, mail.state, mail.sent_at, mail.next_try_at) == ("email", State.PENDING, None, AT_ONCE)


def test_the_same_key_is_told_once(engineer):
    post([draft(engineer), draft(engineer)])
    post([draft(engineer)])
    assert Message.objects.count() == 2  # inbox and mail


def test_one_key_reaches_several_people(engineer, customer):
    post([draft(engineer, channels=["email"]), draft(customer, channels=["email"])])
    post([draft(None, address="guest@hospital.example", language="en"), draft(None, address="Guest@hospital.example")])
    assert sorted(message.to for message in Message.objects.all()) == [
        "guest@hospital.example",
        "li.wei@provider.example",
        "zhao@hospital.example",
    ]


def test_two_kinds_may_share_a_key(engineer):
    post([draft(engineer), draft(engineer, kind="ticket_closed")])
    assert Message.objects.count() == 4


def test_a_long_key_still_tells_apart(engineer):
    post([draft(engineer, "k" * 400 + "1", channels=["inbox"]), draft(engineer, "k" * 400 + "2", channels=["inbox"])])
    assert Message.objects.count() == 2


@pytest.mark.django_db
def test_somebody_without_account_gets_mail_only_in_a_language_of_choice():
    post([draft(None, address="guest@hospital.example", language="en")])
    assert [(message.channel, message.read_in) for message in Message.objects.all()] == [("email", "en")]


def test_who_is_switched_off_is_told_nothing(engineer):
    engineer.is_active = False
    assert post([draft(engineer)]) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "ticket_burnt"}, "no kind of message"),
        ({"context": {"subject": "x"}}, "needs ticket_number"),
        ({"kind": "escalation", "context": {"items": [TICKET]}}, "needs due_at, escalation_id, level, link, promise"),
        ({"address": "guest@hospital.example"}, "either to a user or to an address"),
        ({"recipient": None}, "either to a user or to an address"),
    ],
)
def test_a_draft_that_could_not_be_read_is_refused_where_it_is_made(engineer, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        post([replace(draft(engineer), **change)])


def test_moments_and_lazy_words_can_be_stored(engineer):
    context = {**TICKET, "promises": ({"promise": gettext_lazy("Inbox"), "due_at": datetime(2026, 1, 1, tzinfo=UTC)},)}
    post([draft(engineer, context=context, channels=["inbox"])])
    stored = Message.objects.get().context["promises"]
    assert stored == [{"promise": "收件箱", "promise_en": "Inbox", "due_at": "2026-01-01T00:00:00+00:00"}]


def test_posting_takes_one_statement_however_many(engineer, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        post([draft(engineer, f"event-{i}") for i in range(20)])


def test_nothing_to_tell_is_nothing_to_do(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert post([]) == 0


# --- the nudge


def nudges() -> int:
    return sum(entry[1] == nudge.delivery.wake for entry in connection.run_on_commit)


def test_a_transaction_wakes_delivery_once(engineer):
    for i in range(3):
        post([draft(engineer, f"event-{i}")])
    assert nudges() == 1


def test_a_message_that_only_stands_in_the_inbox_wakes_nobody(engineer):
    post([draft(engineer, channels=["inbox"])])
    assert nudges() == 0


def test_what_is_rolled_back_wakes_nobody_but_what_follows_does(engineer):
    with transaction.atomic():
        post([draft(engineer)])
        transaction.set_rollback(True)
    assert nudges() == 0
    post([draft(engineer)])
    assert nudges() == 1


@pytest.fixture
def broker():
    """Lets a test exchange the broker of this process."""
    usual = current_app._get_current_object()

    def use(url: str) -> None:
        app = Celery("elsewhere", broker=url, set_as_current=False)
        app.conf.update(broker_transport_options=REDIS_OPTIONS, task_publish_retry=False)
        app.set_current()

    yield use
    usual.set_current()


@pytest.fixture
def silent_port():
    """A port that takes connections and says nothing: the worst kind of outage."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("outage", ["refused", "silent"])
def test_a_broker_that_is_down_neither_fails_nor_holds_up_what_is_saved(engineer, broker, silent_port, outage):
    broker(f"redis://127.0.0.1:{silent_port if outage == 'silent' else free_port()}/0")
    started = time.monotonic()
    post([draft(engineer)])
    first = time.monotonic() - started
    for i in range(20):
        post([draft(engineer, f"later-{i}")])
    all_of_them = time.monotonic() - started
    assert Message.objects.count() == 42
    assert first < 5
    assert all_of_them - first < 5  # it is left alone for a while, not asked again by every request


@pytest.mark.django_db(transaction=True)
def test_a_nudge_is_a_message_on_the_mail_queue(engineer, broker):
    broker("memory://nudges")
    post([draft(engineer)])
    with current_app.connection_for_read() as wire:
        message = wire.SimpleQueue("mail").get(timeout=5)
        message.ack()
    assert message.headers["task"] == "notifications.tasks.deliver"


@pytest.mark.django_db(transaction=True)
def test_many_messages_in_a_row_wake_delivery_once(engineer, broker):
    broker("memory://one-nudge")
    with current_app.connection_for_read() as wire:
        queue = wire.SimpleQueue("mail")
        queue.clear()  # a broker in memory is one for all tests
        for i in range(5):
            post([draft(engineer, f"event-{i}")])
        assert queue.qsize() == 1


def test_the_task_the_nudge_names_is_there():
    from notifications.tasks import deliver

    assert deliver.name == nudge.delivery.task


def test_a_draft_says_what_is_wrong_by_name():
    with pytest.raises(TypeError):
        Draft("ticket_closed", TICKET, "key")  # by keyword only: nobody mixes up link and key
