"""The plan of work: proposed by the engineer, approved by the customer before anything is done on site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from tickets import selectors as tickets
from visits import selectors
from visits.errors import NotYourVisit, StepNotAllowed
from visits.services import record, telling
from visits.services.onsite import begin
from visits.services.record import HERE, Sent, locked, must_work, said, take

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from visits.models import Visit

LONGEST_MINUTES = 14 * 24 * 60


@transaction.atomic
def propose_plan(
    visit: Visit, *, actor: User | None, at: datetime, text: str, risk: str = "", minutes: int | None = None, sent: Sent = HERE
) -> Visit:
    """Say what is to be done, what may go wrong and how long it takes; the customer is asked."""
    row = begin(visit, actor, sent)
    if row is None:
        return locked(visit)
    words = said(text, "text", _("Write what is to be done."))
    if minutes is not None and not 1 <= minutes <= LONGEST_MINUTES:
        raise Invalid(_("The work takes between a minute and two weeks."), field="minutes", code="out_of_range")
    event = take(row, "propose", actor=actor, at=at, text=words, facts={"risk": risk.strip(), "minutes": minutes}, sent=sent)
    telling.proposed(row, event, actor=actor, at=at)
    return row


@transaction.atomic
def approve_plan(
    visit: Visit, *, actor: User | None, at: datetime, proposal: int, name: str = "", text: str = "", sent: Sent = HERE
) -> Visit:
    """The customer agrees to the proposal with this place in the record: in the portal, or read back on the phone by us.

    ``name`` is who said it on the phone.
    """
    return _answer(visit, "approve", actor=actor, at=at, proposal=proposal, name=name, text=text, sent=sent)


@transaction.atomic
def reject_plan(visit: Visit, *, actor: User | None, at: datetime, proposal: int, text: str, name: str = "", sent: Sent = HERE) -> Visit:
    """The customer does not agree, and why: another plan is needed."""
    words = said(text, "text", _("Write what is wrong with the plan."))
    return _answer(visit, "reject", actor=actor, at=at, proposal=proposal, name=name, text=words, sent=sent)


def _answer(visit: Visit, step: str, *, actor: User | None, at: datetime, proposal: int, name: str, text: str, sent: Sent) -> Visit:
    row = locked(visit)
    facts = {"proposal": proposal, **_who(row, actor, name)}
    if record.is_known(row, sent):
        return row
    record.check(row, step)
    proposed, answered = selectors.plan_of_work(row)
    if proposed is None or answered is not None:
        raise StepNotAllowed(_("No plan of work waits for the customer's word."), code="nothing_proposed")
    if proposed.seq != proposal:
        raise StepNotAllowed(_("There is a newer plan of work; read it before you answer."), code="newer_plan")
    event = take(row, step, actor=actor, at=at, text=text, facts=facts, sent=sent)
    telling.answered(row, event, actor=actor, at=at)
    return row


def _who(visit: Visit, actor: User | None, name: str) -> dict[str, Any]:
    """Answer who said it and how: a customer of the ticket by themselves, or somebody on the phone to one of us."""
    if actor is not None and actor.is_customer:
        if visit.ticket_id is None or not tickets.tickets_for(actor).filter(pk=visit.ticket_id).exists():
            raise NotYourVisit(_("The plan of work is up to the customer of this ticket."))
        return {"name": actor.name, "how": "portal"}
    must_work(visit, actor)
    return {"name": said(name, "name", _("Write who said it on the phone.")), "how": "phone"}


@transaction.atomic
def override_approval(visit: Visit, *, actor: User | None, at: datetime, reason: str, sent: Sent = HERE) -> Visit:
    """Begin without the customer's word because people or equipment are in danger; the reason stands in the record for both to see."""
    row = begin(visit, actor, sent)
    if row is None:
        return locked(visit)
    words = said(reason, "reason", _("Write why the work cannot wait for the customer's word."))
    if selectors.may_begin(row):
        raise StepNotAllowed(_("Work may be done already."), code="approved_already")
    event = take(row, "override", actor=actor, at=at, text=words, sent=sent)
    telling.overridden(row, event, actor=actor, at=at)
    return row
