"""Peer helpdesks: tickets that two desks work on, exchanged in both directions."""
