"""What the dashboard says of work on site: visits for each fault that was visited, and how often one was enough."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.models import Office
from tickets.figures.tables import Column, Table, Tile, tile
from tickets.models import Kind
from visits.models import Status, Visit

if TYPE_CHECKING:
    from tickets.figures.period import Period
    from tickets.figures.tables import Asked

NAME = "on-site"


@dataclass(slots=True)
class Work:
    """Faults that somebody went out for, and how often."""

    faults: int = 0
    visits: int = 0
    failed: int = 0
    first_time: int = 0

    def add(self, visits: int, failed: int) -> None:
        """Count a solved fault with its visits."""
        self.faults, self.visits, self.failed = self.faults + 1, self.visits + visits + failed, self.failed + failed
        self.first_time += visits == 1 and not failed

    @property
    def each(self) -> float | None:
        """Answer the visits for each fault that was visited."""
        return self.visits / self.faults if self.faults else None

    @property
    def first_time_share(self) -> float | None:
        """Answer the share that one visit solved."""
        return self.first_time / self.faults if self.faults else None


def on_site(asked: Asked, limit: int | None = None) -> tuple[Table, Tile]:
    """Answer the work on site by office, of faults whose solution stands in the period."""
    now, before = _work(asked, asked.period), _work(asked, asked.period.previous)
    columns = [Column(_("Office"), "text"), Column(_("Faults visited")), Column(_("Visits made")), Column(_("Failed visits"))]
    columns += [Column(_("Visits a fault"), "score"), Column(_("Fixed on the first visit"), "share")]
    says = _("Faults solved in these days that somebody went out for. Fixed on the first visit: one visit, and none that failed.")
    table = Table(NAME, _("On site"), says, tuple(columns))
    names = {office.pk: str(office) for office in Office.objects.filter(pk__in=now)}
    rows = sorted(now.items(), key=lambda item: (item[1].first_time_share or 0, item[0]))
    for office, row in rows:
        table.add(names[office], row.faults, row.visits, row.failed, row.each, row.first_time_share)
    if rows:
        drawn = {"name": _("Fixed on the first visit"), "values": [row.first_time_share for _office, row in rows], "look": "kept"}
        table.chart = {"kind": "share", "labels": [names[office] for office, _row in rows], "series": [drawn]}
    share, past = (_total(found).first_time_share for found in (now, before))
    return table, tile(_("Fixed on the first visit"), "share", share, past, url=asked.behind("resolved", kind="fault", way="onsite"))


def _work(asked: Asked, period: Period) -> dict[int, Work]:
    scope = {f"ticket__{name}": key for name, key in asked.scope.filters.items()}
    solved = {"ticket__kind": Kind.FAULT, "ticket__resolved_at__gte": period.starts, "ticket__resolved_at__lt": period.ends}
    counted = Visit.objects.filter(**solved, **scope).order_by().values_list("ticket", "ticket__office")
    arrived, failed = Q(status__in=[Status.DONE, Status.ON_SITE]), Q(status=Status.FAILED)
    found: dict[int, Work] = defaultdict(Work)
    for _ticket, office, went, in_vain in counted.annotate(went=Count("pk", filter=arrived), in_vain=Count("pk", filter=failed)):
        if went:
            found[office].add(went, in_vain)
    return found


def _total(found: dict[int, Work]) -> Work:
    rows = found.values()
    sums = (sum(getattr(row, name) for row in rows) for name in ("faults", "visits", "failed", "first_time"))
    return Work(*sums)
