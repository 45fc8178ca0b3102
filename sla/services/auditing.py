"""The audit: settle again and name what differs from what is stored; nothing is ever rewritten (docs/architecture.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sla.engine.settle import attend_at
from sla.selectors import versions_in
from sla.services.settling import columns, settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sla.engine.settle import Event
    from sla.models import Clock, Commitment
    from sla.services.levels import FiredLevels

LEFT_OUT = frozenset({"waited_seconds", "disputed_seconds", "withdrawn_seconds"})


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


def differences(
    commitment: Commitment, stored: Sequence[Clock], events: Iterable[Event], fired: FiredLevels, *, at: datetime
) -> list[Difference]:
    """Name every stored clock that differs from what settling says at that instant; ``fired`` are the levels that were reached.

    When a clock next wants attention is compared too: one that is not looked at in time climbs no level, acknowledged or not.
    """
    known = {(clock.cycle, clock.promise): clock for clock in stored}
    found, log = [], list(events)
    versions = versions_in(commitment, log)
    for result in settled(commitment, log, at=at):
        clock = known.pop((result.cycle, result.promise), None)
        if clock is None:
            found.append(Difference(result.promise, result.cycle, settled=result.state))
            continue
        wanted = columns(result, versions, attend_at(result, fired.get(clock.pk, {})))
        if _is_behind(clock.attend_at, at) or _is_behind(wanted["attend_at"], at):
            wanted.pop("attend_at")  # the sweep has not come by yet
        names = wanted.keys() - (LEFT_OUT if clock.waited_seconds is None else ())  # settled before they were counted
        differing = (
            [] if _only_late(clock, wanted, at) else [name for name in wanted if name in names and getattr(clock, name) != wanted[name]]
        )
        found += [
            Difference(result.promise, result.cycle, name, _written(getattr(clock, name)), _written(wanted[name])) for name in differing
        ]
    return found + [Difference(promise, cycle, stored=clock.state) for (cycle, promise), clock in known.items()]


def _written(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _is_behind(attend: datetime | None, at: datetime) -> bool:
    return attend is not None and attend <= at


def _only_late(clock: Clock, wanted: Mapping[str, Any], at: datetime) -> bool:
    """Tell whether the sweep has merely not come by yet: to turn a running clock into a missed one, or to end a pause."""
    if clock.attend_at is None or clock.attend_at > at:
        return False
    ran_out = clock.state == "running" and wanted["state"] == "missed" and clock.due_at == wanted["due_at"]
    return ran_out or (clock.state == "paused" and wanted["state"] != "paused")
