"""The audit: settle again and name what differs from what is stored; nothing is ever rewritten (docs/architecture.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sla.selectors import versions_in
from sla.services.settling import columns, settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sla.engine.settle import Event
    from sla.models import Clock, Commitment


@dataclass(frozen=True, slots=True)
class Difference:
    """A column of a stored clock that is not what settling says; without a column it is the whole clock."""

    promise: str
    cycle: int
    column: str = ""
    stored: str = ""
    settled: str = ""

    def __str__(self) -> str:
        clock = f"{self.promise} ({self.cycle})"
        if self.column:
            return f"{clock}: {self.column} is {self.stored}, should be {self.settled}"
        return f"{clock}: not stored, should be {self.settled}" if self.settled else f"{clock}: stored, but the plan does not promise it"


def differences(commitment: Commitment, stored: Sequence[Clock], events: Iterable[Event], *, at: datetime) -> list[Difference]:
    """Name every stored clock that differs from what settling says at that instant."""
    known = {(clock.cycle, clock.promise): clock for clock in stored}
    found, log = [], list(events)
    versions = versions_in(commitment, log)
    for result in settled(commitment, log, at=at):
        clock = known.pop((result.cycle, result.promise), None)
        if clock is None:
            found.append(Difference(result.promise, result.cycle, settled=result.state))
            continue
        wanted = columns(result, versions, None)
        wanted.pop("attend_at")
        differing = [] if _only_late(clock, wanted, at) else [name for name in wanted if getattr(clock, name) != wanted[name]]
        found += [
            Difference(result.promise, result.cycle, name, _written(getattr(clock, name)), _written(wanted[name])) for name in differing
        ]
    return found + [Difference(promise, cycle, stored=clock.state) for (cycle, promise), clock in known.items()]


def _written(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _only_late(clock: Clock, wanted: Mapping[str, Any], at: datetime) -> bool:
    """Tell whether the sweep has merely not come by yet to turn a running clock into a missed one."""
    return (
        clock.state == "running"
        and wanted["state"] == "missed"
        and clock.attend_at is not None
        and clock.attend_at <= at
        and clock.due_at == wanted["due_at"]
    )
