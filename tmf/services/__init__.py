"""What happens to trouble tickets, subscriptions, received events and profiles."""

from tmf.services.changing import change, delete
from tmf.services.hubs import subscribe, unsubscribe
from tmf.services.inbox import done, failed, forget_next_events, on_received, receive
from tmf.services.making import create
from tmf.services.profiles import save_profile

__all__ = [
    "change",
    "create",
    "delete",
    "done",
    "failed",
    "forget_next_events",
    "on_received",
    "receive",
    "save_profile",
    "subscribe",
    "unsubscribe",
]
