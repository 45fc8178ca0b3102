"""What is done with sources and what they send; used through the module: ``services.receive(source, …, at=…)``."""

from inbound.services.receiving import Rehearsal, limit_of, receive, rehearse, try_again, work_on
from inbound.services.sources import change_source, create_source, pause, resume, rotate
from inbound.services.tray import dismiss, place
from inbound.services.upkeep import forget_next_arrivals, forget_next_cases, listen, take_next_left

__all__ = [
    "Rehearsal",
    "change_source",
    "create_source",
    "dismiss",
    "forget_next_arrivals",
    "forget_next_cases",
    "limit_of",
    "listen",
    "pause",
    "place",
    "receive",
    "rehearse",
    "resume",
    "rotate",
    "take_next_left",
    "try_again",
    "work_on",
]
