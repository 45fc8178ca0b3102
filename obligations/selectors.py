"""What is owed, to whom it is shown, who answers for it, and what of it was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.models import Role
from customers.models import Equipment, Site
from obligations.models import Kind, Obligation, Status

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from customers.models import Contract

MONTHS = 12
LATE = Q(status=Status.DONE, ended_at__gt=F("due_at"))
LATELY = 8
"""How many are shown beside a contract or a customer."""


# --- Who sees what ------------------------------------------------------------------------------


def may_read(user: User) -> bool:
    """Whether a person reads obligations at all: staff, and the supervisors of customers."""
    return user.is_provider or user.role == Role.SUPERVISOR


def obligations_for(user: User) -> QuerySet[Obligation]:
    """Answer what a person may see: staff all, a supervisor what is owed to their organization."""
    if user.is_provider:
        return Obligation.objects.all()
    mine = Obligation.objects.filter(organization__memberships__user=user)
    return mine if user.role == Role.SUPERVISOR else mine.none()


def with_names(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Have rows know what lists and pages say of them."""
    return rows.select_related("organization", "contract", "site", "equipment", "office", "ended_by")


def in_state(rows: QuerySet[Obligation], state: str, at: datetime) -> QuerySet[Obligation]:
    """Narrow to ``owed``, ``late`` (owed and past its time), ``done``, ``done_late`` or ``waived``; anything else is all."""
    narrowed = {
        "owed": Q(status=Status.OWED),
        "late": Q(status=Status.OWED, due_at__lt=at),
        "done": Q(status=Status.DONE),
        "done_late": LATE,
        "waived": Q(status=Status.WAIVED),
    }
    return rows.filter(narrowed[state]) if state in narrowed else rows


def due_in(rows: QuerySet[Obligation], first: date, months: int = 1) -> QuerySet[Obligation]:
    """Narrow to what is due in the months from that of a day on."""
    begins = first.replace(day=1)
    return rows.filter(due_at__gte=midnight(begins), due_at__lt=midnight(begins + relativedelta(months=months)))


def midnight(day: date) -> datetime:
    """Answer the instant at which a day begins where the desk is."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def near(rows: QuerySet[Obligation]) -> list[Obligation]:
    """Answer what is owed, the oldest first, and what was done last where less than that is owed."""
    owed = list(with_names(rows).filter(status=Status.OWED).order_by("due_at", "pk")[:LATELY])
    ended = with_names(rows).exclude(status=Status.OWED).order_by("-due_at", "-pk")
    return owed + list(ended[: LATELY - len(owed)])


# --- What was kept ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """How much fell due, of one kind in one month, and what became of it."""

    month: date
    kind: str
    in_time: int
    late: int
    open: int
    waived: int

    @property
    def owed(self) -> int:
        """Answer how much was owed; what was waived is not."""
        return self.in_time + self.late + self.open

    @property
    def share(self) -> float | None:
        """Answer which share of what is decided was done in time."""
        decided = self.in_time + self.late
        return self.in_time / decided if decided else None

    @property
    def percent(self) -> int | None:
        """Answer that share in whole percent."""
        return None if self.share is None else round(100 * self.share)

    @property
    def kind_label(self) -> str:
        """Answer the kind in words."""
        return str(Kind(self.kind).label)


def kept(rows: QuerySet[Obligation], at: datetime) -> list[Kept]:
    """Answer by month and kind what fell due and what became of it; what is owed past its time is late already. One query."""
    zone = timezone.get_default_timezone()
    groups = rows.annotate(month=TruncMonth("due_at", tzinfo=zone)).values("month", "kind").order_by("month", "kind")
    counted = groups.annotate(
        in_time=Count("pk", filter=Q(status=Status.DONE, ended_at__lte=F("due_at"))),
        late=Count("pk", filter=LATE | Q(status=Status.OWED, due_at__lt=at)),
        open=Count("pk", filter=Q(status=Status.OWED, due_at__gte=at)),
        waived=Count("pk", filter=Q(status=Status.WAIVED)),
    )
    return [Kept(**(row | {"month": row["month"].date()})) for row in counted]


def span(at: datetime) -> tuple[date, int]:
    """Answer the first month shown of what was kept, and how many: a year, the current month last."""
    return timezone.localdate(at).replace(day=1) - relativedelta(months=MONTHS - 1), MONTHS


# --- What a contract covers ----------------------------------------------------------------------


def equipment_in_service(contract: Contract) -> QuerySet[Equipment]:
    """Answer the equipment in service that a contract covers: what it names, else all of the customer's."""
    named = Equipment.objects.filter(contracts=contract)
    rows = named if named.exists() else Equipment.objects.filter(site__organization=contract.organization_id)
    return rows.filter(is_active=True)


def site_of(contract: Contract) -> Site | None:
    """Answer where a contract's equipment stands: the site of the first it names, else the customer's first."""
    sites = Site.objects.select_related("region__office")
    named = sites.filter(equipment__contracts=contract).order_by("equipment__pk").first()
    return named or sites.filter(organization=contract.organization_id).order_by("pk").first()
