"""Work that a plan promises again and again, or after an event: inspections, surveys, call-backs, training, reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sla.engine.plan.terms import LONGEST, seconds
from sla.engine.plan.words import Path, PlanError, choices, code_of, known, words
from sla.engine.sentences import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Mapping

WORK = (
    "inspection", "health_check", "maintenance", "review", "survey", "callback", "inquiry", "care", "training", "report", "assessment",
)  # fmt: skip
"""What sort of work recurs; who does it listens for its kind."""
PERIODS = ("month", "quarter", "year")
AFTER = ("fault", "job", "project", "release")
"""Owed after each of these: a fault that was resolved, a job on site, a project newly opened, a release of the maker."""
EVERY = (*PERIODS, "once", *AFTER)
PER = ("contract", "equipment")
_KEYS = ("code", "kind", "name", "clause", "quote", "every", "times", "per", "share", "window", "within", "starts")
_MONTHS = re.compile(r"(\d{1,3})\s*months?")
_WINDOW = re.compile(r"(\d{1,2})\s*-\s*(\d{1,2})")
_LAST_DAY = 28
"""The latest first day of a window: there is one in every month."""
MOST = 366


@dataclass(frozen=True, slots=True)
class Length:
    """How long after a day or an instant: whole calendar months, or seconds."""

    months: int = 0
    seconds: int = 0

    @classmethod
    def read(cls, text: object, path: Path) -> Length:
        """Read ``1 month``, ``24h`` or ``15d``; nothing at all is refused."""
        found = _MONTHS.fullmatch(str(text).strip())
        length = cls(months=int(found[1])) if found else cls(seconds=seconds(text, path))
        if not length.months and not length.seconds:
            raise PlanError(path, _("work needs some time; write for example 24h or 1 month"))
        if length.months * 31 * 86400 > LONGEST:
            raise PlanError(path, _("“%(given)s” is too long; the longest is %(days)s days"), given=str(text), days=LONGEST // 86400)
        return length


@dataclass(frozen=True, slots=True)
class Recurring:
    """One piece of recurring work: what, how often, how much of it, and by when."""

    code: str
    kind: str
    name: Mapping[str, str]
    clause: str
    quote: Mapping[str, str]
    every: str
    times: int = 1
    per: str = "contract"
    share: int = 100
    window: tuple[int, int] | None = None
    """First and last day of the month within which it is done."""
    within: Length | None = None
    """How long after the acceptance (once) or the event it is due."""
    starts: Length | None = None
    """How long after the acceptance the first period begins."""

    @property
    def is_periodic(self) -> bool:
        """Whether it is owed for each month, quarter or year."""
        return self.every in PERIODS

    @property
    def is_planned(self) -> bool:
        """Whether the calendar and the contract alone say when it is owed; the rest waits for an event."""
        return self.is_periodic or self.every == "once"

    @classmethod
    def read(cls, data: Any, path: Path) -> Recurring:
        """Read one row of the section ``recurring``."""
        known(data, _KEYS, path)
        every = choices([data.get("every")], EVERY, (*path, "every"))[0]
        _fits(data, every, path)
        return cls(
            code=code_of(data, path),
            kind=choices([data.get("kind")], WORK, (*path, "kind"))[0],
            name=words(data, "name", path),
            clause=str(data.get("clause", "")),
            quote=words(data, "quote", path) if "quote" in data else {},
            every=every,
            times=_number(data.get("times", 1), MOST, (*path, "times")),
            per=choices([data.get("per", "contract")], PER, (*path, "per"))[0],
            share=_number(data.get("share", 100), 100, (*path, "share")),
            window=_window(data["window"], (*path, "window")) if "window" in data else None,
            within=Length.read(data["within"], (*path, "within")) if "within" in data else None,
            starts=Length.read(data["starts"], (*path, "starts")) if "starts" in data else None,
        )


def recurring_of(given: Any, path: Path) -> tuple[Recurring, ...]:
    """Read the recurring work of a plan, in its order."""
    if not isinstance(given, list):
        raise PlanError(path, _("recurring work is a list; leave the key out where the plan promises none"))
    rows = tuple(Recurring.read(row, (*path, index)) for index, row in enumerate(given))
    seen: set[str] = set()
    for index, row in enumerate(rows):
        if row.code in seen:
            raise PlanError(
                (*path, index, "code"), _("“%(code)s” is used twice; each piece of work needs a code of its own"), code=row.code
            )
        seen.add(row.code)
    return rows


def _fits(data: Mapping[str, Any], every: str, path: Path) -> None:
    """Refuse terms that say nothing beside how often the work is owed."""
    if every == "once" and "within" not in data:
        raise PlanError((*path, "within"), _("missing; say how long after the acceptance it is due, for example 1 month"))
    if every in PERIODS and "within" in data:
        raise PlanError((*path, "within"), _("what is owed for a period is due at its end; leave it out, or name a window"))
    if every != "month" and "window" in data:
        raise PlanError((*path, "window"), _("a window is days of a month; write it only for what is owed every month"))
    for key in ("starts", "times", "per"):
        if every not in PERIODS and key in data:
            raise PlanError((*path, key), _("only what is owed for each month, quarter or year has it; leave it out"))


def _number(given: object, most: int, path: Path) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= most:
        raise PlanError(path, _("“%(given)s” does not do; write a whole number from 1 to %(most)s"), given=given, most=most)
    return given


def _window(given: object, path: Path) -> tuple[int, int]:
    found = _WINDOW.fullmatch(str(given).strip())
    first, last = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= first <= last <= 31 or first > _LAST_DAY:  # noqa: PLR2004 - the days of a month
        raise PlanError(path, _("“%(given)s” is no window; write the first and the last day of the month, for example 15-20"), given=given)
    return first, last
