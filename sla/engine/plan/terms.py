"""The terms of a promise: how long, what is said when it runs late, and in which situations it is made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sla.engine.plan.words import ACTIONS, CHANNELS, KINDS, ROLES, SEVERITIES, Path, PlanError, choices, code_of, known, texts
from sla.engine.sentences import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
LONGEST = 3660 * 86400
"""Ten years: longer than any contract, short enough for every calendar and column."""

_DURATION = re.compile(r"(\d+)\s*(s|min|m|h|d)")
_OFFSET = re.compile(r"(start|due)(?:\s*([+-])\s*(.+))?")


def seconds(text: object, path: Path = ()) -> int:
    """Read a duration like ``10min``, ``1h``, ``1h 30m`` or ``15d`` (24-hour days) as seconds."""
    given = str(text).strip()
    parts = _DURATION.findall(given)
    if not parts or _DURATION.sub("", given).strip():
        raise PlanError(path, _("“%(given)s” is not a duration; write for example 30min, 8h or 15d"), given=given)
    total = sum(int(number) * _UNITS[unit] for number, unit in parts)
    if total > LONGEST:
        raise PlanError(path, _("“%(given)s” is too long; the longest is %(days)s days"), given=given, days=LONGEST // 86400)
    return total


@dataclass(frozen=True, slots=True)
class Target:
    """How long: elapsed seconds inside the calendar, or whole working days; zero seconds = at once."""

    seconds: int = 0
    workdays: int = 0

    @property
    def at_once(self) -> bool:
        """Whether it is due at the start."""
        return not self.seconds and not self.workdays

    @classmethod
    def read(cls, text: object, path: Path) -> Target:
        """Read ``at once``, ``3 workdays`` or a duration; a bare zero is refused (rule 4 of the clock)."""
        given = str(text).strip()
        if given == "at once":
            return cls()
        days = re.fullmatch(r"(\d+)\s*workdays?", given)
        target = cls(workdays=int(days[1])) if days else cls(seconds=seconds(given, path))
        if target.at_once:
            raise PlanError(path, _("a target of zero is refused; write “at once” if it is due at the start, or leave the promise out"))
        if target.workdays * 86400 > LONGEST:
            raise PlanError(path, _("“%(given)s” is too long; the longest is %(days)s days"), given=given, days=LONGEST // 86400)
        return target


@dataclass(frozen=True, slots=True)
class Level:
    """A rung of the ladder: when it is reached, who is told, what is done; ``ack`` is how long it waits for an acknowledgement."""

    code: str
    tell: tuple[str, ...]
    percent: int = 0
    offset: int = 0
    from_start: bool = False
    ack: int = 0
    do: tuple[str, ...] = ()

    def amount(self, target: int) -> int:
        """Answer the elapsed seconds at which the level is reached (rule 12)."""
        if self.percent:
            return target * self.percent // 100
        return self.offset if self.from_start else target + self.offset

    @classmethod
    def read(cls, data: Mapping[str, Any], path: Path) -> Level:
        """Read ``{code, at: 75% | due | due+30min | due-15min | start+10min, tell: [roles], ack: 15min, do: [actions]}``."""
        known(data, ("code", "at", "tell", "ack", "do"), path)
        code = code_of(data, path)
        tell = choices(data.get("tell", ()), ROLES, (*path, "tell"))
        if not tell:
            raise PlanError((*path, "tell"), _("name at least one role to tell, for example [assignee]"))
        return cls(code, tell, **_moment(data, path), ack=_ack(data, path), do=_do(data, path))


def _moment(data: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Read when a level is reached."""
    at = str(data.get("at", "")).strip()
    if at.endswith("%"):
        return {"percent": _percent(at, (*path, "at"))}
    found = _OFFSET.fullmatch(at)
    if not found:
        raise PlanError((*path, "at"), _("“%(given)s” is not a moment; write for example 75%%, due, due+30min or start+10min"), given=at)
    anchor, sign, length = found.groups()
    offset = seconds(length, (*path, "at")) if length else 0
    return {"offset": -offset if sign == "-" else offset, "from_start": anchor == "start"}


def _ack(data: Mapping[str, Any], path: Path) -> int:
    """Read how long a level waits for an acknowledgement; zero where it asks for none (rule 12)."""
    if "ack" not in data:
        return 0
    wait = seconds(data["ack"], (*path, "ack"))
    if not wait:
        raise PlanError((*path, "ack"), _("nobody can acknowledge it in no time; write for example 15min, or leave it out"))
    return wait


def _do(data: Mapping[str, Any], path: Path) -> tuple[str, ...]:
    """Read what a level does, in the order in which it is done."""
    asked = choices(data.get("do", ()), ACTIONS, (*path, "do"))
    return tuple(action for action in ACTIONS if action in asked)


DEFAULT_LADDER = (
    Level("warning", ("assignee", "team"), percent=75),
    Level("due", ("office_lead",)),
    Level("late-30m", ("manager",), offset=1800),
    Level("late-2h", ("director",), offset=7200),
)


@dataclass(frozen=True, slots=True)
class Condition:
    """The situations a promise is made for; an empty set means any."""

    kinds: frozenset[str] = frozenset()
    severities: frozenset[int] = frozenset()
    channels: frozenset[str] = frozenset()
    equipment: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    warranty: bool | None = None
    onsite: bool | None = None
    hours: str = ""

    def holds(self, situation: Mapping[str, Any]) -> bool:
        """Tell whether the promise is made in this situation."""
        return (
            (not self.kinds or situation.get("kind") in self.kinds)
            and (not self.severities or situation.get("severity") in self.severities)
            and (not self.channels or situation.get("channel") in self.channels)
            and (not self.equipment or situation.get("equipment") in self.equipment)
            and (not self.regions or situation.get("region") in self.regions)
            and (self.warranty is None or bool(situation.get("warranty")) == self.warranty)
            and (self.onsite is None or bool(situation.get("onsite")) == self.onsite)
            and (not self.hours or situation.get("hours") == self.hours)
        )

    @classmethod
    def read(cls, data: Mapping[str, Any], path: Path) -> Condition:
        """Read the ``when`` part of a promise."""
        known(data, ("kinds", "severities", "channels", "equipment", "regions", "warranty", "onsite", "hours"), path)
        hours = str(data.get("hours", ""))
        if hours not in ("", "office", "outside"):
            raise PlanError(
                (*path, "hours"), _("“%(given)s” is not known; choose from %(choices)s"), given=hours, choices="office, outside"
            )
        for name in ("warranty", "onsite"):
            if not isinstance(data.get(name, True), bool):
                raise PlanError((*path, name), _("write true or false, or leave it out where it does not matter"))
        return cls(
            kinds=frozenset(choices(data.get("kinds", ()), KINDS, (*path, "kinds"))),
            severities=frozenset(choices(data.get("severities", ()), SEVERITIES, (*path, "severities"))),
            channels=frozenset(choices(data.get("channels", ()), CHANNELS, (*path, "channels"))),
            equipment=frozenset(choices(data.get("equipment", ()), ("system", "hardware"), (*path, "equipment"))),
            regions=frozenset(texts(data.get("regions", ()), (*path, "regions"))),
            warranty=data.get("warranty"),
            onsite=data.get("onsite"),
            hours=hours,
        )


def ladder_of(given: Any, path: Path) -> tuple[Level, ...]:
    """Read the levels of a promise or of a whole plan, the lowest first."""
    if not isinstance(given, list):
        raise PlanError(path, _("levels are a list; write [] for none"))
    levels = tuple(Level.read(row, (*path, index)) for index, row in enumerate(given))
    if len({level.code for level in levels}) < len(levels):
        raise PlanError(path, _("two levels share a code; each needs its own"))
    if levels and levels[-1].ack:
        raise PlanError((*path, len(levels) - 1, "ack"), _("there is no level above this one that could be reached instead; leave it out"))
    return levels


def _percent(text: str, path: Path) -> int:
    number = text.removesuffix("%").strip()
    if not re.fullmatch(r"[1-9]\d{0,2}", number):
        raise PlanError(path, _("“%(given)s” is not a share of the target; write for example 75%%"), given=text)
    return int(number)
