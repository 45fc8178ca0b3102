"""The work itself: solved remotely or on site, how long it took, what came in and went out, who has how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.models import Role, User
from tickets.figures import names
from tickets.figures.daily import Counts
from tickets.figures.open_work import open_by_person
from tickets.figures.restore import ALL, restored
from tickets.figures.tables import Column, Table, change

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tickets.figures.daily import Daily
    from tickets.figures.restore import Restore
    from tickets.figures.tables import Asked

REMOTE_TARGET = 0.8
"""The share of faults that service plans want solved without anybody travelling (P3, 4.4; P0)."""


def remote_by_severity(asked: Asked, daily: Daily, limit: int | None = None) -> Table:
    """Answer for each severity which share of the faults needed nobody on site."""
    table = _remote("remote-by-severity", _("Solved remotely, by severity"), _("Severity"))
    return _fill(table, asked, daily, axis="severity", keys=sorted(daily.by["severity"]), called=names.severity_names())


def remote_by_office(asked: Asked, daily: Daily, limit: int | None = None) -> Table:
    """Answer for each office which share of the faults needed nobody on site."""
    table = _remote("remote-by-office", _("Solved remotely, by office"), _("Office"))
    return _fill(table, asked, daily, axis="office", keys=sorted(daily.by["office"]), called=asked.office_names)


def _remote(name: str, title: str, first: str) -> Table:
    columns = (Column(first, "text"), Column(_("Remotely")), Column(_("On site")), Column(_("Share remote"), "share"))
    says = _(
        "Of the faults solved in these days, those for which nobody checked in at the site. The service plans want 80 percent and more."
    )
    return Table(name, title, says, (*columns, Column(_("Change, points"), "points")))


def _fill(table: Table, asked: Asked, daily: Daily, *, axis: str, keys: Iterable[str], called: Mapping[str, str]) -> Table:
    labels, shares = [], []
    for key in keys:
        counts, before = daily.by[axis][key], daily.before[axis].get(key, Counts())
        if counts.remote_share is None:
            continue
        ways = {1: (counts.remote, "remote"), 2: (counts.onsite, "onsite")}
        urls = {place: asked.behind("resolved", way=way, **{axis: key}) for place, (number, way) in ways.items() if number}
        compare = change(counts.remote_share, before.remote_share)
        table.add(called.get(key, key), counts.remote, counts.onsite, counts.remote_share, compare, urls=urls)
        labels.append(called.get(key, key))
        shares.append(counts.remote_share)
    if shares:
        aim = {"name": _("Target"), "values": [REMOTE_TARGET] * len(shares), "look": "target"}
        table.chart = {"kind": "share", "labels": labels, "series": [{"name": _("Share remote"), "values": shares, "look": "kept"}, aim]}
    return table


Times = dict[tuple[int, bool], "Restore"]


def restore_by_severity(asked: Asked, times: Times) -> Table:
    """Answer how long faults of each severity took."""
    spans = [Column(_("Half within"), "span"), Column(_("Nine of ten within"), "span"), Column(_("Half within, period before"), "span")]
    says = _("From the report of a fault to its solution, for the faults solved in these days, waiting included.")
    table = Table("restore-time", _("Time to restore"), says, (Column(_("Severity"), "text"), Column(_("Solved")), *spans))
    called = names.severity_names() | {str(ALL): _("All severities")}
    shown = [severity for severity in (1, 2, 3, 4, ALL) if (severity, True) in times]
    for severity in shown:
        found, before = times[severity, True], times.get((severity, False))
        facts: dict[str, Any] = {"kind": "fault"} | ({"severity": severity} if severity != ALL else {})
        urls = {1: asked.behind("resolved", **facts)}
        table.add(called[str(severity)], found.solved, found.median, found.p90, before.median if before else None, urls=urls)
    if shown:
        table.chart = {
            "kind": "span",
            "labels": [called[str(severity)] for severity in shown],
            "series": [
                {"name": _("Half within"), "values": [times[severity, True].median / 3600 for severity in shown], "look": "kept"},
                {"name": _("Nine of ten within"), "values": [times[severity, True].p90 / 3600 for severity in shown], "look": "second"},
            ],
        }
    return table


def restore_times(asked: Asked) -> Times:
    """Answer the times that the table and the tile are made of."""
    return restored(asked.period, asked.scope)


def flow(asked: Asked, daily: Daily, limit: int | None = None) -> Table:
    """Answer day by day how many tickets came in and were solved, the last day first."""
    says = _("Tickets of every kind by the day they were reported on and the day they were solved on; a rejected solution does not count.")
    table = Table("flow", _("In and out"), says, (Column(_("Day"), "day"), Column(_("Came in")), Column(_("Solved"))))
    days = [(day, daily.by["day"].get(day.isoformat(), Counts())) for day in asked.period.days]
    for day, counts in reversed(days):
        same_day = {"since": day.isoformat(), "until": day.isoformat()}
        numbers = {1: (counts.reported, "reported"), 2: (counts.resolved, "resolved")}
        urls = {place: asked.behind(figure, **same_day) for place, (number, figure) in numbers.items() if number}
        table.add(day, counts.reported, counts.resolved, urls=urls)
    table.chart = {
        "kind": "flow",
        "labels": [f"{day:%m-%d}" for day, _counts in days],
        "series": [
            {"name": _("Came in"), "values": [counts.reported for _day, counts in days], "look": "second"},
            {"name": _("Solved"), "values": [counts.resolved for _day, counts in days], "look": "kept"},
        ],
    }
    return table


def workload(asked: Asked, daily: Daily, limit: int | None = None) -> Table:
    """Answer what each person of ours has open and has done; an engineer sees the own line only."""
    says = _("Open and late now, solved and kept in these days, by the person the ticket is assigned to now.")
    columns = (Column(_("Person"), "text"), Column(_("Open")), Column(_("Late")), Column(_("Solved")), Column(_("Share kept"), "share"))
    table = Table("workload", _("Workload"), says, columns)
    now, done = open_by_person(asked.scope, asked.at), daily.by["engineer"]
    ids = {*now, *map(int, done), *_engineers(asked)} if asked.user.dispatches else {asked.user.pk}
    lines = [(person, now.get(person, (0, 0)), done.get(str(person), Counts())) for person in ids]
    lines.sort(key=lambda line: (-line[1][0], -line[1][1], -line[2].resolved, line[0]))
    table.left_off = max(0, len(lines) - limit) if limit else 0
    called = names.people_names(str(person) for person, _now, _done in lines[:limit])
    for person, (open_, late), counts in lines[:limit]:
        urls = _person_urls(asked, person, open_, late, counts)
        table.add(called.get(str(person), str(person)), open_, late, counts.resolved, counts.kept_share, urls=urls)
    table.chart = _load_chart(table) if table.rows else None
    return table


def _engineers(asked: Asked) -> Iterable[int]:
    """Answer the engineers who may have nothing to do: they belong into the picture as well."""
    office = {"office": asked.scope.office} if asked.scope.office else {}
    return User.objects.filter(role=Role.ENGINEER, is_active=True, **office).values_list("pk", flat=True)


def _person_urls(asked: Asked, person: int, open_: int, late: int, counts: Counts) -> dict[int, str]:
    places = [
        (open_, asked.queue(assignee=person)),
        (late, asked.queue(assignee=person, risk="late")),
        (counts.resolved, asked.behind("resolved", engineer=person)),
        (counts.decided, asked.behind(engineer=person)),
    ]
    return {place: url for place, (number, url) in enumerate(places, start=1) if number}


def _load_chart(table: Table) -> dict[str, Any]:
    rows = table.rows[:12]
    return {
        "kind": "load",
        "labels": [row[0].text for row in rows],
        "series": [
            {"name": _("Open, in time"), "values": [row[1].value - row[2].value for row in rows], "look": "kept"},
            {"name": _("Late"), "values": [row[2].value for row in rows], "look": "missed"},
        ],
    }
