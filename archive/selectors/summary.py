"""What a newcomer has to know first: numbers of the last years, what holds now, what is open, what keeps failing, who to call."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.db.models import Avg, Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Office
from archive.selectors.places import equipment_for
from archive.sources import source_of
from archive.sources.customers import in_force
from core.duration import spell
from core.periods import MONTH, first_day
from customers.models import Equipment
from inspections import selectors as inspections
from inspections.models import Finding
from tickets import workflow
from tickets.figures.reliability import DOWN, covered
from tickets.models import Kind, Status
from visits.models import Status as Journey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from archive.scope import Scope
    from tickets.figures.period import Period

TROUBLE = 3
"""So many faults of one equipment in the period are a trouble that recurs."""
SHOWN = 5
LISTED = 12
"""Equipment that is named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, ready to be read, and what it is made of."""

    label: str
    number: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody to call: who, what for, and how."""

    name: str
    role: str
    phone: str


@dataclass(slots=True)
class Listed:
    """The first few of some rows, and how many there are."""

    rows: list[Any] = field(default_factory=list)
    count: int = 0

    @property
    def more(self) -> int:
        """Answer how many are not among the first few."""
        return self.count - len(self.rows)


@dataclass(slots=True)
class Summary:
    """What stands above a timeline."""

    figures: list[Figure]
    equipment: Listed
    contracts: list[Any]
    tickets: Listed
    findings: Listed
    coming: list[Any]
    troubles: list[Equipment]
    configuration: list[Any]
    calls: list[Call]
    months: list[dict[str, Any]]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is open."""
        return not (self.tickets.count or self.findings.count or self.coming)


def summary(user: User, scope: Scope, period: Period, *, at: datetime) -> Summary:
    """Answer the summary of what a person may see; a constant number of queries."""
    rows = _Rows(user, scope, period, at)
    return Summary(
        figures=_figures(rows),
        equipment=_equipment(rows),
        contracts=in_force(rows.of("contract").select_related("plan").order_by("-accepted_on", "-pk"), at),
        tickets=_first(rows.of("ticket").filter(status__in=workflow.OPEN).select_related("equipment", "site"), "queue_at", "pk"),
        findings=_first(rows.of("finding").filter(state=Finding.State.OPEN).select_related("equipment", "site"), "severity", "pk"),
        coming=_coming(rows),
        troubles=_troubles(rows),
        configuration=list(rows.of("configuration").select_related("equipment__site").order_by("-at", "-pk")[:SHOWN]),
        calls=_calls(scope),
        months=_months(rows),
    )


class _Rows:
    """The rows of a scope that a person may see, by source; ``during``: of those, what happened in the period."""

    def __init__(self, user: User, scope: Scope, period: Period, at: datetime) -> None:
        self.user, self.scope, self.period, self.at = user, scope, period, at

    def of(self, kind: str) -> QuerySet[Any]:
        return source_of(kind).within(self.user, self.scope)

    def during(self, kind: str) -> QuerySet[Any]:
        rows = source_of(kind).timed(self.of(kind))
        return rows.filter(happened_at__gte=self.period.starts, happened_at__lt=min(self.period.ends, self.at + timedelta(seconds=1)))

    @property
    def faults(self) -> QuerySet[Any]:
        return self.during("ticket").filter(kind=Kind.FAULT).exclude(status=Status.CANCELLED)


def _first(rows: QuerySet[Any], *order: str) -> Listed:
    found = list(rows.order_by(*order)[: SHOWN + 1])
    return Listed(found[:SHOWN], len(found) if len(found) <= SHOWN else rows.count())


def _figures(rows: _Rows) -> list[Figure]:
    told = rows.faults.aggregate(
        reported=Count("pk"), solved=Count("pk", filter=Q(resolved_at__isnull=False)), remote=Count("pk", filter=Q(solved_remotely=True))
    )
    down = rows.faults.filter(severity=DOWN).values_list("equipment", "created_at", "resolved_at")
    planned = rows.during("downtime").values_list("equipment", "starts_at", "ends_at")
    parts = rows.during("part").aggregate(total=Sum("quantity"))["total"] or 0
    papers = rows.during("document").aggregate(all=Count("pk"), signed=Count("pk", filter=Q(status="signed")))
    return [
        Figure(_("Faults"), str(told["reported"]), _("%(count)s solved") % {"count": told["solved"]}),
        Figure(_("Solved remotely"), _share(told["remote"], told["solved"]), _of(told["remote"], told["solved"])),
        Figure(_("Unplanned downtime"), _span(down, rows), _("faults of severity 1, report to solution")),
        Figure(_("Planned downtime"), _span(planned, rows)),
        Figure(_("Visits on site"), str(rows.during("visit").exclude(status=Journey.CANCELLED).count())),
        _kept(rows),
        Figure(_("Findings"), str(rows.during("finding").count())),
        Figure(_("Parts used or exchanged"), str(parts)),
        _satisfaction(rows),
        Figure(_("Documents"), str(papers["all"]), _("%(count)s signed") % {"count": papers["signed"]}),
    ]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "—"


def _of(part: int, whole: int) -> str:
    return _("%(part)s of %(whole)s") % {"part": part, "whole": whole} if whole else ""


def _span(spans: Iterable[tuple[int | None, datetime, datetime | None]], rows: _Rows) -> str:
    """Answer how long the equipment was down together; of one equipment what overlaps counts once."""
    first, last = rows.period.starts, min(rows.period.ends, rows.at)
    by: defaultdict[int | None, list[tuple[datetime, datetime]]] = defaultdict(list)
    for thing, start, end in spans:
        by[thing].append((start, end or last))
    total = sum((covered(each, first, last) for each in by.values()), timedelta())
    return spell(total) if total else "—"


def _kept(rows: _Rows) -> Figure:
    """Answer how many inspections took place in their time; those of its site, for an equipment."""
    of = {"site": rows.scope.site.pk} if rows.scope.site else {"organization": rows.scope.organization.pk}
    kept = inspections.plan_kept(rows.period.first, rows.period.last, today=timezone.localdate(rows.at), of=of)
    in_time = sum(row.in_time for row in kept)
    decided = in_time + sum(row.late + row.missed for row in kept)
    return Figure(_("Inspections kept"), _share(in_time, decided), _of(in_time, decided))


def _satisfaction(rows: _Rows) -> Figure:
    found = rows.during("survey").aggregate(average=Avg("mean"), answered=Count("pk", filter=Q(mean__isnull=False)))
    mean = f"{found['average']:.1f}" if found["average"] is not None else "—"
    answers = _("%(count)s answers, out of 5") % {"count": found["answered"]} if found["answered"] else ""
    return Figure(_("Satisfaction"), mean, answers)


def _equipment(rows: _Rows) -> Listed:
    scope = rows.scope
    if scope.equipment is not None:
        return Listed([scope.equipment], 1)
    things = equipment_for(rows.user).filter(is_active=True, site__organization=scope.organization)
    if scope.site is not None:
        things = things.filter(site=scope.site)
    found = list(things.order_by("site__name", "name", "pk")[: LISTED + 1])
    return Listed(found[:LISTED], len(found) if len(found) <= LISTED else things.count())


def _coming(rows: _Rows) -> list[Any]:
    """Answer the inspections that are planned next."""
    planned = rows.of("inspection").filter(status="planned", planned_on__gte=timezone.localdate(rows.at))
    return list(planned.select_related("site", "plan__template").order_by("planned_on", "pk")[:3])


def _troubles(rows: _Rows) -> list[Equipment]:
    """Answer the equipment with three faults or more, the most troublesome first; each knows its ``faults``: two queries."""
    counted = rows.faults.filter(equipment__isnull=False).order_by().values("equipment").annotate(faults=Count("pk"))
    worst = {row["equipment"]: row["faults"] for row in counted.filter(faults__gte=TROUBLE).order_by("-faults", "equipment")[:SHOWN]}
    things = {thing.pk: thing for thing in Equipment.objects.filter(pk__in=worst).select_related("site")}
    for pk, faults in worst.items():
        things[pk].faults = faults  # type: ignore[attr-defined]
    return [things[pk] for pk in worst]


def _calls(scope: Scope) -> list[Call]:
    """Answer whom to call: the offices that serve the place and their leads, and the site's own contact."""
    near = {"regions__sites": scope.site} if scope.site else {"regions__sites__organization": scope.organization}
    calls = []
    for office in Office.objects.filter(**near).distinct().select_related("lead").order_by("code")[:SHOWN]:
        calls.append(Call(str(office), _("office that serves you"), office.phone))
        if office.lead is not None and office.lead.is_active:
            calls.append(Call(str(office.lead), _("leads this office"), office.lead.phone))
    if scope.site is not None and scope.site.contact_name:
        calls.append(Call(scope.site.contact_name, _("contact on site"), scope.site.contact_phone))
    return calls


def _months(rows: _Rows) -> list[dict[str, Any]]:
    """Answer each month of the period with its faults and its other tickets."""
    zone = timezone.get_default_timezone()
    counted = rows.during("ticket").exclude(status=Status.CANCELLED).order_by().annotate(month=TruncMonth("created_at", tzinfo=zone))
    found = counted.values("month").annotate(faults=Count("pk", filter=Q(kind=Kind.FAULT)), others=Count("pk", filter=~Q(kind=Kind.FAULT)))
    by = {timezone.localtime(row["month"], zone).date(): row for row in found}
    return [{"month": month, "faults": 0, "others": 0, **by.get(month, {}), "day": month} for month in _every_month(rows.period)]


def _every_month(period: Period) -> Iterator[date]:
    month = first_day(MONTH, period.first)
    while month <= period.last:
        yield month
        month += relativedelta(months=1)
