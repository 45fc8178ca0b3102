"""What a finished inspection was owed for: the recurring work that the contract's plan promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from inspections.models import Inspection, InspectionPlan, Status
from obligations import services as obligations
from obligations.models import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

KINDS = {"health": Kind.HEALTH_CHECK, "maintenance": Kind.MAINTENANCE, "review": Kind.REVIEW}
"""By a word in the code of the checklist; every other one is an inspection."""


def fulfil(visit: Inspection, *, actor: User | None, at: datetime) -> None:
    """Meet what was owed, as soon as every site of the contract that is inspected in this rhythm had its turn."""
    contract = visit.plan.contract
    if _others_to_come(visit):
        return
    said: dict[str, Any] = {"actor": actor, "at": at, "proof": visit.number, "link": reverse("inspections:visit", args=[visit.pk])}
    day = timezone.localdate(visit.started_at or at)
    kind = kind_of(visit)
    met = obligations.meet_for(kind, contract, day, **said)
    if not met and kind != Kind.INSPECTION:
        # the plan promises inspections and says nothing of health checks or maintenance: they are its inspections
        obligations.meet_for(Kind.INSPECTION, contract, day, **said)


def kind_of(visit: Inspection) -> str:
    """Answer what sort of recurring work a visit is, by its checklist."""
    code = visit.plan.template.code
    return next((kind for word, kind in KINDS.items() if word in code), Kind.INSPECTION)


def _others_to_come(visit: Inspection) -> bool:
    """Whether other sites of the contract, inspected by the same checklist and in the same rhythm, still wait for this turn."""
    plan = visit.plan
    same = InspectionPlan.objects.filter(contract=plan.contract_id, template=plan.template_id, every=plan.every, is_active=True)
    done = Inspection.objects.filter(plan__in=same, period=visit.period, status=Status.DONE).values("plan")
    return same.filter(starts_on__lte=visit.planned_on).exclude(pk=plan.pk).exclude(pk__in=done).exists()
