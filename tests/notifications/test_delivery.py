"""Mail arrives once, comes back when it cannot be sent, and is never lost out of sight."""

from datetime import timedelta
from email.utils import parseaddr
from types import SimpleNamespace

import pytest
from django.core import mail as sent_mail

from core.errors import NotAllowed, NotNow
from core.time import now
from notifications import selectors
from notifications.models import AT_ONCE, Message, State
from notifications.services import deliver_next_batch, delivery, resend, resend_all
from notifications.services.delivery import BATCH, LADDER, LEASE, TRIES
from notifications.tasks import deliver
from tests.notifications.conftest import NOW, post_mail
from tests.notifications.samples import FULL, TICKET


def drain(at=NOW):
    return list(iter(lambda: deliver_next_batch(at), 0))


def fresh(message):
    return Message.objects.get(pk=message.pk)


# --- what arrives


def test_a_mail_arrives_as_text_and_html_in_the_readers_language(smtp, engineer):
    message = post_mail(engineer, kind="ticket_reported", context=FULL["ticket_reported"])
    with smtp.running():
        assert deliver_next_batch(NOW) == 1
    (got,) = smtp.mails
    assert got["Subject"].strip() == "[SD-20261121-0042] 核心交换机宕机"  # the same for all mails of the ticket
    assert parseaddr(got["To"])[1] == engineer.email
    assert got["Auto-Submitted"] == "auto-generated"
    text, html = (part.get_content() for part in got.iter_parts())
    assert "李伟，您好：" in text
    assert "响应：2026-11-21 16:00 前" in text
    assert "http://localhost:8000/tickets/42/" in text
    assert 'href="http://localhost:8000/tickets/42/"' in html
    assert (fresh(message).state, fresh(message).sent_at) == (State.SENT, NOW)


def test_markup_that_people_write_is_inert_in_html(smtp, engineer):
    post_mail(engineer, kind="ticket_replied", context={**TICKET, "author": "x", "text": "<script>alert(1)</script>"})
    with smtp.running():
        deliver_next_batch(NOW)
    text, html = (part.get_content() for part in smtp.mails[0].iter_parts())
    assert "<script>alert(1)</script>" in text
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_a_line_break_in_a_subject_forges_no_header(smtp, engineer):
    post_mail(engineer, context={**TICKET, "subject": "x\nBcc: all@hospital.example"})
    with smtp.running():
        assert deliver_next_batch(NOW) == 1
    assert smtp.mails[0]["Bcc"] is None


def test_the_address_and_language_of_the_day_of_delivery_hold(engineer, db):
    post_mail(engineer)
    engineer.email, engineer.language = "li.wei@new.example", "en"
    engineer.save()
    deliver_next_batch(NOW)
    (got,) = sent_mail.outbox
    assert got.to == ["li.wei@new.example"]
    assert "Assigned to you" in got.body


def test_mails_of_a_ticket_share_a_thread_and_urgent_ones_say_so(engineer):
    post_mail(engineer, "a")
    post_mail(engineer, "b", urgent=True)
    deliver_next_batch(NOW)
    urgent, plain = (got.message() for got in sent_mail.outbox)  # the urgent one goes first
    assert (urgent["Importance"], plain["Importance"]) == ("high", None)
    assert urgent["References"] == plain["References"] == "<SD-20261121-0042@localhost>"
    assert urgent["Message-ID"] != plain["Message-ID"]


def test_the_task_delivers_what_waits(engineer):
    message = post_mail(engineer)
    deliver()
    assert fresh(message).state == State.SENT
    assert fresh(message).sent_at <= now()


def test_batches_follow_until_nothing_waits(engineer, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 2)
    for i in range(5):
        post_mail(engineer, f"event-{i}")
    assert drain() == [2, 2, 1]
    assert len(sent_mail.outbox) == 5


# --- what does not arrive at once


def test_while_the_server_is_away_mail_waits_and_the_sweep_stops_early(smtp, engineer):
    messages = [post_mail(engineer, f"event-{i}") for i in range(3)]
    assert deliver_next_batch(NOW) == 0  # no use in going on
    tried, *others = (fresh(message) for message in messages)
    assert (tried.attempts, tried.next_try_at, tried.leased_until) == (1, NOW + LADDER[0], None)
    assert "Connection refused" in tried.last_error
    assert {(other.attempts, other.next_try_at, other.leased_until) for other in others} == {(0, AT_ONCE, None)}
    with smtp.running():
        assert drain() == [2]
        assert drain(NOW + LADDER[0]) == [1]
    assert len(smtp.mails) == 3
    assert fresh(tried).last_error == ""


def test_each_failed_try_waits_longer_until_it_is_given_up(smtp, engineer):
    message, at, waits = post_mail(engineer), NOW, []
    while message.state == State.PENDING:
        deliver_next_batch(at)
        message = fresh(message)
        waits.append(message.next_try_at - at)
        at = max(at, message.next_try_at)
    assert waits[:-1] == list(LADDER)
    assert message.attempts == TRIES
    assert "Connection refused" in message.last_error
    assert list(selectors.undelivered(State.FAILED)) == [message]


def test_nothing_is_tried_before_its_time(smtp, engineer):
    post_mail(engineer)
    deliver_next_batch(NOW)
    with smtp.running():
        assert drain(NOW + LADDER[0] - timedelta(seconds=1)) == []


REFUSALS = [
    pytest.param("550 no such mailbox", State.FAILED, id="an unknown mailbox stays unknown"),
    pytest.param("450 greylisted, try again", State.PENDING, id="a temporary refusal asks to try again"),
]


@pytest.mark.parametrize(("answer", "state"), REFUSALS)
def test_one_refused_address_does_not_keep_others_waiting(smtp, engineer, customer, answer, state):
    refused, other = post_mail(engineer, "a"), post_mail(customer, "b")
    smtp.refusals[engineer.email] = answer
    with smtp.running():
        assert deliver_next_batch(NOW) == 2
    assert fresh(refused).state == state
    assert fresh(refused).last_error == answer
    assert fresh(other).state == State.SENT


def test_a_server_that_takes_few_mails_a_connection_is_called_again(smtp, engineer):
    for i in range(5):
        post_mail(engineer, f"event-{i}")
    smtp.a_connection = 2
    with smtp.running():
        assert deliver_next_batch(NOW) == 5
    assert len(smtp.mails) == 5


def test_one_that_cannot_be_rendered_does_not_keep_others_waiting(engineer, caplog):
    broken, other = post_mail(engineer, "a"), post_mail(engineer, "b")
    Message.objects.filter(pk=broken.pk).update(context={**TICKET, "due_at": "yesterday"})
    deliver_next_batch(NOW)
    assert (fresh(broken).state, fresh(other).state) == (State.PENDING, State.SENT)
    assert "yesterday" in fresh(broken).last_error
    assert "could not be sent" in caplog.text


def test_who_was_switched_off_meanwhile_gets_nothing(engineer):
    message = post_mail(engineer)
    engineer.is_active = False
    engineer.save()
    deliver_next_batch(NOW)
    assert fresh(message).state == State.FAILED
    assert sent_mail.outbox == []


# --- workers that die, workers that are slow


class WorkerDied(BaseException):
    """What kill -9 is to a test that wants to go on."""


def die(*args, **kwargs):
    raise WorkerDied


def test_a_worker_that_died_between_sending_and_marking_is_followed_by_the_same_mail(smtp, engineer, monkeypatch):
    message = post_mail(engineer)
    with smtp.running():
        with monkeypatch.context() as patch:
            patch.setattr(delivery, "_mark", die)
            with pytest.raises(WorkerDied):
                deliver_next_batch(NOW)
        assert drain(NOW + LEASE - timedelta(seconds=1)) == []  # it may still be alive
        assert drain(NOW + LEASE) == [1]
    first, second = smtp.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert fresh(message).state == State.SENT
    assert fresh(message).attempts == 2


def test_a_mail_that_kills_its_worker_each_time_is_given_up(engineer):
    message = post_mail(engineer)
    Message.objects.filter(pk=message.pk).update(attempts=TRIES, leased_until=NOW)
    drain(NOW + LEASE)
    assert (fresh(message).state, fresh(message).last_error) == (State.FAILED, delivery.DIED)
    assert sent_mail.outbox == []


def test_a_worker_that_lost_its_lease_writes_nothing(engineer):
    message = post_mail(engineer)
    (slow,) = delivery._claim(NOW)[0]
    (quick,) = delivery._claim(NOW + LEASE)[0]
    delivery._mark(quick, state=State.SENT, sent_at=NOW)
    delivery._put_off(slow, ValueError("too late"), NOW)
    assert (fresh(message).state, fresh(message).last_error) == (State.SENT, "")


def test_what_a_slow_server_leaves_is_given_back_before_the_lease_ends(engineer, monkeypatch):
    messages = [post_mail(engineer, f"event-{i}") for i in range(3)]
    ticks = iter([0, 0, 30, delivery.WORK_SECONDS + 1])  # begun, the first begun and sent, the second not begun
    monkeypatch.setattr(delivery, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
    assert deliver_next_batch(NOW) == 3
    assert [fresh(message).state for message in messages] == [State.SENT, State.PENDING, State.PENDING]
    assert [(fresh(message).attempts, fresh(message).leased_until) for message in messages[1:]] == [(0, None)] * 2
    assert fresh(messages[0]).sent_at == NOW + timedelta(seconds=30), "when it was sent, not when the batch began"


def test_a_claimed_row_is_not_claimed_again(engineer):
    post_mail(engineer)
    assert len(delivery._claim(NOW)[0]) == 1
    assert delivery._claim(NOW) == ([], 0)


def test_claiming_takes_the_same_statements_for_one_and_for_many(engineer, django_assert_num_queries):
    post_mail(engineer)
    with django_assert_num_queries(4):  # savepoint, select, update, release
        delivery._claim(NOW)
    for i in range(BATCH):
        post_mail(engineer, f"more-{i}")
    with django_assert_num_queries(4):
        delivery._claim(NOW)


# --- a person sends again


@pytest.fixture
def given_up(engineer):
    message = post_mail(engineer)
    Message.objects.filter(pk=message.pk).update(state=State.FAILED, attempts=TRIES, last_error="no such mailbox")
    return fresh(message)


def test_a_manager_sends_again_with_all_tries(given_up, manager):
    message = resend(given_up, actor=manager, at=NOW)
    assert (message.state, message.attempts, message.next_try_at) == (State.PENDING, 0, AT_ONCE)
    assert drain() == [1]
    assert fresh(message).state == State.SENT


def test_a_manager_sends_everything_again_after_a_repair(given_up, manager, customer):
    other = post_mail(customer)
    assert resend_all(actor=manager) == 1
    assert drain() == [2]
    assert fresh(other).state == State.SENT


def test_what_waits_for_its_next_try_need_not_wait(smtp, engineer, manager):
    message = post_mail(engineer)
    deliver_next_batch(NOW)
    resend(message, actor=manager, at=NOW)
    with smtp.running():
        assert drain() == [1]


def test_what_is_being_sent_or_was_sent_is_not_sent_again(engineer, manager):
    message = post_mail(engineer)
    delivery._claim(NOW)
    with pytest.raises(NotNow):
        resend(message, actor=manager, at=NOW)
    drain(NOW + LEASE)
    with pytest.raises(NotNow):
        resend(message, actor=manager, at=NOW + LEASE)


def test_engineers_and_customers_do_not_send_again(given_up, engineer, customer):
    for person in (engineer, customer):
        with pytest.raises(NotAllowed):
            resend(given_up, actor=person, at=NOW)
        with pytest.raises(NotAllowed):
            resend_all(actor=person)
