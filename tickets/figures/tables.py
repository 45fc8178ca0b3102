"""The shape of a figure: a table with its definition, perhaps a chart of it, and the words of its cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from core.duration import spell
from tickets.figures import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from accounts.models import User
    from tickets.figures.period import Period, Scope

Found = TypeVar("Found")
ACROSS = frozenset({"kept", "load", "share", "score"})
"""Charts whose bars lie, one for each name."""
Kind = Literal["text", "day", "count", "share", "points", "span", "score"]
"""What a column holds; a share is a fraction of 1, points are hundredths of it, a span is in seconds, a score is out of 5."""


@dataclass(frozen=True)
class Asked:
    """What a dashboard is asked for: when, whose, by whom, now."""

    period: Period
    scope: Scope
    user: User
    at: datetime
    _known: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, name: str, read: Callable[[], Found]) -> Found:
        """Answer what was read under a name, read now where no table of this page has asked before."""
        if name not in self._known:
            self._known[name] = read()
        found: Found = self._known[name]
        return found

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Answer the period and the scope as the end of an address, the same tomorrow as today."""
        return {"since": self.period.first.isoformat(), "until": self.period.last.isoformat(), **self._scope}

    @cached_property
    def _scope(self) -> dict[str, Any]:
        return {_ADDRESSED[name]: key for name, key in self.scope.filters.items()}

    @cached_property
    def _places(self) -> tuple[str, str]:
        return reverse("tickets:figures_tickets"), reverse("tickets:queue")

    @cached_property
    def office_names(self) -> dict[str, str]:
        """Answer what the offices are called."""
        return names.office_names()

    def behind(self, figure: str = "promises", **facts: Any) -> str:
        """Answer where the rows behind a figure are listed."""
        return f"{self._places[0]}?{urlencode({'figure': figure, **self.facts, **facts})}"

    def queue(self, **facts: Any) -> str:
        """Answer where the open tickets behind a figure are listed."""
        return f"{self._places[1]}?{urlencode({**self._scope, **facts})}"


_ADDRESSED = {"office": "office", "organization": "customer", "contract": "contract"}


@dataclass(frozen=True, slots=True)
class Column:
    """What stands in one place of each row."""

    label: str
    kind: Kind = "count"

    @property
    def is_number(self) -> bool:
        """Whether it is set flush right."""
        return self.kind not in ("text", "day")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value, ready to be read, and where the rows behind it are."""

    value: Any
    text: str
    url: str = ""


@dataclass(slots=True)
class Table:
    """One figure of the dashboard."""

    name: str
    title: str
    says: str
    """The figure's definition, in a sentence or two."""
    columns: tuple[Column, ...]
    rows: list[list[Cell]] = field(default_factory=list)
    chart: dict[str, Any] | None = None
    left_off: int = 0
    """How many rows more the export has."""
    more: tuple[str, str] | None = None
    """Another page about it: address and words."""
    wide: bool = False

    @property
    def chart_name(self) -> str:
        """Answer the chart's id on the page."""
        return f"{self.name}-chart"

    @property
    def height(self) -> int:
        """Answer how tall the chart has to be, in pixels: one that lists names grows with them."""
        across = self.chart is not None and self.chart["kind"] in ACROSS
        return 80 + 34 * len(self.chart["labels"]) if across and self.chart else 260

    def add(self, *values: Any, urls: dict[int, str] | None = None) -> None:
        """Add a row; ``urls`` tells for places in it where the rows behind are."""
        found = urls or {}
        cells = zip(self.columns, values, strict=True)
        self.rows.append([Cell(value, said(column.kind, value), found.get(place, "")) for place, (column, value) in enumerate(cells)])

    @property
    def plain_heads(self) -> list[str]:
        """Answer the columns' names for a spreadsheet, where times are hours."""
        return [_("%(column)s, hours") % {"column": column.label} if column.kind == "span" else column.label for column in self.columns]

    @property
    def plain_rows(self) -> Iterator[list[Any]]:
        """Yield the rows for a spreadsheet: numbers to calculate with."""
        for row in self.rows:
            yield [plain(column.kind, cell.value) for column, cell in zip(self.columns, row, strict=True)]


@dataclass(frozen=True, slots=True)
class Tile:
    """One large number on top, with the same number of the period before."""

    label: str
    number: str
    url: str = ""
    before: str = ""
    trend: Literal["", "better", "worse"] = ""
    sign: str = "minus"
    note: str = ""


NOTHING = "—"


def percent(value: float | None) -> str:
    """Answer a share in percent, with one place; a dash where there is none."""
    return NOTHING if value is None else f"{value:.1%}"


SAID: dict[str, Callable[[Any], str]] = {
    "share": percent,
    "points": lambda value: f"{value * 100:+.1f}" if round(value, 3) else "0.0",
    "span": spell,
    "score": lambda value: f"{value:.2f}",
    "day": lambda value: value.isoformat(),
}
PLAIN: dict[str, Callable[[Any], Any]] = {
    "share": lambda value: round(value, 4),
    "points": lambda value: round(value * 100, 1),
    "span": lambda value: round(value / 3600, 2),
    "score": lambda value: round(value, 2),
}


def said(kind: Kind, value: Any) -> str:
    """Answer a value as a person reads it."""
    return NOTHING if value is None else SAID.get(kind, str)(value)


def plain(kind: Kind, value: Any) -> Any:
    """Answer a value as a spreadsheet takes it."""
    return value if value is None or kind not in PLAIN else PLAIN[kind](value)


def change(now: float | None, before: float | None) -> float | None:
    """Answer by how much a share has grown."""
    return None if now is None or before is None else now - before


def tile(label: str, kind: Kind, now: Any, before: Any, *, good: Literal["more", "less", ""] = "more", **more: Any) -> Tile:
    """Answer a tile that says whether the number got better; ``good`` tells which way is, empty that neither is."""
    text, past = said(kind, now), said(kind, before)
    if now is None or before is None:
        return Tile(label, text, **more)
    if text == past:
        return Tile(label, text, before=past, **more)
    sign, went = ("chevron-up", "more") if now > before else ("chevron-down", "less")
    trend: Literal["", "better", "worse"] = "" if not good else "better" if went == good else "worse"
    return Tile(label, text, before=past, trend=trend, sign=sign, **more)
