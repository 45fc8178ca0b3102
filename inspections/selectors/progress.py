"""How far a checklist is filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspections.models import CarriedFinding, InspectionResult, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inspections.models import Inspection


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a checklist is filled in."""

    total: int
    recorded: int
    failed: int
    missing: int

    @property
    def share(self) -> int:
        """Answer the part that is recorded, in percent."""
        return round(100 * self.recorded / self.total) if self.total else 100


def progress_now(visit: Inspection) -> Progress:
    """Answer how far a checklist is filled in by now: another item may have been saved meanwhile."""
    return progress(InspectionResult.objects.filter(inspection=visit), CarriedFinding.objects.filter(inspection=visit))


def progress(results: Iterable[InspectionResult], carried: Iterable[CarriedFinding] = ()) -> Progress:
    """Answer how far a checklist is filled in, findings carried forward included; missing are the required ones still open."""
    rows, asked = list(results), list(carried)
    seen = sum(1 for row in asked if row.verdict)
    return Progress(
        total=len(rows) + len(asked),
        recorded=sum(1 for row in rows if row.outcome) + seen,
        failed=sum(1 for row in rows if row.outcome == Outcome.FAILED),
        missing=sum(1 for row in rows if row.required and not row.outcome) + len(asked) - seen,
    )
