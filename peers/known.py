"""Which connections hear of our tickets, known by heart: a line of a record must not cost a query where nobody listens."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

from core.byheart import ByHeart
from peers.models import Connection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tickets.models import Ticket


class Known(NamedTuple):
    """What has to be known of a connection to tell whether a line is for it."""

    pk: int
    account: int
    organization: int | None
    kinds: frozenset[str]
    sends_all: bool
    shares_notes: bool

    def takes(self, ticket: Ticket) -> bool:
        """Whether a ticket of ours may be told there at all."""
        fits = self.organization is None or ticket.organization_id == self.organization
        return fits and ticket.kind in self.kinds and not (ticket.is_canary or ticket.is_confidential)


_applying: ContextVar[int | None] = ContextVar("peers_applying", default=None)


@contextmanager
def applying(connection: Connection) -> Iterator[None]:
    """What is written meanwhile comes from there: it is not sent back, whoever or whatever writes it."""
    token = _applying.set(connection.pk)
    try:
        yield
    finally:
        _applying.reset(token)


def comes_from() -> int | None:
    """Answer the connection that what is being written comes from."""
    return _applying.get()


def _read() -> tuple[Known, ...]:
    """Read the connections that are told something; for those that are paused it is kept."""
    rows = Connection.objects.exclude(direction=Connection.Direction.RECEIVE).order_by("pk")
    return tuple(
        Known(row.pk, row.account_id, row.organization_id, frozenset(row.kinds), row.sends == Connection.Sends.ALL, row.shares_notes)
        for row in rows
    )


listening: ByHeart[tuple[Known, ...]] = ByHeart("peers", _read, ())
