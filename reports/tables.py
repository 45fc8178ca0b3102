"""A report in words and tables, in the language that is active: page, PDF and workbook are made of the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from sla.words import listed, spoken
from tickets.figures.daily import share
from tickets.figures.tables import Cell, Column, Table, Tile, change, plain, said, tile
from tickets.models import WaitOwner
from tickets.turns import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from reports.models import MonthlyReport
    from tickets.figures.tables import Kind

    Row = dict[str, Any]
    Read = Callable[[Row], Any]


def _satisfied(found: Row) -> float | None:
    """Answer which share of the answers was 4 or more on average."""
    answers = found["surveys"]
    return share(answers["satisfied"], answers["answered"] - answers["satisfied"])


DRAWN = 12
"""Bars that a chart holds before it cannot be read any more."""
FIGURES: tuple[tuple[Any, Kind, Read], ...] = (
    (gettext_lazy("Tickets reported"), "count", lambda found: found["reported"]),
    (gettext_lazy("Tickets solved"), "count", lambda found: found["solved"]),
    (gettext_lazy("Open at the end of the month"), "count", lambda found: found["open"]),
    (gettext_lazy("Complaints"), "count", lambda found: found["complaints"]),
    (gettext_lazy("Promises decided"), "count", lambda found: found["kept"] + found["missed"]),
    (gettext_lazy("Promises kept"), "count", lambda found: found["kept"]),
    (gettext_lazy("Kept, disputed"), "count", lambda found: found.get("disputed")),  # reports made before this was counted have none
    (gettext_lazy("Promises missed"), "count", lambda found: found["missed"]),
    (gettext_lazy("Share kept"), "share", lambda found: share(found["kept"], found["missed"])),
    (gettext_lazy("Inspections planned"), "count", lambda found: found["inspections"]["planned"]),
    (gettext_lazy("Inspections done"), "count", lambda found: found["inspections"]["done"]),
    (gettext_lazy("Inspections late"), "count", lambda found: found["inspections"]["late"]),
    (gettext_lazy("Surveys sent"), "count", lambda found: found["surveys"]["asked"]),
    (gettext_lazy("Surveys answered"), "count", lambda found: found["surveys"]["answered"]),
    (gettext_lazy("Satisfaction, average of 5"), "score", lambda found: found["surveys"]["mean"]),
    (gettext_lazy("Share of satisfied answers"), "share", _satisfied),
)


@dataclass(frozen=True, slots=True)
class Head:
    """Above the tables: whose report it is, and of what."""

    title: str
    provider: str
    office: str
    facts: list[tuple[str, str]]
    summary: str
    correction: str


def head(report: MonthlyReport) -> Head:
    """Answer whose report it is, and of what."""
    found, given = report.figures, report.figures["head"]
    office = spoken(given["office"]) if given["office"] else ""
    facts = [
        (_("Customer"), given["customer"]),
        (_("Contract"), f"{given['contract']} {given['contract_name']}"),
        (_("Month"), f"{found['month']} ({found['first']} – {found['last']}, {found['zone']})"),
        (_("Service plan"), _plan(given)),
        (_("Report"), report.number),
        (_("Made at"), _moment(report.made_at)),
    ]
    correction = _("Revision %(number)s: %(reason)s") % {"number": report.revision, "reason": report.reason} if report.reason else ""
    title = _("Monthly service report %(month)s") % {"month": found["month"]}
    return Head(title, spoken(given["provider"]), " · ".join(filter(None, (office, given["phone"]))), facts, _summary(report), correction)


def _plan(given: Row) -> str:
    if not given["versions"]:
        return spoken(given["plan"])
    return " · ".join((spoken(given["plan"]), _("version %(number)s") % {"number": listed(given["versions"])}))


def _summary(report: MonthlyReport) -> str:
    """Say the month in a sentence."""
    found = report.totals
    if not any((found["reported"], found["solved"], found["open"], report.kept, report.missed)):
        return _("A quiet month: nothing was reported, nothing was open, and no promise fell due.")
    decided = report.kept + report.missed
    if not decided:
        return _("No promise was decided in this month.")
    words = ngettext(
        "%(kept)s of %(count)s promise was kept in time: %(share)s.",
        "%(kept)s of %(count)s promises were kept in time: %(share)s.",
        decided,
    )
    return words % {"kept": report.kept, "count": decided, "share": said("share", report.kept_share)}


def tiles(report: MonthlyReport) -> list[Tile]:
    """Answer the large numbers of the page, each with that of the month before."""
    now, before = report.totals, (report.figures["before"] or {}).get("totals")
    shown: list[tuple[Any, Kind, Read, Any]] = [
        (_("Share kept"), "share", FIGURES[8][2], "more"),
        (_("Promises missed"), "count", FIGURES[7][2], "less"),
        (_("Tickets reported"), "count", FIGURES[0][2], ""),
        (_("Tickets solved"), "count", FIGURES[1][2], "more"),
        (_("Open at the end of the month"), "count", FIGURES[2][2], "less"),
        (_("Satisfaction"), "score", FIGURES[14][2], "more"),
    ]
    return [tile(label, kind, read(now), read(before) if before else None, good=better) for label, kind, read, better in shown]


def tables(report: MonthlyReport, *, for_staff: bool) -> list[Table]:
    """Answer every table of the report; ``for_staff`` names the people of ours who were told."""
    return [overview(report), promises(report), misses(report, for_staff=for_staff), waits(report), *parties(report)]


def overview(report: MonthlyReport) -> Table:
    """Answer the figures of the month beside those of the month before."""
    now, past = report.totals, report.figures["before"]
    columns = [Column(_("Figure"), "text"), Column(report.figures["month"]), Column(past["month"] if past else _("Month before"))]
    table = Table("overview", _("The month at a glance"), _overview_says(report), tuple(columns))
    for label, kind, read in FIGURES:
        cells = [_cell(kind, read(now)), _cell(kind, read(past["totals"]) if past else None)]
        table.rows.append([Cell(str(label), str(label)), *cells])
    return table


def _overview_says(report: MonthlyReport) -> str:
    says = _("Days begin at midnight in %(zone)s. Surveys are those sent in the month; satisfied is 4 of 5 or more on average.") % {
        "zone": report.figures["zone"]
    }
    if report.figures["before"]:
        return says
    return " ".join((says, _("The contract began in this month, so there is nothing to compare with.")))


def promises(report: MonthlyReport) -> Table:
    """Answer how each promise was kept, with the clause of the contract that it comes from."""
    columns = [Column(_("Promise"), "text"), Column(_("Clause"), "text"), Column(_("Kept")), Column(_("Missed")), Column(_("Decided"))]
    columns += [Column(_("Share kept"), "share"), Column(_("Change, points"), "points"), Column(_("Kept, disputed"))]
    says = _(
        "A kept promise counts in the month in which it was kept, a missed one in the month in which its time ran out. "
        "“Kept, disputed” are those of the kept ones that were kept only thanks to a pause that is disputed, or was withdrawn since."
    )
    table = Table("promises", _("Promises, clause by clause"), says, tuple(columns))
    past = {row["code"]: row for row in (report.figures["before"] or {}).get("promises", ())}
    for row in report.figures["promises"]:
        kept, old = _kept(row), past.get(row["code"])
        compare = change(kept, _kept(old) if old else None)
        decided = row["kept"] + row["missed"]
        table.add(spoken(row["name"]), row["clause"] or "—", row["kept"], row["missed"], decided, kept, compare, row.get("disputed"))
    if table.rows:
        table.chart = _chart(table)
    return table


def _kept(row: Row) -> float | None:
    return share(row["kept"], row["missed"])


def _chart(table: Table) -> Row:
    shown = table.rows[:DRAWN]
    series = [
        {"name": _("Kept"), "values": [row[2].value for row in shown], "look": "kept"},
        {"name": _("Missed"), "values": [row[3].value for row in shown], "look": "missed"},
    ]
    return {"kind": "kept", "labels": [row[0].text for row in shown], "series": series}


def misses(report: MonthlyReport, *, for_staff: bool) -> Table:
    """Answer every missed promise: how late in the hours that count for it, and who was told at the highest level."""
    heads = [_("Ticket"), _("Subject"), _("Promise"), _("Clause"), _("Due"), _("Done"), _("Late by"), _("Told at the highest level")]
    columns = [Column(head, "span" if place == 6 else "text") for place, head in enumerate(heads)]  # noqa: PLR2004
    says = _("How late counts in the hours of the promise; what was not done when the report was made counts up to then.")
    table = Table("misses", _("Missed promises"), says, tuple(columns))
    for row in report.figures["missed"]:
        due, done = _at(row["due_at"]), _at(row["stopped_at"])
        words = [row["ticket"], f"{row['subject']} ({spoken(row['severity'])})", spoken(row["promise"]), row["clause"] or "—"]
        cells = [*(Cell(word, word) for word in words), _instant(due, "—"), _instant(done, _("not yet"))]
        told = _told(row["told"], for_staff=for_staff)
        table.rows.append([*cells, _cell("span", row["late"], raw=True), Cell(told, told)])
    return table


def _told(told: Row | None, *, for_staff: bool) -> str:
    """Say when the highest level was reached and whom it names; by name only to our own people."""
    if told is None:
        return "—"
    at = _at(told["at"])
    words = f"{spoken(told['roles'])} · {_moment(at) if at else ''}"
    return f"{words} · {listed(told['names'])}" if for_staff and told["names"] else words


def waits(report: MonthlyReport) -> Table:
    """Answer how long tickets were on hold, by whom they waited for."""
    past = report.figures["before"]
    columns = [Column(_("In whose hands"), "text"), Column(report.figures["month"], "span")]
    columns.append(Column(past["month"] if past else _("Month before"), "span"))
    says = _("While a ticket is on hold, the promises that may pause do. By the wall clock, as far as it lies in the month.")
    table = Table("waits", _("Waiting for others"), says, tuple(columns))
    for owner in WaitOwner:
        now = report.totals["waits"].get(owner.value, 0)
        before = past["totals"]["waits"].get(owner.value, 0) if past else None
        table.add(str(owner.label), now, before)
    return table


def parties(report: MonthlyReport) -> list[Table]:
    """Answer who had the ball, and for how long; reports made before this was counted have no such table."""
    now, past = report.totals.get("parties"), report.figures["before"]
    if now is None:
        return []
    columns = [Column(_("Party"), "text"), Column(report.figures["month"], "span")]
    columns.append(Column(past["month"] if past else _("Month before"), "span"))
    says = _(
        "Every second in which a ticket was open is one party's; what is solved and not confirmed is the customer's. By the wall clock."
    )
    table = Table("parties", _("Who had the ball"), says, tuple(columns))
    before = past["totals"].get("parties", {}) if past else {}
    for party, name in NAMES.items():
        table.add(str(name).capitalize(), now[party], before.get(party))
    table.add(_("In all"), sum(now.values()), sum(before.values()) if before else None)
    return [table]


def facts(report: MonthlyReport) -> Table:
    """Answer the head of the report as a table, for a workbook."""
    found = head(report)
    table = Table("facts", found.title, "", (Column(_("Report"), "text"), Column(found.provider, "text")))
    for label, value in [*found.facts, *([(_("Correction"), found.correction)] if found.correction else [])]:
        table.add(label, value)
    return table


def _cell(kind: Kind, value: Any, *, raw: bool = False) -> Cell:
    """Answer a cell that is read as its own kind says, in a column whose cells are of many kinds (or as the column says)."""
    return Cell(value if raw else plain(kind, value), said(kind, value))


def _instant(at: datetime | None, nothing: str) -> Cell:
    return Cell(at or nothing, _moment(at) if at else nothing)


def _at(stamp: str | None) -> datetime | None:
    return datetime.fromisoformat(stamp) if stamp else None


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at, timezone.get_default_timezone()):%Y-%m-%d %H:%M}"


def language() -> str:
    """Answer the active language as documents name it."""
    return "en" if (get_language() or "").startswith("en") else "zh"
