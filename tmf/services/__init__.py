"""What happens to trouble tickets, appointments, searches for a time, subscriptions, received events and profiles."""

from tmf.services.booking import create as book
from tmf.services.changing import change, delete
from tmf.services.hubs import subscribe, unsubscribe
from tmf.services.inbox import done, failed, forget_next_events, on_received, receive
from tmf.services.making import create
from tmf.services.profiles import save_profile
from tmf.services.rebooking import rebook, take_away
from tmf.services.slots import forget_next_searches, forget_search, search

__all__ = [
    "book",
    "change",
    "create",
    "delete",
    "done",
    "failed",
    "forget_next_events",
    "forget_next_searches",
    "forget_search",
    "on_received",
    "rebook",
    "receive",
    "save_profile",
    "search",
    "subscribe",
    "take_away",
    "unsubscribe",
]
