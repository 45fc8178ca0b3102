"""What must hold before somebody sets off; apps above register when they are ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from visits.models import Visit

    Gate = Callable[..., None]

GATES: list[Gate] = []


def before_departure(gate: Gate) -> None:
    """Have a function called as ``gate(visit, actor=…, at=…)`` in the transaction of a departure; it refuses by raising."""
    if gate not in GATES:
        GATES.append(gate)


def pass_all(visit: Visit, **who_and_when: object) -> None:
    """Ask every gate; the first refusal stands."""
    for gate in GATES:
        gate(visit, **who_and_when)
