"""Finding visits and plans, and who may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import get_language

from accounts.models import Role, User
from customers import selectors as customers
from inspections.models import SEVERITIES, ChecklistVersion, Inspection, InspectionPlan, InspectionResult, Outcome, Status
from sla import selectors as sla

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from customers.models import Equipment
    from inspections.models import ChecklistTemplate


def workdays(at: datetime) -> Callable[[date], bool]:
    """Answer what tells working days from the others; where no office calendar is loaded, every day is one."""
    hours = sla.office_hours(at)
    return hours.is_workday if hours else lambda _day: True


def inspections_for(user: User) -> QuerySet[Inspection]:
    """Answer the visits a person may see: staff all, a supervisor their organization's, a customer their sites'."""
    visits = Inspection.objects.all()
    return visits if user.is_provider else visits.filter(site__in=customers.sites_for(user))


def with_people_and_places(visits: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """Add what a line of a list shows, in a constant number of queries."""
    failed = Count("results", filter=Q(results__outcome=Outcome.FAILED))
    related = visits.select_related("organization", "site", "office", "engineer", "plan__template", "plan__contract")
    return related.annotate(failed=failed)


def with_results(visits: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """Add everything that a visit's own page, its report and the API show."""
    results = InspectionResult.objects.select_related("equipment", "ticket", "recorded_by").order_by("position")
    related = visits.select_related(
        "organization", "site__region", "office", "engineer", "plan__template", "plan__contract", "checklist__template", "signed_with"
    )
    return related.prefetch_related("helpers", Prefetch("results", results))


def mine(visits: QuerySet[Inspection], user: User) -> QuerySet[Inspection]:
    """Answer the visits a person carries out or comes along to."""
    return visits.filter(Q(engineer=user) | Q(pk__in=user.assisted_inspections.values("pk")))


def awaiting_signature(visits: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """Answer the finished visits whose report the customer has neither signed nor refused."""
    return visits.filter(status=Status.DONE, signed_at=None, refusal_reason="")


def equipment_at(visit: Inspection) -> QuerySet[Equipment]:
    """Answer what stands at the visit's site and is in service."""
    return visit.site.equipment.filter(is_active=True).order_by("name")


def customers_at(visit: Inspection) -> QuerySet[User]:
    """Answer the customer's people who are concerned: supervisors, and who belongs to the site."""
    theirs = User.objects.filter(is_active=True, membership__organization=visit.organization_id)
    concerned = Q(role=Role.SUPERVISOR) | Q(membership__in=visit.site.memberships.all(), role=Role.CUSTOMER)
    return theirs.filter(concerned).order_by("pk")


def newest_version(template: ChecklistTemplate) -> ChecklistVersion | None:
    """Answer what a checklist asks now."""
    return template.versions.order_by("-number").first()


def may_work_on(user: User, visit: Inspection) -> bool:
    """Whether a person may carry out a visit: its crew, the people of its office, and those who dispatch."""
    if not user.is_provider:
        return False
    if user.dispatches or visit.engineer_id == user.pk or visit.office_id == user.office_id:
        return True
    return visit.helpers.filter(pk=user.pk).exists()


def plans_for(user: User) -> QuerySet[InspectionPlan]:
    """Answer the plans a person may see, with what a list shows of them."""
    rows = InspectionPlan.objects.select_related("contract__organization", "site", "template", "engineer")
    return rows if user.is_provider else rows.filter(site__in=customers.sites_for(user))


def year_of(plans: Sequence[InspectionPlan], year: int) -> dict[int, list[Inspection]]:
    """Answer a year's visits of these plans, in the order of their days, in one query."""
    found: dict[int, list[Inspection]] = {plan.pk: [] for plan in plans}
    visits = Inspection.objects.filter(plan__in=found, period__startswith=f"{year}")
    for visit in visits.order_by("planned_on"):
        found[visit.plan_id].append(visit)
    return found


def quarters(visits: Iterable[Inspection]) -> list[list[Inspection]]:
    """Answer the visits of a year in its four quarters."""
    columns: list[list[Inspection]] = [[], [], [], []]
    for visit in visits:
        columns[quarter_of(visit)].append(visit)
    return columns


def quarter_of(visit: Inspection) -> int:
    """Answer the quarter a visit is owed in, from 0; a yearly one counts where it is planned."""
    if "Q" in visit.period:
        return int(visit.period[-1]) - 1
    month = int(visit.period[5:]) if "-" in visit.period else visit.planned_on.month
    return (month - 1) // 3


def may_sign(user: User, visit: Inspection) -> bool:
    """Whether the report may be signed by this customer, or on this engineer's device."""
    return may_work_on(user, visit) if user.is_provider else inspections_for(user).filter(pk=visit.pk).exists()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a checklist is filled in."""

    total: int
    recorded: int
    failed: int
    missing: int

    @property
    def share(self) -> int:
        """Answer the part that is recorded, in percent."""
        return round(100 * self.recorded / self.total) if self.total else 100


def progress(results: Iterable[InspectionResult]) -> Progress:
    """Answer how far these results are filled in; missing are the required ones that are still open."""
    rows = list(results)
    return Progress(
        total=len(rows),
        recorded=sum(1 for row in rows if row.outcome),
        failed=sum(1 for row in rows if row.outcome == Outcome.FAILED),
        missing=sum(1 for row in rows if row.required and not row.outcome),
    )


def severity_words(visit: Inspection, at: datetime) -> list[tuple[int, str]]:
    """Answer the severities a fault can have at this customer, in their plan's words."""
    version = sla.current_plan_version(visit.plan.contract.plan, at)
    if version is None:
        return [(level, str(level)) for level in SEVERITIES]
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    severities = sla.engine_plan(version.pk).severities
    return [(level, severities[level].name[language]) for level in sorted(severities)]
