"""Levels that were reached: which promise, whom it told, who took it on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import User
from core.duration import spell
from sla import selectors as promises
from sla.words import spoken
from tickets.words import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sla.engine.plan import Promise
    from sla.models import Escalation


@dataclass(frozen=True, slots=True)
class Reached:
    """One level, in words."""

    row: Escalation
    promise: str
    level: str
    unanswered: str
    """The level below that nobody acknowledged, where this one was reached for it."""
    told: list[str]


def reached(rows: Iterable[Escalation]) -> list[Reached]:
    """Answer the levels in words; their clocks' commitments are read with them, the people told in one query."""
    found: Sequence[Escalation] = list(rows)
    people = {person for row in found for person in row.told}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
    return [_reached(row, names) for row in found]


def _reached(row: Escalation, names: dict[int, str]) -> Reached:
    promise = promises.engine_plan(row.clock.commitment.plan_version_id).promise(row.clock.promise)
    return Reached(
        row=row,
        promise=spoken(promise.name) if promise else row.clock.promise,
        level=level_words(promise, row.level),
        unanswered=level_words(promise, row.unanswered) if row.unanswered else "",
        told=[names[person] for person in row.told if person in names],
    )


def level_words(promise: Promise | None, code: str) -> str:
    """Say when a level is reached: by the words of the ladder that ships, else by what the plan says of it."""
    if code in LEVELS:
        return _(LEVELS[code])
    level = next((level for level in promise.levels if level.code == code), None) if promise else None
    if level is None:
        return code
    if level.percent:
        return _("%(percent)s %% of the time used") % {"percent": level.percent}
    if level.from_start:
        return _("%(span)s after the start") % {"span": spell(level.offset)}
    return (_("%(span)s before it is due") if level.offset < 0 else _("%(span)s late")) % {"span": spell(level.offset)}
