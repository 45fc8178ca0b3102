"""Quiet hours delay the delivery of a mail, never what it tells of (rule 12 of the clock): its row in the inbox is there at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


def quiet_end(person: User | None, at: datetime) -> datetime | None:
    """Answer until when mail to a person waits; whoever has no account has no quiet hours."""
    quiet = person.quiet_hours if person is not None else None
    return quiet.until(at) if quiet else None
