"""How peers of different kinds are spoken to: all through the same few calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peers.adaptors.desk import Desk
from peers.adaptors.tmf import TmfPeer, TmfV4, TmfV5

if TYPE_CHECKING:
    from collections.abc import Mapping

    from peers.adaptors.peer import Peer
    from peers.models import Connection

ADAPTORS: dict[str, type[Desk | TmfPeer]] = {"desk": Desk, "tmf621v4": TmfV4, "tmf621v5": TmfV5}


def of(connection: Connection) -> Peer:
    """Answer how a connection's other side is spoken to."""
    return ADAPTORS[connection.adaptor](connection)


def teller(connection: Connection) -> TmfPeer | None:
    """Answer the other side, if it can be asked to tell us of changes."""
    chosen = ADAPTORS[connection.adaptor]
    return chosen(connection) if issubclass(chosen, TmfPeer) else None


def usual(adaptor: str) -> list[tuple[str, str, str, str]]:
    """Answer the mappings that a new connection begins with: of what, direction, ours, theirs."""
    return ADAPTORS[adaptor].usual()


def view(adaptor: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer a document of theirs with status, severity, kind, site and equipment under these names."""
    chosen = ADAPTORS[adaptor]
    return chosen.view(document) if issubclass(chosen, TmfPeer) else document


def path(adaptor: str, name: str) -> str:
    """Answer where a part of a document is over there."""
    chosen = ADAPTORS[adaptor]
    return chosen.PATHS.get(name, name) if issubclass(chosen, TmfPeer) else name
