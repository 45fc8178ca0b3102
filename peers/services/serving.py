"""Serving connections: what is new over there is asked for, then the tickets that are due are served, several side by side.

Each linked ticket has a lease of its own: a request that hangs holds up its ticket alone, and any number of workers share the rest.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections, transaction
from django.db.models import F

from integrations.sending import lines_kept
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
LONGEST_REST, LONGEST_WAIT = 60, 3600
"""Seconds for which a side that does not answer, and a ticket that fails, are left alone at most."""
SHOWN = 300


@dataclass(slots=True)
class Shift:
    """The time of one task, and the connections that have turned out to rest meanwhile."""

    at: datetime
    started: float = field(default_factory=time.monotonic)
    resting: set[int] = field(default_factory=set)

    def now(self) -> datetime:
        """Answer the time, in whole seconds."""
        return self.at + timedelta(seconds=int(time.monotonic() - self.started))

    @property
    def ends(self) -> float:
        """Answer when nothing more is begun, on the monotonic clock."""
        return self.started + WORK_SECONDS

    @property
    def is_over(self) -> bool:
        """Whether nothing more is begun."""
        return time.monotonic() >= self.ends


def exchange(at: datetime) -> int:
    """Do whatever is due for any connection, until nothing is or the time of a task is over; answer how many tickets were served."""
    shift, total = Shift(at), 0
    while not shift.is_over:
        with lines_kept():
            _each(shift, selectors.to_ask, _ask)
        done = _serve(shift)
        with lines_kept():
            _each(shift, selectors.to_be_compared, _compare)
        total += done
        if not done:
            break
    return total


def _each(shift: Shift, which: Callable[[datetime], selectors.Connections], act: Callable[[Lease, Shift], None]) -> None:
    """Do something for each of these connections that nobody else does it for."""
    while not shift.is_over and (lease := fencing.take(shift.now, which(shift.now()).exclude(pk__in=shift.resting))) is not None:
        try:
            act(lease, shift)
            _answers(lease.connection)
        except LeaseLost:
            logger.info("Connection %s is served by another worker", lease.connection.pk)
        except Trouble as trouble:
            _rests(shift, lease.connection, trouble)
        finally:
            lease.release()


def _ask(lease: Lease, shift: Shift) -> None:
    pull(lease, Turn(lease.connection, shift.now, shift.ends).peer, shift.now())


def _compare(lease: Lease, shift: Shift) -> None:
    comparing.compare(Turn(lease.connection, shift.now, shift.ends), lease)


# --- Linked tickets -----------------------------------------------------------------------------


def _serve(shift: Shift) -> int:
    """Serve due tickets until none is; several at a time, each in a thread that has its own line and its own database."""
    keys = list(selectors.with_due(shift.now()).exclude(pk__in=shift.resting).values_list("pk", flat=True))
    if not keys:
        return 0
    if settings.PEERS_AT_ONCE == 1:
        return _served(shift, keys)
    with ThreadPoolExecutor(settings.PEERS_AT_ONCE, "peers") as pool:
        return sum(pool.map(lambda _number: _apart(shift, keys), range(settings.PEERS_AT_ONCE)))


def _apart(shift: Shift, keys: list[int]) -> int:
    try:
        return _served(shift, keys)
    finally:
        connections.close_all()


def _served(shift: Shift, keys: list[int]) -> int:
    """Serve one ticket of each connection in turn, so that none waits behind another's thousands; answer how many."""
    left, turns, done = list(keys), dict[int, Turn](), 0
    with lines_kept():
        while left and not shift.is_over:
            key = left.pop(0)
            lease = fencing.take_link(shift.now, key) if key not in shift.resting else None
            if lease is None or lease.link is None:
                continue
            if key not in turns:
                turns[key] = Turn(lease.connection, shift.now, shift.ends)
            _sync(turns[key], lease, lease.link, shift)
            left.append(key)
            done += 1
    return done


def _sync(turn: Turn, lease: Lease, link: Link, shift: Shift) -> None:
    """Serve a ticket; one that fails by itself waits, and keeps no other waiting."""
    try:
        turn.sync(lease, link)
        _answers(lease.connection)
    except LeaseLost:
        logger.info("Linked ticket %s is served by another worker", link.pk)
    except Broken as trouble:
        _waits(lease, link, trouble.text, shift.now())
    except Trouble as trouble:
        _rests(shift, lease.connection, trouble)
        lease.release()
    except Exception as error:
        logger.exception("Linked ticket %s could not be served", link.pk)
        _waits(lease, link, repr(error), shift.now())


def _waits(lease: Lease, link: Link, why: str, at: datetime) -> None:
    seconds = min(2 ** min(link.attempts, 12), LONGEST_WAIT)
    try:
        with lease.writing():
            Link.objects.filter(pk=link.pk).update(
                attempts=F("attempts") + 1, next_at=at + timedelta(seconds=seconds), problem=why[:SHOWN] if link.attempts else "",
                lease=None, leased_until=None,
            )  # fmt: skip
            lease.log(at, "out", link.key or str(link.ticket or ""), error=why)
    except LeaseLost:
        logger.info("Linked ticket %s is served by another worker", link.pk)


def _answers(connection: Connection) -> None:
    """The other side is there: forget that it was not."""
    if connection.failures:
        Connection.objects.filter(pk=connection.pk, rests_until=connection.rests_until).update(failures=0, failing_since=None, error="")


@transaction.atomic
def _rests(shift: Shift, connection: Connection, trouble: Trouble) -> None:
    """Leave it alone: 1 second at first, twice as long each time, or as long as it asks.

    Of several requests that failed side by side one counts.
    """
    at = shift.now()
    shift.resting.add(connection.pk)
    seconds = min(2 ** min(connection.failures, 12), LONGEST_REST)
    if isinstance(trouble, Unreachable) and trouble.seconds:
        seconds = trouble.seconds
    rows = Connection.objects.filter(pk=connection.pk)
    rows.filter(failures=connection.failures).update(
        failures=F("failures") + 1, rests_until=at + timedelta(seconds=seconds), error=trouble.text[:SHOWN]
    )
    rows.filter(failing_since=None).update(failing_since=at)
