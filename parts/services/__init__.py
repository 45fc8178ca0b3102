"""Everything that can be done with parts; used through the module: ``services.reserve(part, actor=…, at=…)``."""

from parts.services.catalogue import save_depot, save_part, set_minimum
from parts.services.handing import exchange, release, reserve, sell, supply, use
from parts.services.moving import count, receive, transfer
from parts.services.pricing import Decision
from parts.services.purchasing import call_off, order, order_missing, place, request, take_in, track
from parts.services.repairing import bring_back, send_for_repair, write_off

__all__ = [
    "Decision",
    "bring_back",
    "call_off",
    "count",
    "exchange",
    "order",
    "order_missing",
    "place",
    "receive",
    "release",
    "request",
    "reserve",
    "save_depot",
    "save_part",
    "sell",
    "send_for_repair",
    "set_minimum",
    "supply",
    "take_in",
    "track",
    "transfer",
    "use",
    "write_off",
]
