"""Finding visits, and who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import get_language

from accounts.models import Role, User
from customers import selectors as customers
from inspections.models import (
    SEVERITIES,
    CarriedFinding,
    ChecklistVersion,
    Inspection,
    InspectionEvent,
    InspectionPhoto,
    InspectionResult,
    Outcome,
    Status,
)
from sla import selectors as sla
from visits.models import Status as Journey

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from customers.models import Equipment
    from inspections.models import ChecklistTemplate


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
    rows = InspectionResult.objects.select_related("equipment", "ticket", "recorded_by", "finding")
    results = rows.prefetch_related("photos").order_by("position")
    asked = CarriedFinding.objects.select_related("finding__equipment", "finding__ticket", "finding__first_found").order_by("finding")
    related = visits.select_related(
        "organization",
        "site__region",
        "office",
        "engineer",
        "plan__template",
        "plan__contract",
        "checklist__template",
        "signed_with",
        "visit",
    )
    return related.prefetch_related("helpers", Prefetch("results", results), Prefetch("carried", asked))


def record_of(visit: Inspection) -> QuerySet[InspectionEvent]:
    """Answer the lines of an inspection's record, oldest first."""
    return visit.events.select_related("actor").order_by("seq")


def photos_for(user: User) -> QuerySet[InspectionPhoto]:
    """Answer the pictures of the visits a person may see."""
    return InspectionPhoto.objects.filter(result__inspection__in=inspections_for(user))


def to_be_told(today: date) -> QuerySet[Inspection]:
    """Answer the planned visits whose day, or whose last possible day, passed without anybody having been told."""
    late = Q(late_at=None, planned_on__lt=today)
    return Inspection.objects.filter(late | Q(missed_at=None, due_to__lt=today), status=Status.PLANNED)


def moved_on_the_board() -> QuerySet[Inspection]:
    """Answer the planned visits whose journey was called off, or given to another day or person, on the dispatch board."""
    off = Q(visit__status=Journey.CANCELLED) & ~Q(visit__ended_because="")
    set_out = Q(visit__status=Journey.PLANNED, visit__lead__isnull=False, visit__starts_at__isnull=False)
    moved = ~Q(visit__lead=F("engineer")) | ~Q(board_day=F("planned_on"))
    planned = Inspection.objects.filter(status=Status.PLANNED, visit__isnull=False).annotate(board_day=TruncDate("visit__starts_at"))
    return planned.filter(off | (set_out & moved))


def at_site(user: User, site: int) -> QuerySet[Inspection]:
    """Answer the finished inspections of a site that a person may see, latest first."""
    done = inspections_for(user).filter(site=site, status=Status.DONE)
    return done.select_related("plan__template").order_by("-planned_on", "-id")


def colleagues(people: Iterable[int]) -> QuerySet[User]:
    """Answer these people, if they still work here."""
    return User.objects.filter(pk__in=set(people), is_active=True).order_by("pk")


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


def newest_versions() -> QuerySet[ChecklistVersion]:
    """Answer what each checklist asks now."""
    newer = ChecklistVersion.objects.filter(template=OuterRef("template"), number__gt=OuterRef("number"))
    return ChecklistVersion.objects.filter(~Exists(newer))


def may_work_on(user: User, visit: Inspection) -> bool:
    """Whether a person may carry out a visit: its crew, the people of its office, and those who dispatch."""
    if not user.is_provider:
        return False
    if user.dispatches or visit.engineer_id == user.pk or visit.office_id == user.office_id:
        return True
    return visit.helpers.filter(pk=user.pk).exists()


def may_sign(user: User, visit: Inspection) -> bool:
    """Whether the report may be signed by this customer, or on this engineer's device."""
    return may_work_on(user, visit) if user.is_provider else inspections_for(user).filter(pk=visit.pk).exists()


def severity_words(visit: Inspection, at: datetime) -> list[tuple[int, str]]:
    """Answer the severities a fault can have at this customer, in their plan's words."""
    version = sla.current_plan_version(visit.plan.contract.plan, at)
    if version is None:
        return [(level, str(level)) for level in SEVERITIES]
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    severities = sla.engine_plan(version.pk).severities
    return [(level, severities[level].name[language]) for level in sorted(severities)]
