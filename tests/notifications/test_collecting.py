"""Thousands of late tickets are a handful of mails: the first go by themselves, the rest as one, severity 1 at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import services as people
from notifications.collecting import SPACE, Allowance, Mail, plan
from notifications.models import Message, State, Wait
from notifications.services import Draft, deliver_next_batch, delivery, post, resend_all
from notifications.services.delivery import BATCH, LEASE
from tests.notifications.conftest import NOW
from tests.notifications.samples import escalation_of

WINDOW = timedelta(minutes=15)
ALLOWANCE = Allowance(2, WINDOW)


@dataclass
class Row:
    """As much of a message as the rule looks at."""

    name: str
    at_once: bool = False
    waits: str = ""
    recipient: Any = None


def rows(words: str) -> list[Row]:
    """`a` is new, `a!` of severity 1, `a~` has waited for the end of the window, `a.` for that of the quiet hours."""
    marks = {"~": Wait.COLLECTED, ".": Wait.QUIET}
    return [
        Row(word[0], at_once="!" in word, waits=next((marks[mark] for mark in word[1:] if mark in marks), "")) for word in words.split()
    ]


def sent(words: str) -> list[Mail]:
    """`3` went three minutes ago, `3!` about severity 1, `3~` ended a window."""
    return [Mail(NOW - timedelta(minutes=float(word.rstrip("!~"))), "!" in word, "~" in word) for word in words.split()]


@pytest.mark.once
@pytest.mark.parametrize(
    ("due", "lately", "mails", "held", "minutes", "why"),
    [
        ("a b", "", "a b", "", None, "as many as may go by themselves"),
        ("a b c d", "", "a b", "c d", 15, "what is more waits a window"),
        ("a b c", "5", "a", "b c", 10, "the window began with the first mail"),
        ("a", "5 3", "", "a", 10, "a full window"),
        ("a b", "16 15", "a b", "", None, "older mails count no longer"),
        ("a~ b~ c", "14", "abc", "", None, "at its end all that waits goes as one, and what has just come with it"),
        ("a~", "", "a", "", None, "one that waited alone"),
        ("a", "14 13 1~", "a", "", None, "the mail that ended a window began the next: one of two is left"),
        ("a b", "14 13 1~", "a", "b", 14, "which ends a window after it"),
        ("a. b.", "", "a b", "", None, "few that waited for the morning go as they are"),
        ("a. b. c.", "", "abc", "", None, "many of them as one"),
        ("a! b! c!", "2 1", "abc", "", None, "severity 1 waits for no window, and goes as one"),
        ("a!", "0.5!", "", "a", 0.5, "but only one mail a minute"),
        ("a!", "1!", "a", "", None, "a minute later"),
        ("a! b c", "", "a b", "c", 15, "a mail about severity 1 counts as one of the window"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) > 20 else "",
)
def test_what_goes_now_what_together_and_what_waits(due: str, lately: str, mails: str, held: str, minutes: float | None, why: str) -> None:
    made = plan(rows(due), sent(lately), ALLOWANCE, NOW)  # type: ignore[arg-type]
    assert ["".join(row.name for row in mail) for mail in made.mails] == mails.split(), why
    assert [row.name for row, _until, _why in made.held] == held.split(), why
    assert {until for _row, until, _why in made.held} == ({NOW + timedelta(minutes=minutes)} if minutes else set()), why


# --- with the outbox


def late(recipient: Any, place: int, at: Any = NOW, *, items: int = 1, at_once: bool = False) -> Message:
    """One round of the sweep: a message about so many tickets."""
    numbers = range(place * items + 1, (place + 1) * items + 1)
    context = {"items": [escalation_of(number) for number in numbers]}
    post([Draft(kind="escalation", recipient=recipient, context=context, key=f"escalation:{place}", urgent=True, at_once=at_once)], at=at)
    return Message.objects.get(channel="email", dedupe_key__startswith=f"escalation/escalation:{place}/")


def drain(at: Any) -> int:
    return sum(iter(lambda: deliver_next_batch(at), 0))


def mails() -> Any:
    return Message.objects.filter(channel="email")


def test_five_go_and_the_rest_is_one_mail_at_the_end_of_the_window(engineer) -> None:
    for place in range(12):
        late(engineer, place)
    drain(NOW)
    assert len(sent_mail.outbox) == 5
    held = mails().filter(state=State.PENDING)
    assert set(held.values_list("waits", "next_try_at")) == {(Wait.COLLECTED, NOW + WINDOW)}
    drain(NOW + WINDOW - timedelta(seconds=1))
    assert len(sent_mail.outbox) == 5
    drain(NOW + WINDOW)
    assert len(sent_mail.outbox) == 6
    digest = sent_mail.outbox[-1]
    assert digest.subject.startswith("7 项")
    assert "http://localhost:8000/inbox/" in digest.body
    assert set(mails().values_list("state", flat=True)) == {State.SENT}
    carrier = mails().get(carried_by=None, waits=Wait.COLLECTED)
    assert set(mails().filter(carried_by=carrier).values_list("sent_at", "attempts")) == {(NOW + WINDOW, 0)}


def test_five_thousand_late_tickets_of_half_an_hour_are_eleven_mails(engineer) -> None:
    for place in range(100):
        at = NOW + timedelta(seconds=18 * place)
        late(engineer, place, at, items=50)
        drain(at)
    drain(NOW + 2 * WINDOW)
    assert len(sent_mail.outbox) == 5 + (1 + 4) + 1
    assert not mails().exclude(state=State.SENT).exists(), "of each it is known when it was delivered"
    told = sum(int(match[0]) for mail in sent_mail.outbox if (match := re.match(r"\d+", mail.subject)))
    assert told == 5000, "each ticket stands in one mail"
    assert Message.objects.filter(channel="inbox").count() == 100, "the inbox has them all, a round each"


def test_more_than_a_batch_that_waits_is_one_mail_all_the_same(engineer) -> None:
    for place in range(BATCH + 50):
        late(engineer, place)
    drain(NOW)
    drain(NOW + WINDOW)
    assert len(sent_mail.outbox) == 6


def test_severity_1_goes_at_once_and_not_more_than_one_mail_a_minute(engineer) -> None:
    for second in range(0, 120, 10):
        late(engineer, second, NOW + timedelta(seconds=second), at_once=True)
        drain(NOW + timedelta(seconds=second))
    drain(NOW + timedelta(seconds=120))
    assert [mail.subject[:3] for mail in sent_mail.outbox] == ["[SD", "6 项", "5 项"]
    times = sorted(set(mails().values_list("sent_at", flat=True)))
    assert times == [NOW, NOW + SPACE, NOW + 2 * SPACE]


def test_each_person_is_counted_for_themselves(engineer, manager) -> None:
    for place in range(6):
        late(engineer if place % 2 else manager, place)
    drain(NOW)
    assert len(sent_mail.outbox) == 6


def test_what_waits_does_not_wake_people_at_night(engineer) -> None:
    people.change_quiet_hours(engineer, quiet_from=time(9, 10), quiet_until=time(12), time_zone="", actor=engineer)  # NOW is 09:00
    for place in range(7):
        late(engineer, place)
    drain(NOW)
    held = mails().filter(state=State.PENDING)
    assert set(held.values_list("waits", "next_try_at")) == {(Wait.QUIET, NOW + timedelta(hours=3))}


class WorkerDied(BaseException):
    """What kill -9 is to a test that wants to go on."""


def die(*args: Any, **facts: Any) -> None:
    raise WorkerDied


def collected(engineer, count: int = 8) -> None:
    for place in range(count):
        late(engineer, place)
    drain(NOW)
    sent_mail.outbox.clear()


@pytest.mark.parametrize("where", ["_carry", "_mark"], ids=["before it is sent", "after it is sent"])
def test_a_worker_that_dies_with_a_digest_loses_nothing_and_sends_at_most_the_same_mail(engineer, monkeypatch, where) -> None:
    collected(engineer)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, where, die)
        with pytest.raises(WorkerDied):
            deliver_next_batch(NOW + WINDOW)
    late(engineer, 99, NOW + WINDOW)  # what comes meanwhile does not change the mail
    drain(NOW + WINDOW + LEASE)
    digests = [mail for mail in sent_mail.outbox if mail.subject.startswith("3 项")]
    assert len(digests) == (2 if where == "_mark" else 1)
    assert len({mail.extra_headers["Message-ID"] for mail in digests}) == 1
    assert len({mail.body for mail in digests}) == 1
    drain(NOW + 3 * WINDOW)
    assert not mails().exclude(state=State.SENT).exists()


def test_a_digest_that_is_given_up_can_be_sent_again_whole(engineer, manager, smtp) -> None:
    for place in range(8):
        late(engineer, place)
    with smtp.running():
        drain(NOW)
        smtp.refusals[engineer.email] = "550 no such mailbox"
        drain(NOW + WINDOW)
        assert mails().filter(state=State.FAILED).count() == 3
        assert set(mails().filter(state=State.FAILED).values_list("last_error", flat=True)) == {"550 no such mailbox"}
        smtp.refusals.clear()
        resend_all(actor=manager)
        drain(NOW + WINDOW)
    assert len(smtp.mails) == 6
    assert not mails().exclude(state=State.SENT).exists()


def test_while_the_server_is_away_the_limit_holds_too(engineer, smtp) -> None:
    for place in range(8):
        late(engineer, place)
    deliver_next_batch(NOW)  # nobody answers
    with smtp.running():
        drain(NOW + timedelta(hours=1))
        drain(NOW + timedelta(hours=1) + WINDOW)
    assert len(smtp.mails) <= 6
    assert not mails().exclude(state=State.SENT).exists()


def test_deciding_takes_the_same_statements_for_few_and_for_many(engineer, manager) -> None:
    counts = []
    for first, last in ((0, 20), (20, BATCH)):
        for place in range(first, last):
            late(manager if place % 2 else engineer, place)
        with CaptureQueriesContext(connection) as queries:
            delivery._claim(NOW + timedelta(hours=first))
        counts.append(len(queries))
    assert counts[1] <= counts[0], counts
