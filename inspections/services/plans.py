"""Making and changing plans of inspections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.record import check, save_by
from inspections.errors import NotYourVisit
from inspections.models import Every, InspectionPlan
from inspections.services.planning import attend_from, next_turn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from accounts.models import User
    from customers.models import Contract, Site
    from inspections.models import ChecklistTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """What a plan says."""

    contract: Contract
    site: Site
    template: ChecklistTemplate
    engineer: User
    starts_on: date
    every: str = Every.QUARTER
    lead_days: int = 30
    helpers: Sequence[User] = ()
    is_active: bool = True


@transaction.atomic
def create_plan(draft: PlanDraft, *, actor: User | None, at: datetime) -> InspectionPlan:
    """Make a plan; the planner makes its visits from now on."""
    return _save(InspectionPlan(), draft, actor, at)


@transaction.atomic
def change_plan(plan: InspectionPlan, draft: PlanDraft, *, actor: User | None, at: datetime) -> InspectionPlan:
    """Change a plan; visits that were already made stay as they are."""
    return _save(InspectionPlan.objects.select_for_update().get(pk=plan.pk), draft, actor, at)


def _save(plan: InspectionPlan, draft: PlanDraft, actor: User | None, at: datetime) -> InspectionPlan:
    if actor is not None and not actor.dispatches:
        raise NotYourVisit(_("Plans of inspections are made by dispatchers and managers."))
    _check(draft)
    plan.contract, plan.site, plan.template, plan.engineer = draft.contract, draft.site, draft.template, draft.engineer
    plan.starts_on, plan.every, plan.lead_days = draft.starts_on, draft.every, draft.lead_days
    plan.is_active = draft.is_active
    check(plan)
    save_by(plan, actor, at=at)
    plan.helpers.set(draft.helpers)
    attend(plan, at=at)
    return plan


def _check(draft: PlanDraft) -> None:
    if draft.site.organization_id != draft.contract.organization_id:
        raise Invalid(_("This site belongs to another customer than the contract."), field="site")
    if not all(person.is_provider and person.is_active for person in (draft.engineer, *draft.helpers)):
        raise Invalid(_("A visit is carried out by our own staff."), field="engineer")


def attend(plan: InspectionPlan, *, at: datetime) -> None:
    """Work out when the planner has to look at a plan after it was made or changed; never, once it is switched off."""
    turn = next_turn(plan, timezone.localdate(at))
    attend_from(plan, turn - timedelta(days=plan.lead_days) if plan.is_active else None)
