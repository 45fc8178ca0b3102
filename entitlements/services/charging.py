"""Free or charged is decided before work on site begins; a charge asks the customer's word first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.queue import claim
from core.record import check, save_by
from entitlements import selectors
from entitlements.errors import ChargeNotNow, NotAcknowledged, NotYourStep
from entitlements.models import Charge, Rate
from entitlements.selectors.charges import ruling_of
from entitlements.services import telling
from tickets import selectors as tickets
from visits import selectors as visits
from visits.models import Purpose, Status, Visit, VisitEvent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from decimal import Decimal

    from accounts.models import User

State = Charge.State
BATCH = 100


@transaction.atomic
def decide_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Decide for some planned visits whether they are charged, and ask the customer; answer how many, 0 when none is left."""
    waiting = Visit.objects.filter(status=Status.PLANNED, purpose=Purpose.SUPPORT, charge=None).exclude(ticket=None)
    rows = claim(waiting.order_by("pk"), limit, of=("self",))
    for visit in rows:
        decide(visit, at=at)
    return len(rows)


def decide(visit: Visit, *, at: datetime) -> Charge | None:
    """Answer what a visit for a ticket costs, decided now if it was not yet; an inspection is never charged by itself.

    Two workers at once make one row. The rule is that of the day the fault was reported, as for its parts.
    """
    if visit.ticket_id is None or visit.purpose != Purpose.SUPPORT:
        return None
    if (known := selectors.visit_charge(visit)) is not None:
        return known
    assert visit.ticket is not None
    ruling = ruling_of(visit.ticket)
    row = Charge(visit=visit, rule=ruling.rule, until=ruling.until, decided_at=at, state=State.ASKED if ruling.asks_first else State.FREE)
    if ruling.asks_first:
        row.about = selectors.about_visit(visit)
    try:
        with transaction.atomic():
            save_by(row, None, at=at)
    except IntegrityError:
        return selectors.visit_charge(visit)
    if row.state == State.ASKED:
        telling.charge_asked(row, at=at)
    return row


def before_departure(visit: Visit, *, actor: User | None, at: datetime) -> None:
    """Refuse to set off for charged work that the customer has not agreed to; a plan of work they approved is such a word."""
    row = decide(visit, at=at)
    if row is None or row.lets_begin:
        return
    answered = visits.plan_of_work(visit)[1]
    if row.state == State.ASKED and answered is not None and answered.type == VisitEvent.Type.PLAN_APPROVED:
        name = answered.facts.get("name", "") or str(answered.actor or "—")
        _record(row, State.ACKNOWLEDGED, actor=answered.actor, at=answered.at, name=name, how=Charge.How.PLAN)
        return
    raise NotAcknowledged(
        _("This visit is charged and the customer has not agreed to it yet. Ask for their word, or put down why it cannot wait.")
    )


@transaction.atomic
def acknowledge(visit: Visit, *, actor: User, at: datetime, name: str = "") -> Charge:
    """The customer agrees to be charged: in the portal, or on the phone to one of us (``name``)."""
    row = _open(visit, at, {State.ASKED, State.REFUSED})
    who, how = _who(visit, actor, name)
    return _record(row, State.ACKNOWLEDGED, actor=actor, at=at, name=who, how=how)


@transaction.atomic
def refuse_charge(visit: Visit, *, actor: User, at: datetime, reason: str, name: str = "") -> Charge:
    """The customer does not agree to be charged, and why."""
    row = _open(visit, at, {State.ASKED, State.ACKNOWLEDGED})
    who, how = _who(visit, actor, name)
    return _record(row, State.REFUSED, actor=actor, at=at, name=who, how=how, reason=_reason(reason))


@transaction.atomic
def override(visit: Visit, *, actor: User, at: datetime, reason: str) -> Charge:
    """Set off without the customer's word; the reason stands on the visit for both to see."""
    if not visits.may_work_on(actor, visit):
        raise NotAllowed(_("Only those who travel, and those who dispatch, decide that."))
    row = _open(visit, at, {State.ASKED, State.REFUSED})
    return _record(row, State.OVERRIDDEN, actor=actor, at=at, reason=_reason(reason))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid(_("Write the reason."), field="reason")
    return reason.strip()[:300]


def _open(visit: Visit, at: datetime, sources: Iterable[str]) -> Charge:
    decide(visit, at=at)
    row = Charge.objects.select_for_update(of=("self",)).filter(visit=visit).first()
    if row is None or row.state not in sources or not visit.is_open:
        raise ChargeNotNow(_("Nobody is asked to agree to this visit now."))
    return row


def _who(visit: Visit, actor: User, name: str) -> tuple[str, str]:
    if actor.is_customer:
        if visit.ticket_id is None or not tickets.tickets_for(actor).filter(pk=visit.ticket_id).exists():
            raise NotYourStep(_("A charge is agreed to by the customer of the ticket."))
        return actor.name, Charge.How.PORTAL
    if not visits.may_work_on(actor, visit):
        raise NotAllowed(_("Only those who travel, and those who dispatch, take the customer's word down."))
    if not name.strip():
        raise Invalid(_("Write who said it on the phone."), field="name")
    return name.strip()[:80], Charge.How.PHONE


def _record(row: Charge, state: str, *, actor: User | None, at: datetime, **facts: Any) -> Charge:
    row.state, row.answered_at, row.answered_by = state, at, actor
    row.name, row.how, row.reason = facts.get("name", ""), facts.get("how", ""), facts.get("reason", "")
    save_by(row, actor, at=at)
    return row


@transaction.atomic
def set_rate(work: str, *, hourly: Decimal, flat: Decimal, valid_from: date, actor: User, at: datetime) -> Rate:
    """Say what a kind of work costs from a day on; the same day again replaces it."""
    if not actor.manages:
        raise NotAllowed(_("Rates are set by managers."))
    row = Rate.objects.filter(work=work, valid_from=valid_from).first() or Rate(work=work, valid_from=valid_from)
    row.hourly, row.flat = hourly, flat
    check(row)
    save_by(row, actor, at=at)
    return row
