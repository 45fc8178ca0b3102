"""Whoever serves a connection holds a lease; what is written under one that was lost is not written."""

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
from peers.models import Connection, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from peers.models import Link

ERROR_SHOWN = 500


@dataclass(slots=True)
class Lease:
    """One worker's turn with a connection."""

    connection: Connection
    key: UUID

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, if the turn is still ours: the row is held until its end, so that nobody takes it over meanwhile."""
        with transaction.atomic():
            if not Connection.objects.select_for_update().filter(pk=self.connection.pk, lease=self.key).exists():
                raise LeaseLost
            yield

    def renew(self, at: datetime) -> None:
        """Go on for another while."""
        ours = Connection.objects.filter(pk=self.connection.pk, lease=self.key, state=Connection.State.ACTIVE)
        if not ours.update(leased_until=at + timedelta(seconds=settings.PEERS_LEASE_SECONDS)):
            raise LeaseLost

    def release(self) -> None:
        """Give it back, unless it was lost."""
        Connection.objects.filter(pk=self.connection.pk, lease=self.key).update(lease=None, leased_until=None)

    def log(self, at: datetime, way: str, what: str, link: Link | None = None, error: str = "") -> None:
        """Write a line of the connection's log."""
        Entry.objects.create(connection=self.connection, link=link, at=at, way=way, what=what[:120], error=error[:ERROR_SHOWN])


@transaction.atomic
def take(at: datetime) -> Lease | None:
    """Lease the connection that has waited longest, with whatever it is for."""
    rows = claim(selectors.to_serve(at), 1)
    if not rows:
        return None
    key = uuid4()
    until = at + timedelta(seconds=settings.PEERS_LEASE_SECONDS)
    Connection.objects.filter(pk=rows[0].pk).update(lease=key, leased_until=until)
    return Lease(Connection.objects.select_related("account", "organization").get(pk=rows[0].pk), key)
