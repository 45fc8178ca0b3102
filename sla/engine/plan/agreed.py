"""Targets agreed beside a plan: a contract's, or those of a period of heightened service (重保). They only ever tighten."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sla.engine.plan.terms import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sla.engine.plan.plan import Promise


def tighter(first: Target, second: Target) -> bool:
    """Tell whether the first is the stricter of two targets; a duration is stricter than working days."""
    if bool(first.workdays) != bool(second.workdays):
        return not first.workdays
    return (first.workdays, first.seconds) < (second.workdays, second.seconds)


def tightened(promise: Promise, agreed: Iterable[Mapping[str, Any]]) -> Promise:
    """Answer the promise with the strictest of its own targets and those agreed for its measure (rule 13).

    Each of ``agreed`` says ``measure``, ``severity`` (0: every one), ``target`` as a plan would write it, and where it stands. What
    is looser than the plan changes nothing, a severity for which the plan promises nothing stays without a promise, and a
    last limit stays where it is.
    """
    if promise.limit_of:
        return promise
    targets, sources = dict(promise.targets), {}
    for row in agreed:
        if row["measure"] != promise.measure:
            continue
        target = Target.read(row["target"], ())
        for severity, own in targets.items():
            if row["severity"] in (0, severity) and tighter(target, own):
                targets[severity] = target
                sources[severity] = row
    if not sources:
        return promise
    return replace(promise, targets=targets, agreed=sources, planned=promise.targets)
