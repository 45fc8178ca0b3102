"""What an endpoint can be told: an event type for each line that a record can have, named ``ticket.<line>`` (docs/webhooks.md)."""

from __future__ import annotations

from tickets.models import Event

PREFIX = "ticket."
TEST = "desk.test"
"""What the page sends to try an endpoint; belongs to no ticket."""

INTERNAL = frozenset(
    {
        Event.Type.NOTED, Event.Type.ESCALATED, Event.Type.ACKNOWLEDGED, Event.Type.REASSIGNED,
        Event.Type.TEAM_CALLED, Event.Type.VENDOR_CALLED, Event.Type.TIER_RAISED, Event.Type.TIER_TAKEN,
        Event.Type.LINKED,
    }
)  # fmt: skip
"""Lines that no customer reads; of the others each line itself says whether it is public."""


def choices(*, for_customer: bool) -> list[tuple[str, str]]:
    """Answer the lines that an endpoint may ask for, as the record names them."""
    return [(str(kind), f"{PREFIX}{kind} · {kind.label}") for kind in Event.Type if not (for_customer and kind in INTERNAL)]


def named(line: str) -> str:
    """Answer the event type of a line of the record."""
    return f"{PREFIX}{line}"
