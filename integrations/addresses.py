"""Which addresses of the network may be called: the rules of the house (core/addresses.py)."""

from core.addresses import PORTS, BadAddress, Place, check, is_inside, is_public, resolved, taken_apart

__all__ = ["PORTS", "BadAddress", "Place", "check", "is_inside", "is_public", "resolved", "taken_apart"]
