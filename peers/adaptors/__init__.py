"""How peers of different kinds are spoken to: all through the same few calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peers.adaptors.desk import Desk

if TYPE_CHECKING:
    from peers.adaptors.peer import Peer
    from peers.models import Connection

ADAPTORS: dict[str, type[Desk]] = {"desk": Desk}


def of(connection: Connection) -> Peer:
    """Answer how a connection's other side is spoken to."""
    return ADAPTORS[connection.adaptor](connection)


def usual(adaptor: str) -> list[tuple[str, str, str, str]]:
    """Answer the mappings that a new connection begins with: of what, direction, ours, theirs."""
    return ADAPTORS[adaptor].usual()
