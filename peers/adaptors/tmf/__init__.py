"""Helpdesks that speak TMF621 Trouble Ticket Management, version 4 or 5."""

from peers.adaptors.tmf.peer import TmfPeer, TmfV4, TmfV5

__all__ = ["TmfPeer", "TmfV4", "TmfV5"]
