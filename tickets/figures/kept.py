"""Promises kept and missed: by promise, severity, office, customer and day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tickets.figures import names
from tickets.figures.behind import DISPUTED
from tickets.figures.daily import Counts
from tickets.figures.tables import Column, Table, change

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tickets.figures.daily import Daily
    from tickets.figures.tables import Asked

DRAWN = 12
"""Bars that a chart holds before it cannot be read any more."""


def by_promise(asked: Asked, daily: Daily, limit: int | None = None) -> Table:
    """Answer how each promise was kept, in the order of the plans."""
    called = names.promise_names()
    found = daily.by["promise"]
    keys = [code for code in called if code in found] + sorted(found.keys() - called.keys())
    table = _table("kept-by-promise", _("Kept by promise"), _("Promise"), compared=True)
    table.says = _(
        "Of the promises that were decided in these days, how many were kept in time. Every promise of a ticket counts once. "
        "“Kept, disputed” is a part of those kept: only thanks to a pause that the customer disputes, or that was withdrawn since."
    )
    return _fill(table, asked, daily, axis="promise", keys=keys, called=called)


def by_severity(asked: Asked, daily: Daily, limit: int | None = None) -> Table:
    """Answer how promises were kept for each severity."""
    table = _table("kept-by-severity", _("Kept by severity"), _("Severity"), compared=True)
    table.says = _("The same promises by the severity that the ticket has now.")
    return _fill(table, asked, daily, axis="severity", keys=sorted(daily.by["severity"]), called=names.severity_names())


def by_office(asked: Asked, daily: Daily, limit: int | None = None) -> Table:
    """Answer how each office kept its promises, those with most misses first."""
    table = _table("kept-by-office", _("Kept by office"), _("Office"), compared=True)
    table.says = _("The same promises by the office that the ticket belongs to now, most misses first.")
    return _fill(table, asked, daily, axis="office", keys=_worst_first(daily.by["office"]), called=asked.office_names)


def by_customer(asked: Asked, daily: Daily, limit: int | None = None) -> Table:
    """Answer how promises to each customer were kept, those with most misses first."""
    keys = _worst_first(daily.by["customer"])
    table = _table("kept-by-customer", _("Kept by customer"), _("Customer"))
    table.says = _("The same promises by customer, most misses first.")
    table.left_off = max(0, len(keys) - limit) if limit else 0
    shown = keys[:limit]
    return _fill(table, asked, daily, axis="customer", keys=shown, called=names.customer_names(shown))


def by_day(asked: Asked, daily: Daily, limit: int | None = None) -> Table:
    """Answer how promises were kept day by day, the last day first."""
    table = _table("kept-by-day", _("Kept day by day"), _("Day"))
    table.says = _("A kept promise stands on the day on which it was kept, a missed one on the day on which its time ran out.")
    found = daily.by["day"]
    for day in reversed(asked.period.days):
        counts = found.get(day.isoformat(), Counts())
        same_day = {"since": day.isoformat(), "until": day.isoformat()}
        table.add(day, counts.met, counts.disputed, counts.missed, counts.kept_share, urls=_urls(asked, counts, same_day))
    table.wide = True
    rows = [found.get(day.isoformat(), Counts()) for day in asked.period.days]
    labels = [f"{day:%m-%d}" for day in asked.period.days]
    table.chart = _chart("trend", labels, rows)
    table.chart["series"].append({"name": _("Share kept"), "values": [row.kept_share for row in rows], "look": "share"})
    return table


def _table(name: str, title: str, first: str, *, compared: bool = False) -> Table:
    columns = [Column(first, "day" if name == "kept-by-day" else "text"), Column(_("Kept")), Column(_("Kept, disputed"))]
    columns += [Column(_("Missed")), Column(_("Share kept"), "share")]
    return Table(name, title, "", (*columns, Column(_("Change, points"), "points")) if compared else tuple(columns))


def _fill(table: Table, asked: Asked, daily: Daily, *, axis: str, keys: Iterable[str], called: Mapping[str, str]) -> Table:
    compared = table.columns[-1].kind == "points"
    labels, rows = [], []
    for key in keys:
        counts = daily.by[axis][key]
        if not counts.decided:
            continue
        label = called.get(key, key)
        before = daily.before[axis].get(key, Counts())
        compare = [change(counts.kept_share, before.kept_share)] if compared else []
        table.add(label, counts.met, counts.disputed, counts.missed, counts.kept_share, *compare, urls=_urls(asked, counts, {axis: key}))
        labels.append(label)
        rows.append(counts)
    if rows:
        table.chart = _chart("kept", labels[:DRAWN], rows[:DRAWN])
    return table


def _urls(asked: Asked, counts: Counts, facts: dict[str, Any]) -> dict[int, str]:
    """Answer where the promises behind each number of a row are."""
    found = {1: (counts.met, "met"), 2: (counts.disputed, DISPUTED), 3: (counts.missed, "missed")}
    return {place: asked.behind(outcome=outcome, **facts) for place, (number, outcome) in found.items() if number}


def _chart(kind: str, labels: list[str], rows: list[Counts]) -> dict[str, Any]:
    series = [
        {"name": _("Kept"), "values": [row.met for row in rows], "look": "kept"},
        {"name": _("Missed"), "values": [row.missed for row in rows], "look": "missed"},
    ]
    return {"kind": kind, "labels": labels, "series": series}


def _worst_first(found: dict[str, Counts]) -> list[str]:
    decided = [key for key, counts in found.items() if counts.decided]
    return sorted(decided, key=lambda key: (-found[key].missed, found[key].kept_share or 0, key))
