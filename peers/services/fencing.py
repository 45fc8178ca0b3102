"""Whoever serves a linked ticket, or asks for a connection what is new, holds a lease; under one that was lost nothing is written."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from core.queue import claim
from peers import selectors
from peers.errors import LeaseLost
from peers.models import Connection, Entry, Link
from tickets.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from django.db.models import QuerySet

ERROR_SHOWN = 500


@dataclass(slots=True)
class Lease:
    """One worker's turn: with one linked ticket, or, without one, with a connection as a whole."""

    connection: Connection
    key: UUID
    until: datetime
    now: Callable[[], datetime]
    link: Link | None = None

    @contextmanager
    def writing(self, *, ticket: bool = False) -> Iterator[None]:
        """One transaction, if the turn is still ours: its row is held until the end, so that nobody takes it over meanwhile.

        ``ticket``: hold our ticket's row too, and first, as whoever writes into its record does.
        """
        with transaction.atomic():
            if ticket and self.link is not None and self.link.ticket_id is not None:
                Ticket.objects.select_for_update(of=("self",)).filter(pk=self.link.ticket_id).exists()
            if not self._rows().select_for_update(no_key=True).exists():
                raise LeaseLost
            if self.until - self.now() < _length() / 2:
                self._extend()
            yield

    def renew(self) -> None:
        """Go on for another while, unless it was lost or the connection has been paused."""
        if not Connection.objects.filter(pk=self.connection.pk, state=Connection.State.ACTIVE).exists() or not self._extend():
            raise LeaseLost

    def release(self) -> None:
        """Give it back, unless it was lost."""
        self._rows().update(lease=None, leased_until=None)

    def log(self, at: datetime, way: str, what: str, error: str = "") -> None:
        """Write a line of the connection's log."""
        Entry.objects.create(connection=self.connection, link=self.link, at=at, way=way, what=what[:120], error=error[:ERROR_SHOWN])

    def _extend(self) -> int:
        self.until = self.now() + _length()
        return self._rows().update(leased_until=self.until)

    def _rows(self) -> QuerySet[Link] | QuerySet[Connection]:
        if self.link is not None:
            return Link.objects.filter(pk=self.link.pk, lease=self.key)
        return Connection.objects.filter(pk=self.connection.pk, lease=self.key)


def _length() -> timedelta:
    return timedelta(seconds=settings.PEERS_LEASE_SECONDS)


def take(now: Callable[[], datetime], rows: QuerySet[Connection]) -> Lease | None:
    """Lease a connection of these that has something to ask, the one that has waited longest."""
    lease = uuid4()
    until = now() + _length()
    with transaction.atomic():
        found = claim(rows, 1)
        Connection.objects.filter(pk__in=[row.pk for row in found]).update(lease=lease, leased_until=until)
    return Lease(_fresh(found[0].pk), lease, until, now) if found else None


def take_link(now: Callable[[], datetime], connection: int) -> Lease | None:
    """Lease the linked ticket of a connection that has waited longest; none where the connection rests or is paused."""
    row, lease, until = _fresh(connection), uuid4(), now() + _length()
    if not row.is_active or row.rests_until > now():
        return None
    with transaction.atomic():
        found = claim(selectors.due_links(row, now()), 1)
        Link.objects.filter(pk__in=[link.pk for link in found]).update(lease=lease, leased_until=until)
    if not found:
        return None
    link = Link.objects.select_related("ticket").get(pk=found[0].pk)
    link.connection = row
    return Lease(row, lease, until, now, link)


def _fresh(connection: int) -> Connection:
    return Connection.objects.select_related("account", "organization").get(pk=connection)
