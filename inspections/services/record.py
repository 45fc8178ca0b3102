"""The record of an inspection: lines that are only added, each chained to the one before."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from inspections.models import Inspection, InspectionEvent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.models import User


def note(
    visit: Inspection, kind: str, *, actor: User | None, at: datetime, text: str = "", facts: Mapping[str, Any] | None = None
) -> InspectionEvent:
    """Add a line to the record of an inspection whose row is locked (or new)."""
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in (facts or {}).items()}
    line = InspectionEvent(inspection=visit, seq=visit.event_count + 1, type=kind, at=at, actor=actor, text=text, facts=plain)
    visit.head_hash = line.seal(visit.head_hash)
    visit.event_count = line.seq
    line.save()
    Inspection.objects.filter(pk=visit.pk).update(event_count=visit.event_count, head_hash=visit.head_hash)
    return line
