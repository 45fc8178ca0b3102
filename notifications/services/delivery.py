"""Bringing messages from the outbox to people."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from core.queue import claim
from notifications import selectors
from notifications.kinds import COLLECTED_KINDS
from notifications.mail import NotYetError, Postman, ServerAwayError, UndeliverableError
from notifications.models import Message, State, Wait
from notifications.quiet import quiet_end
from notifications.services.collecting import collect

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger(__name__)

BATCH = 100
LEASE = timedelta(minutes=3)
"""How long a claimed row belongs to its worker; after that the worker is taken for dead."""

WORK_SECONDS = 45.0
"""When to stop starting letters, so that the slowest server cannot make the last one outlast the lease."""

LADDER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""How long to wait after each failed try; after the last, the message waits for a person."""

TRIES = len(LADDER) + 1
DIED = "The worker ended during delivery."


def deliver_next_batch(at: datetime) -> int:
    """Send a batch of what waits; answer how many were handled, 0 when there is no use in going on."""
    claimed, decided = _claim(at)
    carried, server_is_there = _carry(claimed, at)
    _give_back(claimed[carried:])
    return max(len(claimed), decided) if server_is_there else 0


@transaction.atomic
def _claim(at: datetime) -> tuple[list[Message], int]:
    """Take the next rows for the time of a lease; a row that killed its worker on every try is given up.

    Answers with them how many rows were looked at to have many mails to one person become one.
    """
    waiting = Message.objects.filter(selectors.free(at), next_try_at__lte=at, carried_by=None).select_related("recipient")
    rows = claim(waiting.order_by("-urgent", "next_try_at", "id"), BATCH, of=("self",))
    spent = [row.pk for row in rows if row.attempts >= TRIES]
    given_up = Message.objects.filter(Q(pk__in=spent) | Q(carried_by__in=spent, state=State.PENDING))
    given_up.update(state=State.FAILED, leased_until=None, last_error=DIED)
    taken, decided = collect([row for row in rows if row.attempts < TRIES], at)
    _of(taken).update(attempts=F("attempts") + 1, leased_until=at + LEASE)
    for row in taken:
        row.attempts, row.leased_until = row.attempts + 1, at + LEASE
    return taken, decided


def _carry(messages: Sequence[Message], at: datetime) -> tuple[int, bool]:
    """Send one after another; answer how many were tried and whether the server can be used."""
    started = time.monotonic()  # a stopwatch: for the lease, and for how long after ``at`` each was sent
    postman = Postman()
    try:
        for tried, message in enumerate(messages):
            if time.monotonic() - started > WORK_SECONDS:
                return tried, True
            if not _deliver(message, postman, at, started):
                return tried + 1, False
    finally:
        postman.leave()
    return len(messages), True


def _deliver(message: Message, postman: Postman, at: datetime, started: float) -> bool:
    """Send one and mark it at once; answer whether the next can be tried."""
    try:
        postman.carry(message)
    except ServerAwayError as error:
        _put_off(message, error, at)
        return False
    except UndeliverableError as error:
        _mark(message, state=State.FAILED, last_error=_words(error))
    except NotYetError as error:
        _put_off(message, error, at)
    except Exception as error:  # one bad message must not keep the others from their readers
        logger.exception("Message %s could not be sent", message.pk)
        _put_off(message, error, at)
    else:
        _mark(message, state=State.SENT, sent_at=at + timedelta(seconds=int(time.monotonic() - started)), last_error="")
    return True


def _put_off(message: Message, error: Exception, at: datetime) -> None:
    if message.attempts >= TRIES:
        _mark(message, state=State.FAILED, last_error=_words(error))
    else:
        again = at + LADDER[message.attempts - 1]
        quiet_until = None if message.at_once else quiet_end(message.recipient, again)
        waits = {"waits": Wait.QUIET} if quiet_until else {}
        _mark(message, next_try_at=quiet_until or again, last_error=_words(error), **waits)


def _mark(message: Message, **facts: Any) -> None:
    """Write what became of a try, unless the lease was lost and another worker is at it; what the mail carried shares its end."""
    held = Message.objects.filter(pk=message.pk, state=State.PENDING, leased_until=message.leased_until)
    if message.kind not in COLLECTED_KINDS or "state" not in facts:
        held.update(leased_until=None, **facts)
        return
    with transaction.atomic():
        if held.update(leased_until=None, **facts):
            Message.objects.filter(carried_by=message.pk, state=State.PENDING).update(**facts)


def _give_back(messages: Sequence[Message]) -> None:
    """Release what was claimed and not tried, as if it had not been claimed."""
    if messages:
        held = _of(messages).filter(state=State.PENDING, leased_until=messages[0].leased_until)
        held.update(attempts=F("attempts") - 1, leased_until=None)


def _of(messages: Sequence[Message]) -> QuerySet[Message]:
    return Message.objects.filter(pk__in=[message.pk for message in messages])


def _words(error: Exception) -> str:
    return (str(error) or repr(error))[:500]
