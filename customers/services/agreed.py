"""What is agreed beside the plan: a contract's tighter targets, periods of heightened service and who is on duty in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.models import Role, User
from core.errors import Invalid, NotNow
from core.record import save_by, sign
from customers.models import CANARY, AgreedTarget, Contract, Duty, HeightenedPeriod, Organization
from customers.services.saving import locked, saved
from notifications.services import Draft, post
from sla import selectors as promises
from sla.engine import PlanError
from sla.engine.plan import Target, tighter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

MEASURES = ("response", "diagnosis", "onsite", "restore")
"""What a period may tighten: the measures that plans have in common."""


@transaction.atomic
def agree_target(
    contract: Contract, *, measure: str, severity: int, target: str, clause: str, actor: User | None, at: datetime
) -> AgreedTarget:
    """Put down that a contract promises more than its plan; refuses what is no target, or not tighter than the plan's.

    Tickets already reported keep what they were promised.
    """
    row = locked(contract)
    wanted = _target(target, "target")
    own = [found for found in _planned(row, measure, severity, at) if found is not None]
    if not own:
        raise Invalid(
            _("The plan “%(plan)s” promises nothing of the kind; it can only be made tighter.") % {"plan": row.plan}, field="measure"
        )
    if not any(tighter(wanted, planned) for planned in own):
        raise Invalid(_("The plan itself promises no longer time; write a shorter one."), field="target")
    if row.agreed.filter(measure=measure, severity=severity).exists():
        raise Invalid(_("For this a target is agreed already; remove it first."), field="measure", code="agreed_already")
    facts = {"contract": row, "measure": measure, "severity": severity, "target": target.strip(), "clause": clause.strip()}
    return saved(AgreedTarget(), facts, actor=actor, at=at)


def _planned(contract: Contract, measure: str, severity: int, at: datetime) -> list[Target]:
    """Answer the plan's own targets of a measure, of one severity or of every."""
    version = promises.current_plan_version(contract.plan, at)
    plan = promises.engine_plan(version.pk) if version else None
    found = [promise for promise in (plan.promises if plan else ()) if promise.measure == measure and not promise.limit_of]
    return [target for promise in found for number, target in promise.targets.items() if severity in (0, number)]


def _target(text: str, field: str) -> Target:
    try:
        return Target.read(text, ())
    except PlanError as error:
        raise Invalid(_(error.text) % error.values, field=field) from error


@transaction.atomic
def drop_target(row: AgreedTarget, *, actor: User | None, at: datetime) -> None:
    """Take a tighter target back; tickets already reported keep it, and the history knows of it."""
    row = locked(row)
    sign(row, actor, at)
    row.delete()


@transaction.atomic
def drop_agreed(contract: Contract, *, measure: str, severity: int, actor: User | None, at: datetime) -> None:
    """Take back what a contract has for a measure and a severity (``drop_target``). Raises Invalid where it has nothing."""
    row = locked(contract).agreed.filter(measure=measure, severity=severity).first()
    if row is None:
        raise Invalid(_("For this nothing is agreed."), field="measure", code="not_agreed")
    drop_target(row, actor=actor, at=at)


@transaction.atomic
def save_period(
    period: HeightenedPeriod | None,
    *,
    name: str,
    starts_at: datetime,
    ends_at: datetime,
    organizations: Iterable[Organization],
    targets: Mapping[str, str],
    actor: User | None,
    at: datetime,
    name_en: str = "",
    note: str = "",
) -> HeightenedPeriod:
    """Write a period, new or changed: dates, customers, a target for each measure that is tightened.

    A change holds for what is reported from then on. One that is over does not change any more.
    """
    if period is not None and period.state(at) == "over":
        raise NotNow(_("This period is over; what was promised in it stays."))
    if ends_at <= starts_at:
        raise Invalid(_("The end lies before the beginning."), field="ends_at")
    if ends_at <= at:
        raise Invalid(_("The end lies in the past."), field="ends_at")
    customers = [each for each in organizations if each.code != CANARY]
    if not customers:
        raise Invalid(_("Choose at least one customer."), field="organizations")
    wanted = {measure: text.strip() for measure, text in targets.items() if text.strip()}
    if not wanted:
        raise Invalid(_("Write at least one time; without any nothing is heightened."), field=MEASURES[0])
    for measure, text in wanted.items():
        _target(text, measure)
    facts = {"name": name.strip(), "name_en": name_en.strip(), "starts_at": starts_at, "ends_at": ends_at, "note": note.strip()}
    row = saved(HeightenedPeriod() if period is None else locked(period), facts, actor=actor, at=at)
    row.organizations.set(customers)
    for dropped in row.agreed.exclude(measure__in=wanted):
        drop_target(dropped, actor=actor, at=at)
    for measure, text in wanted.items():
        known = row.agreed.filter(measure=measure, severity=0).first() or AgreedTarget(period=row, measure=measure)
        saved(known, {"target": text}, actor=actor, at=at)
    return row


@transaction.atomic
def announce_period(period: HeightenedPeriod, *, actor: User | None, at: datetime) -> HeightenedPeriod:
    """Have a period hold, and tell both sides; once."""
    row = locked(period)
    if row.announced_at is not None:
        raise NotNow(_("This period was announced already."), code="announced_already")
    if at >= row.ends_at:
        raise NotNow(_("This period is over."))
    row = saved(row, {"announced_at": at, "announced_by": actor}, actor=actor, at=at)
    theirs = User.objects.filter(is_active=True, membership__organization__in=row.organizations.all())
    ours = User.objects.filter(pk__in=row.duties.values("person")) | accounts.people(Role.MANAGER, Role.DISPATCHER)
    context = {"period": row.name, "period_en": row.name_en or row.name, "starts_at": row.starts_at, "ends_at": row.ends_at}
    told = [(person, {**context, "for_customer": True}) for person in theirs] + [(person, context) for person in ours.distinct()]
    key, link = f"period:{row.pk}", row.get_absolute_url()
    post([Draft(kind="heightened_period", recipient=person, context=words, key=key, link=link) for person, words in told], at=at)
    return row


@transaction.atomic
def put_on_duty(
    period: HeightenedPeriod, *, person: User, starts_at: datetime, ends_at: datetime, phone: str, actor: User | None, at: datetime
) -> Duty:
    """Put a person of ours on the roster, within the period."""
    row = locked(period)
    if not person.is_provider or not person.is_active:
        raise Invalid(_("On duty is somebody of ours who still works here."), field="person")
    if not row.starts_at <= starts_at < ends_at <= row.ends_at:
        raise Invalid(_("A duty begins and ends within the period, and ends after it begins."), field="starts_at")
    facts = {"period": row, "person": person, "starts_at": starts_at, "ends_at": ends_at, "phone": phone.strip() or person.phone}
    duty = saved(Duty(), facts, actor=actor, at=at)
    _note(row, f"+ {duty}", actor, at)
    if row.announced_at is not None:
        context = {"period": row.name, "period_en": row.name_en or row.name, "starts_at": starts_at, "ends_at": ends_at}
        draft = Draft(kind="heightened_period", recipient=person, context=context, key=f"duty:{duty.pk}", link=row.get_absolute_url())
        post([draft], at=at)
    return duty


@transaction.atomic
def relieve(duty: Duty, *, actor: User | None, at: datetime) -> None:
    """Take a person off the roster."""
    row = locked(duty.period)
    _note(row, f"- {duty}", actor, at)
    duty.delete()


def _note(period: HeightenedPeriod, words: str, actor: User | None, at: datetime) -> None:
    """Have the history of a period tell who changed its roster, and how."""
    period._change_reason = words[:100]  # type: ignore[attr-defined]  # noqa: SLF001 - how the library is told
    save_by(period, actor, at=at)
