"""Every promise that was missed in a month: of which ticket, how late, and who was told at the highest level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from accounts.models import User
from sla import selectors as sla
from sla import words
from sla.models import Escalation
from tickets.figures.behind import MISSED, PROMISES, Wanted, rows
from tickets.workflow import LOOPED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from customers.models import Contract
    from sla.engine.plan import Promise
    from sla.models import Clock
    from tickets.figures.period import Period

LANGUAGES = ("zh-hans", "en")
NOT_SAID = "—"
"""In place of what a customer complained about: everybody reads a report, but not what was said in confidence."""


def of(contract: Contract, month: Period, at: datetime) -> list[dict[str, Any]]:
    """Answer a line for each, in the order in which their time ran out; four queries whatever their number."""
    found: Any = rows(Wanted(PROMISES, month, MISSED, facts=(("contract", contract.pk),)))
    clocks = list(found.select_related("commitment__ticket").order_by("missed_at", "pk"))
    levels = _highest(clocks)
    names = dict(User.objects.filter(pk__in={person for level in levels.values() for person in level.told}).values_list("pk", "name"))
    return [_line(clock, levels.get(clock.pk), names, at) for clock in clocks]


def _highest(clocks: Iterable[Clock]) -> dict[int, Escalation]:
    """Answer for each clock the highest level that fired."""
    fired = Escalation.objects.filter(clock__in=clocks, outcome=Escalation.Outcome.FIRED).order_by("rank", "fired_at", "pk")
    return {level.clock_id: level for level in fired}


def _line(clock: Clock, level: Escalation | None, names: dict[int, str], at: datetime) -> dict[str, Any]:
    ticket, plan = clock.commitment.ticket, sla.engine_plan(clock.commitment.plan_version_id)
    promise = plan.promise(clock.promise)
    due = clock.due_at or clock.missed_at
    return {
        "ticket": ticket.number,
        "subject": NOT_SAID if ticket.kind in LOOPED else ticket.subject,
        "severity": _both(plan.severity(ticket.severity).name),
        "promise": _both(promise.name) if promise else dict.fromkeys(LANGUAGES, clock.promise),
        "clause": promise.clause if promise else "",
        "due_at": _iso(due),
        "stopped_at": _iso(clock.stopped_at),
        "late": _late(clock, due, clock.stopped_at or at),
        "told": _told(level, promise, names) if level else None,
    }


def _late(clock: Clock, due: datetime | None, until: datetime) -> int:
    """Answer how late it was in the hours that count for it, in seconds; up to now where it is still owed."""
    if due is None or until <= due:
        return 0
    if clock.calendar_version_id is None:
        return int((until - due).total_seconds())
    return int(sla.engine_calendar(clock.calendar_version_id).elapsed(due, until).total_seconds())


def _told(level: Escalation, promise: Promise | None, names: dict[int, str]) -> dict[str, Any]:
    """Answer when the level was reached, what the plan calls those it names, and who they were."""
    said = {}
    for language in LANGUAGES:
        with override(language):
            ladder = words.ladder(promise.levels) if promise else []
            said[language] = next((rung.tell for rung in ladder if rung.code == level.level), level.level)
    return {"at": _iso(level.fired_at), "roles": said, "names": [names[person] for person in level.told if person in names]}


def _both(words: Any) -> dict[str, str]:
    return {language: words[language] for language in LANGUAGES}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
