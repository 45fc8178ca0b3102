"""Making and changing plans of inspections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import foreign
from core.errors import Invalid
from core.foreign import OURS, ForeignId
from core.record import check, save_by
from inspections import engine
from inspections.errors import NotYourVisit
from inspections.models import Every, InspectionPlan
from inspections.models.plans import OFFICE_CALENDAR
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
    rule: str = ""
    """Only read where the rhythm is a rule of its own; the usual rhythms write theirs."""
    window_from: int | None = None
    window_to: int | None = None
    calendar: str = OFFICE_CALENDAR
    lead_days: int = 30
    helpers: Sequence[User] = ()
    is_active: bool = True

    @classmethod
    def of(cls, plan: InspectionPlan, **changes: Any) -> PlanDraft:
        """Answer what a plan says, with some of it changed."""
        kept = {name: getattr(plan, name) for name in cls.__slots__ if name not in {"helpers", "rule"}}
        # The usual rhythms write their rule anew.
        own = {"helpers": list(plan.helpers.all()), "rule": plan.rule if plan.every == Every.RULE else ""}
        return cls(**{**kept, **own, **changes})


@transaction.atomic
def create_plan(draft: PlanDraft, *, actor: User | None, at: datetime, external: ForeignId = OURS) -> InspectionPlan:
    """Make a plan; the planner makes its visits from now on. Under the same external id it is made once."""
    _must_dispatch(actor)

    def make() -> InspectionPlan:
        plan = InspectionPlan()
        foreign.sign(plan, external)
        return _save(plan, draft, actor, at)

    return foreign.made_once(InspectionPlan, external, make)


def _must_dispatch(actor: User | None) -> None:
    if actor is not None and not actor.dispatches:
        raise NotYourVisit(_("Plans of inspections are made by dispatchers and managers."))


@transaction.atomic
def change_plan(plan: InspectionPlan, draft: PlanDraft, *, actor: User | None, at: datetime) -> InspectionPlan:
    """Change a plan; visits that were already made stay as they are. A draft that says nothing new changes nothing."""
    row = InspectionPlan.objects.select_for_update().get(pk=plan.pk)
    stands = PlanDraft.of(row)
    if set(draft.helpers) == set(stands.helpers) and replace(draft, helpers=stands.helpers) == stands:
        _must_dispatch(actor)
        return row
    return _save(row, draft, actor, at)


def drawn(draft: PlanDraft) -> InspectionPlan:
    """Answer a plan as the draft has it, not saved: what a preview looks at. Refuses what cannot be a plan."""
    plan = InspectionPlan()
    _fill(plan, draft)
    return plan


def _save(plan: InspectionPlan, draft: PlanDraft, actor: User | None, at: datetime) -> InspectionPlan:
    _must_dispatch(actor)
    _fill(plan, draft)
    check(plan)
    save_by(plan, actor, at=at)
    plan.helpers.set(draft.helpers)
    attend(plan, at=at)
    return plan


def _fill(plan: InspectionPlan, draft: PlanDraft) -> None:
    _check(draft)
    for name in ("contract", "site", "template", "engineer", "starts_on", "every", "window_from", "window_to"):
        setattr(plan, name, getattr(draft, name))
    plan.calendar, plan.lead_days, plan.is_active = draft.calendar, draft.lead_days, draft.is_active
    plan.rule = _rule(draft)


def _check(draft: PlanDraft) -> None:
    if draft.site.organization_id != draft.contract.organization_id:
        raise Invalid(_("This site belongs to another customer than the contract."), field="site")
    if not all(person.is_provider and person.is_active for person in (draft.engineer, *draft.helpers)):
        raise Invalid(_("A visit is carried out by our own staff."), field="engineer")
    if (draft.window_from is None) != (draft.window_to is None):
        raise Invalid(_("Give both days of the window, or neither."), field="window_to")
    if draft.window_from is not None and draft.window_to is not None and not 1 <= draft.window_from <= draft.window_to <= 31:  # noqa: PLR2004
        raise Invalid(_("The window goes from one day of the month to a later one, between 1 and 31."), field="window_to")


def _rule(draft: PlanDraft) -> str:
    """Answer the rule of a draft, or say in a sentence what is wrong with it."""
    if draft.every != Every.RULE:
        return engine.preset_rule(draft.every, draft.starts_on)
    try:
        return engine.check_rule(draft.rule, draft.starts_on, once_a_month=draft.window_from is not None)
    except engine.RuleProblem as problem:
        raise Invalid(_sentence(problem), field="rule") from problem


def _sentence(problem: engine.RuleProblem) -> str:
    sentences = {
        "unreadable": _("The rule “%(word)s” cannot be read. An example: FREQ=MONTHLY;BYDAY=2TU is the second Tuesday of each month."),
        "unknown": _("A rule has no part “%(word)s”. Known are FREQ, INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, COUNT and UNTIL."),
        "twice": _("“%(word)s” stands twice in the rule."),
        "frequency": _("FREQ has to be WEEKLY, MONTHLY or YEARLY, not “%(word)s”."),
        "interval": _("INTERVAL is a whole number from 1 to 60, not “%(word)s”."),
        "never": _("This rule falls on no day within the next five years."),
        "window": _("With a window in the month, the rule may fall on one day of each month only."),
    }
    return sentences[problem.code] % {"word": problem.word}


def attend(plan: InspectionPlan, *, at: datetime) -> None:
    """Work out when the planner has to look at a plan after it was made or changed; never, once it is switched off."""
    turn = next_turn(plan, timezone.localdate(at)) if plan.is_active else None
    attend_from(plan, max(turn.day, turn.first) - timedelta(days=plan.lead_days) if turn else None)
