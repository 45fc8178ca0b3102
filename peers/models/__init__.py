"""Connections, what stands for what, linked tickets, what waits, and what was found."""

from peers.models.connection import AT_ONCE, Connection, Mapping
from peers.models.exchange import Conflict, Difference, Entry, Link, Outgoing
from peers.models.foreign import Piece, Subscription

__all__ = ["AT_ONCE", "Conflict", "Connection", "Difference", "Entry", "Link", "Mapping", "Outgoing", "Piece", "Subscription"]
