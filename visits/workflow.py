"""The life of a visit: which step leads from where to where. Pure: no Django, no now()."""

from __future__ import annotations

from dataclasses import dataclass

PLANNED, DEPARTED, ON_SITE, DONE, FAILED, CANCELLED = "planned", "departed", "on_site", "done", "failed", "cancelled"
STATUSES = (PLANNED, DEPARTED, ON_SITE, DONE, FAILED, CANCELLED)
OPEN = frozenset({PLANNED, DEPARTED, ON_SITE})


@dataclass(frozen=True, slots=True)
class Step:
    """What can be done with a visit: the event it records, where it starts, where it leads (None: the state stays)."""

    name: str
    event: str
    sources: frozenset[str]
    target: str | None = None


STEPS = {
    step.name: step
    for step in (
        Step("schedule", "scheduled", frozenset({PLANNED})),
        Step("propose", "plan_proposed", OPEN),
        Step("approve", "plan_approved", OPEN),
        Step("reject", "plan_rejected", OPEN),
        Step("override", "plan_overridden", frozenset({ON_SITE})),
        Step("depart", "departed", frozenset({PLANNED}), DEPARTED),
        # Who was next door, or forgot to press when leaving, arrives all the same.
        Step("check-in", "checked_in", frozenset({PLANNED, DEPARTED}), ON_SITE),
        Step("note", "worked", frozenset({ON_SITE})),
        Step("photo", "photo", frozenset({DEPARTED, ON_SITE})),
        Step("check-out", "checked_out", frozenset({ON_SITE}), DONE),
        Step("fail", "failed", OPEN, FAILED),
        Step("cancel", "cancelled", frozenset({PLANNED, DEPARTED}), CANCELLED),
    )
}


def allowed(status: str) -> list[str]:
    """Answer the names of the steps that are possible now."""
    return [step.name for step in STEPS.values() if status in step.sources]


def next_step(status: str) -> str | None:
    """Answer the one step that comes next on the way of an ordinary visit."""
    return {PLANNED: "depart", DEPARTED: "check-in", ON_SITE: "check-out"}.get(status)
