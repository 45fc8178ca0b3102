"""Calls that somebody wishes for: a single care call, a call-back about a ticket; and how many are called of the rest."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from care import engine, selectors
from care.errors import CallEnded
from care.models import Call, Kind, Quota
from care.services.considering import SAMPLE_WITHIN, decided
from care.services.making import Contact, contact_of, made
from care.services.timing import on_workday
from core.errors import Invalid, NotAllowed
from core.record import check, save_by
from tickets.models import Event, Ticket
from tickets.models import Kind as TicketKind
from tickets.models import Status as TicketStatus
from tickets.workflow import LOOPED

if TYPE_CHECKING:
    from datetime import datetime, time

    from accounts.models import User
    from customers.models import Contract, Site
    from sla.models import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCall:
    """A single care call: whom, why, when, by whom."""

    site: Site
    subject: str
    reason: str = ""
    due_at: datetime
    next_at: datetime | None = None
    contact_name: str = ""
    contact_phone: str = ""
    hours_from: time | None = None
    hours_until: time | None = None
    person: User | None = None


@transaction.atomic
def arrange(draft: NewCall, *, actor: User, at: datetime) -> Call:
    """Put a care call onto the list; who does not dispatch plans it for themselves or leaves it open."""
    if draft.due_at <= at:
        raise Invalid(_("This time is past."), field="due_at", code="past")
    if (draft.hours_from and draft.hours_until and draft.hours_until <= draft.hours_from) or bool(draft.hours_from) != bool(
        draft.hours_until
    ):
        raise Invalid(_("Give both preferred hours: from when until when."), field="hours_until", code="invalid")
    if draft.person is not None and draft.person != actor and not actor.dispatches:
        raise NotAllowed(_("A dispatcher plans calls for others. Plan it for yourself, or leave it open."))
    usual = contact_of(draft.site)
    contact = Contact(draft.contact_name or usual.name, draft.contact_phone or usual.phone)
    hours = (draft.hours_from or engine.OPENS, draft.hours_until or engine.CLOSES)
    here = timezone.localtime(at)
    usual_at = on_workday(lambda days: engine.hour_to_call(here, *hours, days), at=at, due_at=draft.due_at)
    next_at = min(draft.next_at or usual_at, draft.due_at)
    return made(
        f"care:single:{uuid.uuid4()}", Kind.CARE, at=at, actor=actor, contact=contact, subject=draft.subject, reason=draft.reason,
        organization=draft.site.organization, site=draft.site, office=draft.site.region.office, person=draft.person, opens_at=at,
        due_at=draft.due_at, next_at=next_at, planned_on=timezone.localdate(next_at), hours_from=draft.hours_from,
        hours_until=draft.hours_until,
    )  # fmt: skip


@transaction.atomic
def call_about(ticket: Ticket, *, actor: User, at: datetime) -> Call:
    """Answer the call-back about a ticket's last solution; where there is none yet it is entered, once."""
    if found := selectors.open_about(ticket):
        return found
    row = Ticket.objects.select_for_update(of=("self",)).select_related(
        "organization", "site", "contract__plan", "office", "assignee", "reporter"
    ).get(pk=ticket.pk)  # fmt: skip
    if row.kind in LOOPED:
        raise CallEnded(
            _("A complaint has its own way of asking whether the customer is satisfied; nobody is called back about it beside that.")
        )
    if found := selectors.open_about(row):  # two pressed it at once
        return found
    event = row.events.filter(type=Event.Type.RESOLVED).select_related("actor").order_by("-seq").first()
    if event is None or row.status not in (TicketStatus.RESOLVED, TicketStatus.CLOSED):
        raise CallEnded(_("A customer is called back about a ticket when it is resolved."))
    known = decided(event, at=at) if row.kind == TicketKind.FAULT else Call.objects.filter(event=event).first()
    if known is not None and known.is_open:
        return known
    key = f"callback-fault:ticket:{row.pk}:{event.seq}" if known is None else f"callback-again:ticket:{row.pk}:{uuid.uuid4()}"
    return made(
        key, Kind.CALLBACK, at=at, actor=actor, code="callback-single", subject=f"{row.number} {row.subject}", reason=row.resolution,
        organization=row.organization, site=row.site, contract=row.contract, office=row.office, ticket=row,
        event=event if known is None else None, opens_at=at, due_at=at + SAMPLE_WITHIN,
        served=selectors.people_who_served(Ticket.objects.filter(pk=row.pk)), contact=contact_of(row),
    )  # fmt: skip


@transaction.atomic
def set_quota(
    *, actor: User, at: datetime, percent: int, plan: Plan | None = None, contract: Contract | None = None, other_department: bool = False
) -> Quota:
    """Say how many percent of a plan's or contract's faults are called back beside what is promised, and by whom."""
    if not actor.manages:
        raise NotAllowed(_("Only a manager sets how many customers are called."))
    if (plan is None) == (contract is None):
        raise Invalid(_("Choose a service plan or a contract."), field="plan", code="required")
    row = Quota.objects.select_for_update(of=("self",)).filter(plan=plan, contract=contract).first() or Quota(plan=plan, contract=contract)
    row.percent, row.other_department = percent, other_department
    check(row)
    save_by(row, actor, at=at)
    return row
