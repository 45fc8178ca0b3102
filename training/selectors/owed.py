"""Which trainings are owed by contract: planned, held in time or late, or not yet planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Case, CharField, Count, DateTimeField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Concat

from obligations import selectors as owing
from obligations import services as obligations
from obligations.models import Kind as Owing
from obligations.models import Obligation
from obligations.models import Status as Owed
from training import workflow
from training.models import Kind, Session

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from customers.models import Contract

OPEN, PLANNED, LATE, HELD, HELD_LATE, WAIVED = "open", "planned", "late", "held", "held_late", "waived"
STATES: Final = (LATE, OPEN, PLANNED, HELD, HELD_LATE, WAIVED)


def obligations_for(user: User) -> QuerySet[Obligation]:
    """Answer the trainings that are or were owed, as far as a person may see what is owed."""
    return owing.obligations_for(user).filter(kind=Owing.TRAINING)


def with_state(rows: QuerySet[Obligation], at: datetime) -> QuerySet[Obligation]:
    """Add to each how it stands (``state``) and when the training planned for it is (``planned_at``), in one query."""
    planned = Session.objects.filter(contract=OuterRef("contract"), status__in=[*workflow.COMING, workflow.HELD])
    planned = planned.annotate(code=Concat(Value("training-"), F("course__kind"), output_field=CharField())).filter(code=OuterRef("code"))
    taught = planned.filter(starts_at__gte=OuterRef("opens_at")).order_by("starts_at", "pk")
    rows = rows.annotate(
        planned_at=Subquery(taught.values("starts_at")[:1], output_field=DateTimeField()), planned_as=Subquery(taught.values("pk")[:1])
    )
    late = Q(status=Owed.OWED, due_at__lt=at)
    state = Case(
        When(status=Owed.WAIVED, then=Value(WAIVED)),
        When(status=Owed.DONE, ended_at__gt=F("due_at"), then=Value(HELD_LATE)),
        When(status=Owed.DONE, then=Value(HELD)),
        When(late, then=Value(LATE)),
        When(planned_at__isnull=False, then=Value(PLANNED)),
        default=Value(OPEN),
        output_field=CharField(),
    )
    return rows.annotate(state=state).select_related("contract", "organization", "office")


def of_contract(user: User, contract: Contract, at: datetime) -> QuerySet[Obligation]:
    """Answer what a contract owes in trainings as far as somebody may see it, the last to be due first."""
    return with_state(obligations_for(user).filter(contract=contract), at).order_by("-due_at", "-pk")


def fulfilled_by(contract: Contract | None, kind: str, day: date) -> Obligation | None:
    """Answer what a training of this kind on a day fulfils: what is owed on that day, else the newest that is late by then.

    A basic training fulfils no yearly one: by the code of the plan's recurring work, not by its kind alone.
    """
    code = Kind(kind).code
    if contract is None or not code:
        return None
    owed = Obligation.objects.filter(kind=Owing.TRAINING, contract=contract, code=code, status=Owed.OWED)
    return obligations.fitting(list(owed.order_by("due_at", "pk")), day)


def summed_by_office(rows: QuerySet[Obligation], at: datetime) -> list[dict[str, Any]]:
    """Answer for each office how many trainings stand in which state; the office's row is None where none answers for it."""
    found: Any = with_state(rows, at).select_related(None).order_by()
    counted = found.values("office", "office__name", "office__name_en").annotate(
        **{name: Count("pk", filter=Q(state=name)) for name in STATES}
    )
    return list(counted.order_by("office__code"))
