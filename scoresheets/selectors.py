"""Which scores and sheets there are, and who sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch

from accounts.models import Role
from scoresheets.models import Agreement, Dispute, Score, Sheet

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from customers.models import Contract
    from scoresheets.models import Line

LATELY = 8
_WAITING = Dispute.objects.filter(line__score=OuterRef("pk"), answered_at=None)


def may_read(user: User) -> bool:
    """Whether a person reads scores at all: staff, and the supervisors of customers."""
    return user.is_provider or user.role == Role.SUPERVISOR


def may_dispute(user: User) -> bool:
    """Whether a person may hold a line to be wrong."""
    return user.dispatches or user.role == Role.SUPERVISOR


def scores_for(user: User) -> QuerySet[Score]:
    """Answer the scores a person may see: staff all, a supervisor those of their organization."""
    rows = Score.objects.select_related("contract", "organization", "sheet")
    if user.is_provider:
        return rows
    return rows.filter(organization__memberships__user=user) if user.role == Role.SUPERVISOR else rows.none()


def listed(rows: QuerySet[Score]) -> QuerySet[Score]:
    """Have scores know whether a line of theirs waits for an answer."""
    return rows.annotate(is_disputed=Exists(_WAITING))


def disputed(rows: QuerySet[Score]) -> QuerySet[Score]:
    """Narrow to scores of which a line waits for an answer."""
    return rows.filter(Exists(_WAITING))


def lines_of(score: Score) -> list[Line]:
    """Answer the lines of a score with their disputes; two queries."""
    disputes = Dispute.objects.select_related("raised_by", "answered_by").order_by("raised_at", "pk")
    return list(score.lines.prefetch_related(Prefetch("disputes", disputes)))


def of_contract(user: User, contract: Contract) -> list[Score]:
    """Answer the latest scores of a contract that a person may see."""
    return list(listed(scores_for(user).filter(contract=contract)).order_by("-first", "-pk")[:LATELY])


def sheets() -> QuerySet[Sheet]:
    """Answer the sheets of assessment with their versions."""
    return Sheet.objects.prefetch_related("versions").order_by("code")


def agreements() -> QuerySet[Agreement]:
    """Answer which contract is scored by which sheet."""
    return Agreement.objects.select_related("contract__organization", "sheet").order_by("contract__number", "sheet__code")
