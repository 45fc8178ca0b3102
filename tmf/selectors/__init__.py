"""Reading trouble tickets: who sees which, what a list is narrowed down to, and what is shown of each."""

from tmf.selectors.filtering import filtered, ordered
from tmf.selectors.listing import counted, hubs_for, hubs_of, profile_of, profiles_for, received_for, visible, waiting_events
from tmf.selectors.showing import shown

__all__ = [
    "counted",
    "filtered",
    "hubs_for",
    "hubs_of",
    "ordered",
    "profile_of",
    "profiles_for",
    "received_for",
    "shown",
    "visible",
    "waiting_events",
]
