"""A sheet of assessment: what it says, and what its lines come to. Pure: data in, points out."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core import periods
from sla.engine.plan import MEASURES
from sla.engine.sentences import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EVERY = (periods.MONTH, periods.QUARTER)
RULES: dict[str, tuple[str, ...]] = {
    "missed_promise": ("measure", "promise"),
    "missed_inspection": (),
    "followup_share": ("below",),
    "remote_share": ("below",),
    "missing_report": (),
    "overdue_obligation": ("kind",),
    "unsatisfied_survey": (),
    "complaint": (),
    "repeated_fault": ("from",),
    "reopened_fault": (),
}
"""What a line may count, and what it may be told."""
NEEDS = {"followup_share": "below", "remote_share": "below"}
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_KEYS = ("code", "name", "every", "total", "items")
_ITEM_KEYS = ("code", "name", "clause", "rule", "with", "points", "most", "group")
MOST_POINTS, MOST_ITEMS = 1000, 60
LONGEST_GROUP = 40


class SheetError(ValueError):
    """A sheet says something that cannot be counted: the place, a sentence, and the values in it."""

    def __init__(self, place: str, text: str, **values: object) -> None:
        self.place, self.text, self.values = place, text, values
        super().__init__(f"{place}: {text % values}")


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what is counted, how much a case costs, and how much all of them at most."""

    code: str
    name: Mapping[str, str]
    clause: str
    rule: str
    options: Mapping[str, Any]
    points: Decimal
    most: Decimal
    group: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A sheet, checked."""

    code: str
    name: Mapping[str, str]
    every: str
    total: Decimal
    items: tuple[Item, ...]

    @classmethod
    def read(cls, data: Any) -> Definition:
        """Read and check a sheet; raise :class:`SheetError` with the place and a sentence."""
        _known(data, _KEYS, "sheet")
        rows = data.get("items")
        if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_ITEMS:
            raise SheetError("items", _("a sheet needs a list of 1 to %(most)s items"), most=MOST_ITEMS)
        items = tuple(_item(row, f"items.{place}") for place, row in enumerate(rows))
        codes = [item.code for item in items]
        if twice := next((code for code in codes if codes.count(code) > 1), None):
            raise SheetError("items", _("“%(code)s” is used twice; each item needs a code of its own"), code=twice)
        every = _one_of(data.get("every"), EVERY, "every")
        return cls(_code(data, "code"), _words(data, ""), every, _points(data.get("total", 100), "total"), items)


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that counts: what it was in both languages, where it is found, when, and how many times it counts."""

    label: Mapping[str, str]
    link: str = ""
    at: str = ""
    times: int = 1


@dataclass(slots=True)
class Sum:
    """What a line comes to: its cases cost so much with the cap, and so much of it counts within its group."""

    item: Item
    cases: Sequence[Case] = field(default_factory=tuple)
    own: Decimal = Decimal(0)
    counted: Decimal = Decimal(0)

    @property
    def times(self) -> int:
        """Answer how many cases there are; the last that is named may stand for many."""
        return sum(case.times for case in self.cases)


def settle(definition: Definition, found: Mapping[str, Sequence[Case]]) -> list[Sum]:
    """Answer what every line comes to, from the cases found for it by its code."""
    sums = []
    for item in definition.items:
        cases = tuple(found.get(item.code, ()))
        sums.append(Sum(item, cases, min(item.most, item.points * sum(case.times for case in cases))))
    for line, counted in zip(sums, counted_of([(line.item.group, line.own) for line in sums]), strict=True):
        line.counted = counted
    return sums


def counted_of(lines: Sequence[tuple[str, Decimal]]) -> list[Decimal]:
    """Answer what counts of lines given as group and points: of a group only the highest, of equals the first."""
    highest: defaultdict[str, Decimal] = defaultdict(Decimal)
    for group, points in lines:
        highest[group] = max(highest[group], points)
    taken, counted = set(), []
    for group, points in lines:
        counts = not group or (points == highest[group] and group not in taken)
        if group and counts:
            taken.add(group)
        counted.append(points if counts else Decimal(0))
    return counted


def score(total: Decimal, counted: Sequence[Decimal]) -> Decimal:
    """Answer what is left of the total, never less than nothing."""
    return max(Decimal(0), total - sum(counted, Decimal(0)))


def _item(row: Any, place: str) -> Item:
    _known(row, _ITEM_KEYS, place)
    rule = _one_of(row.get("rule"), tuple(RULES), f"{place}.rule")
    points = _points(row.get("points"), f"{place}.points")
    most = _points(row.get("most", row.get("points")), f"{place}.most")
    if most < points:
        raise SheetError(f"{place}.most", _("the most is less than one case costs"))
    return Item(
        code=_code(row, place),
        name=_words(row, place),
        clause=str(row.get("clause") or "")[:60],
        rule=rule,
        options=_options(rule, row.get("with", {}), f"{place}.with"),
        points=points,
        most=most,
        group=_group(row.get("group"), f"{place}.group"),
    )


def _options(rule: str, given: Any, place: str) -> dict[str, Any]:
    _known(given, RULES[rule], place)
    options = dict(given)
    if "measure" in options:
        _one_of(options["measure"], MEASURES, f"{place}.measure")
    for name, most in (("below", 100), ("from", 100)):
        value = options.get(name)
        if name in options and (not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most):
            raise SheetError(f"{place}.{name}", _("write a whole number from 1 to %(most)s"), most=most)
    if rule == "missed_promise" and not options:
        raise SheetError(place, _("name a measure or a promise"))
    if (needed := NEEDS.get(rule)) and needed not in options:
        raise SheetError(place, _("“%(name)s” is missing"), name=needed)
    return options


def _known(data: Any, allowed: Sequence[str], place: str) -> None:
    if not isinstance(data, dict):
        raise SheetError(place, _("should be a mapping of keys to values"))
    if unknown := next((str(key) for key in data if key not in allowed), None):
        raise SheetError(
            place, _("“%(given)s” is not known here; choose from %(choices)s"), given=unknown, choices=", ".join(allowed) or "—"
        )


def _one_of(given: Any, allowed: Sequence[str], place: str) -> str:
    if given not in allowed:
        raise SheetError(place, _("“%(given)s” is not known here; choose from %(choices)s"), given=given, choices=", ".join(allowed))
    return str(given)


def _code(row: Mapping[str, Any], place: str) -> str:
    if not _CODE.fullmatch(value := str(row.get("code") or "")):
        raise SheetError(place, _("“%(given)s” is no code; write small letters, digits and hyphens, at most 40"), given=value)
    return value


def _group(given: Any, place: str) -> str:
    """Answer the name of a group, nothing where none is given; a longer one would not fit where a score keeps it."""
    name = "" if given is None else str(given).strip()
    if len(name) > LONGEST_GROUP:
        raise SheetError(place, _("write words, at most %(limit)s characters"), limit=LONGEST_GROUP)
    return name


def _words(row: Mapping[str, Any], place: str) -> dict[str, str]:
    value = row.get("name")
    if not isinstance(value, dict) or not value.get("zh-hans") or not value.get("en") or len(value) > 2:  # noqa: PLR2004 - two languages
        raise SheetError(place or "name", _("needs a name in both languages: {zh-hans: …, en: …}"))
    return {"zh-hans": str(value["zh-hans"])[:120], "en": str(value["en"])[:120]}


def _points(given: Any, place: str) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= MOST_POINTS or round(given, 1) != given:
        raise SheetError(place, _("write points from 0.1 to %(most)s, with one decimal at most"), most=MOST_POINTS)
    return Decimal(str(given))
