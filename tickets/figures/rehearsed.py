"""A rehearsal's result: kept and missed now and under the draft, by promise and by customer, and the clocks that differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla import engine
from sla import selectors as promises
from sla.words import spoken
from tickets.figures import names
from tickets.figures.behind import LONGEST_EXPORT
from tickets.figures.daily import share
from tickets.figures.kept import DRAWN
from tickets.figures.tables import Column, Table, Tile, change, tile
from tickets.models import RehearsalFinding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.db.models import QuerySet

    from tickets.models import Rehearsal

SUMS = (
    "kept_before", "missed_before", "running_before", "kept_after", "missed_after", "running_after",
    "newly_missed", "newly_kept", "other", "added", "dropped",
)  # fmt: skip
SHOWN = 20
"""Customers on the page; the export has all."""
STANDINGS = {
    "kept": gettext_lazy("kept"),
    "missed": gettext_lazy("missed"),
    "running": gettext_lazy("running"),
    "none": gettext_lazy("nothing owed"),
    "": gettext_lazy("not promised"),
}
"""How a clock stands on one side."""
TONES = {"newly_missed": ("late", "alert-octagon"), "newly_kept": ("met", "circle-check"), "added": ("info", "plus")}
Sums = dict[str, int]
Change = RehearsalFinding.Change
LABELS = {
    "newly_missed": gettext_lazy("Newly missed"),
    "newly_kept": gettext_lazy("Newly kept"),
    "other": gettext_lazy("Otherwise different"),
    "added": gettext_lazy("Promised only by the draft"),
    "dropped": gettext_lazy("No longer promised"),
}
"""What the columns of changes are called."""
PIECE = 500
"""Rows of an export that are read at a time."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a rehearsal has counted so far."""

    promises: dict[str, Sums]
    customers: dict[str, Sums]
    names: dict[str, str]
    """What the promises are called, in their order."""

    @property
    def total(self) -> Sums:
        """Answer the sums of all promises."""
        return {name: sum(row[name] for row in self.promises.values()) for name in SUMS}


def result(rehearsal: Rehearsal) -> Result:
    """Read what was counted, in two queries and one for names of old promises."""
    found = []
    for key in ("promise", "organization"):
        rows = rehearsal.counts.order_by().values(key).annotate(**{f"sum_{name}": Sum(name) for name in SUMS})
        found.append({str(row[key]): {name: row[f"sum_{name}"] for name in SUMS} for row in rows})
    by_promise, by_customer = found
    called = _called(rehearsal)
    if by_promise.keys() - called.keys():
        called |= {code: name for code, name in names.promise_names().items() if code not in called}
    return Result(by_promise, by_customer, {code: name for code, name in called.items() if code in by_promise})


def _called(rehearsal: Rehearsal) -> dict[str, str]:
    """Answer what the draft calls its promises, then what the version in force calls the others."""
    plans = (engine.Plan.from_dict(rehearsal.content), promises.engine_plan(rehearsal.base_id))
    called: dict[str, str] = {}
    for plan in plans:
        for promise in plan.promises:
            called.setdefault(promise.code, spoken(promise.name))
    return called


def _kept(sums: Sums, side: str) -> float | None:
    return share(sums[f"kept_{side}"], sums[f"missed_{side}"])


def tiles(rehearsal: Rehearsal, found: Result) -> list[Tile]:
    """Answer the large numbers on top."""
    total = found.total
    of_all = _("of %(count)s") % {"count": rehearsal.done}
    return [
        tile(_("Share kept"), "share", _kept(total, "after"), _kept(total, "before")),
        tile(_("Missed"), "count", total["missed_after"], total["missed_before"], good="less"),
        Tile(_("Newly missed"), str(total["newly_missed"]), url="?change=newly_missed#tickets"),
        Tile(_("Newly kept"), str(total["newly_kept"]), url="?change=newly_kept#tickets"),
        Tile(_("Tickets that would stand otherwise"), str(rehearsal.differing), note=of_all),
    ]


def by_promise(found: Result) -> Table:
    """Answer how each promise is kept now and would be, in the order of the draft."""
    changes = _changes(found)
    table = _table("rehearsed-by-promise", _("By promise"), _("Promise"), changes)
    table.says = _("Of the promises that were decided when the rehearsal was asked for, how many were kept, and how many would have been.")
    keys = [code for code in found.names if code in found.promises] + sorted(found.promises.keys() - found.names.keys())
    _fill(table, [(key, found.promises[key]) for key in keys], found.names, "promise", changes=changes)
    decided = [code for code in keys if _decided(found.promises[code])][:DRAWN]
    if decided:
        table.chart = {
            "kind": "share",
            "labels": [found.names.get(code, code) for code in decided],
            "series": [
                {"name": _("now"), "values": [_kept(found.promises[code], "before") for code in decided], "look": "second"},
                {"name": _("under the draft"), "values": [_kept(found.promises[code], "after") for code in decided], "look": "kept"},
            ],
        }
    return table


def by_customer(found: Result, limit: int | None = None) -> Table:
    """Answer the same by customer, those with most new misses first."""
    changes = _changes(found)
    table = _table("rehearsed-by-customer", _("By customer"), _("Customer"), changes)
    table.says = _("The same promises by customer, most new misses first.")
    keys = sorted(found.customers, key=lambda key: (-found.customers[key]["newly_missed"], -found.customers[key]["newly_kept"], int(key)))
    table.left_off = max(0, len(keys) - limit) if limit else 0
    shown = keys[:limit]
    _fill(table, [(key, found.customers[key]) for key in shown], names.customer_names(shown), "customer", changes=changes)
    return table


def _decided(sums: Sums) -> int:
    return sum(sums[f"{what}_{side}"] for what in ("kept", "missed") for side in ("before", "after"))


def _table(name: str, title: str, first: str, changes: Iterable[str]) -> Table:
    columns = [
        Column(first, "text"),
        Column(_("Kept now")), Column(_("Kept under the draft")),
        Column(_("Missed now")), Column(_("Missed under the draft")),
        Column(_("Share kept now"), "share"), Column(_("Share kept under the draft"), "share"),
        Column(_("Change, points"), "points"),
        *(Column(str(LABELS[name])) for name in changes),
    ]  # fmt: skip
    return Table(name, title, "", tuple(columns), wide=True)


def _changes(found: Result) -> list[str]:
    """Answer the columns that say what changes: the two that matter, and whatever else there is."""
    total = found.total
    return [name for name in Change.values if name in (Change.NEWLY_MISSED, Change.NEWLY_KEPT) or total[name]]


def _fill(table: Table, rows: Iterable[tuple[str, Sums]], called: Mapping[str, str], axis: str, *, changes: list[str]) -> None:
    first = len(table.columns) - len(changes)
    for key, row in rows:
        before, after = _kept(row, "before"), _kept(row, "after")
        listed = [(place, name) for place, name in enumerate(changes, first) if row[name] and name not in (Change.ADDED, Change.DROPPED)]
        table.add(
            called.get(key, key), row["kept_before"], row["kept_after"], row["missed_before"], row["missed_after"],
            before, after, change(after, before), *(row[name] for name in changes),
            urls={place: f"?change={name}&{axis}={key}#tickets" for place, name in listed},
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A clock that would stand otherwise, in words."""

    row: RehearsalFinding
    promise: str
    label: str
    tone: str
    sign: str
    before: str
    after: str


def lines(rows: Iterable[RehearsalFinding], called: Mapping[str, str]) -> list[Line]:
    """Put findings into words; ``called`` tells what the promises are called."""
    found = []
    for row in rows:
        tone, sign = TONES.get(row.change, ("", "arrows-sort"))
        promise = called.get(row.promise, row.promise)
        found.append(Line(row, promise, row.get_change_display(), tone, sign, str(STANDINGS[row.before]), str(STANDINGS[row.after])))
    return found


def heads() -> list[str]:
    """Answer the columns of the tickets for a spreadsheet."""
    return [
        _("Ticket"), _("Subject"), _("Customer"), _("Reported"), _("Promise"), _("Cycle"), _("What changes"),
        _("Now"), _("Under the draft"), _("Due now"), _("Due under the draft"), _("Done"),
    ]  # fmt: skip


def cells(rows: QuerySet[RehearsalFinding], called: Mapping[str, str]) -> Iterator[list[Any]]:
    """Yield the tickets for a spreadsheet, read piece by piece."""
    shown = rows.select_related("ticket__organization").order_by("pk")
    last = 0
    for _each in range(0, LONGEST_EXPORT, PIECE):
        piece = list(shown.filter(pk__gt=last)[:PIECE])
        for row, line in zip(piece, lines(piece, called), strict=True):
            ticket = row.ticket
            yield [
                ticket.number, ticket.subject, str(ticket.organization), ticket.created_at, line.promise, row.cycle, line.label,
                line.before, line.after, row.due_before, row.due_after, row.stopped_at,
            ]  # fmt: skip
        if len(piece) < PIECE:
            return
        last = piece[-1].pk
    if shown.filter(pk__gt=last).exists():
        yield [_("There are more rows; only the first %(count)s are here.") % {"count": LONGEST_EXPORT}]
