"""Serving connections: whoever holds a connection's lease asks what is new, then serves its tickets one after another."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from peers import selectors
from peers.errors import Broken, LeaseLost, Trouble, Unreachable
from peers.models import Connection, Link
from peers.services import comparing, fencing
from peers.services.pulling import pull
from peers.services.syncing import Turn

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from peers.services.fencing import Lease

logger = logging.getLogger(__name__)
WORK_SECONDS = 8.0
"""When to begin with no further ticket: the next task goes on."""
LONGEST_REST, LONGEST_WAIT = 300, 3600
"""Seconds for which a side that does not answer, and a ticket that fails, are left alone at most."""
SHOWN = 300


def exchange(at: datetime) -> int:
    """Serve whatever connection has something due, until none has or the time of a task is over; answer how many tickets were served."""
    started, done = time.monotonic(), 0

    def now() -> datetime:
        return at + timedelta(seconds=int(time.monotonic() - started))

    while time.monotonic() - started < WORK_SECONDS and (lease := fencing.take(now())) is not None:
        try:
            done += _serve(lease, now, started + WORK_SECONDS)
        finally:
            lease.release()
    return done


def _serve(lease: Lease, now: Callable[[], datetime], ends: float) -> int:
    """Serve one connection; what does not answer at all is left alone for a while, longer each time."""
    done = 0
    try:
        turn = Turn(lease, now)
        if lease.connection.receives and lease.connection.pull_at <= now():
            pull(lease, turn.peer, now())
            _answers(lease)
        while time.monotonic() < ends and (link := _next(lease.connection, now())) is not None:
            lease.renew(now())
            _sync(turn, link, now)
            _answers(lease)
            done += 1
        if lease.connection.compare_since is not None and time.monotonic() < ends:
            comparing.compare(turn, ends)
    except LeaseLost:
        logger.info("Connection %s is served by another worker", lease.connection.pk)
    except Trouble as trouble:
        _rests(lease.connection, trouble, now())
    return done


def _next(connection: Connection, at: datetime) -> Link | None:
    return selectors.due_links(connection, at).select_related("ticket").first()


def _sync(turn: Turn, link: Link, now: Callable[[], datetime]) -> None:
    """Serve a ticket; one that fails by itself waits, and keeps no other waiting."""
    try:
        turn.sync(link)
    except Broken as trouble:
        _waits(turn.lease, link, trouble.text, now())
    except (Trouble, LeaseLost):
        raise
    except Exception as error:
        logger.exception("Linked ticket %s could not be served", link.pk)
        _waits(turn.lease, link, repr(error), now())


def _waits(lease: Lease, link: Link, why: str, at: datetime) -> None:
    seconds = min(2 ** min(link.attempts, 12), LONGEST_WAIT)
    with lease.writing():
        Link.objects.filter(pk=link.pk).update(
            attempts=F("attempts") + 1, next_at=at + timedelta(seconds=seconds), problem=why[:SHOWN] if link.attempts else ""
        )
        lease.log(at, "out", link.key or str(link.ticket or ""), link, error=why)


def _answers(lease: Lease) -> None:
    """The other side is there: forget that it was not."""
    if lease.connection.failures:
        Connection.objects.filter(pk=lease.connection.pk).update(failures=0, failing_since=None, error="")
        lease.connection.failures = 0


@transaction.atomic
def _rests(connection: Connection, trouble: Trouble, at: datetime) -> None:
    """Leave it alone: 1 second at first, twice as long each time, or as long as it asks."""
    seconds = min(2 ** min(connection.failures, 12), LONGEST_REST)
    if isinstance(trouble, Unreachable) and trouble.seconds:
        seconds = trouble.seconds
    Connection.objects.filter(pk=connection.pk).update(
        failures=F("failures") + 1, rests_until=at + timedelta(seconds=seconds), error=trouble.text[:SHOWN]
    )
    Connection.objects.filter(pk=connection.pk, failing_since=None).update(failing_since=at)
