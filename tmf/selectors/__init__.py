"""Reading trouble tickets and appointments: who sees which, what a list is narrowed down to, and what is shown of each."""

from tmf.selectors.appointments import (
    appointments,
    appointments_filtered,
    appointments_ordered,
    appointments_shown,
    appointments_with_gone,
    key_of,
    searches_of,
)
from tmf.selectors.filtering import filtered, ordered
from tmf.selectors.listing import counted, hubs_for, hubs_of, profile_of, profiles_for, received_for, visible, waiting_events
from tmf.selectors.showing import shown

__all__ = [
    "appointments",
    "appointments_filtered",
    "appointments_ordered",
    "appointments_shown",
    "appointments_with_gone",
    "counted",
    "filtered",
    "hubs_for",
    "hubs_of",
    "key_of",
    "ordered",
    "profile_of",
    "profiles_for",
    "received_for",
    "searches_of",
    "shown",
    "visible",
    "waiting_events",
]
