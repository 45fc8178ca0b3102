"""Giving visits to people: what speaks against a plan is said first, and nobody moves what somebody else has moved meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid, NotNow
from tickets.models import Event, Ticket
from visits.dispatch import fitting, wording
from visits.errors import Disputed, MovedMeanwhile
from visits.models import OPEN, Visit, VisitEvent
from visits.services.planning import VisitDraft, check_arrangement, plan, schedule
from visits.services.record import locked

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from visits.dispatch.fitting import Job
    from visits.engine import Reason

REFUSED = "present"
"""What nobody may decide to do all the same."""
DECIDABLE = frozenset(wording.DECIDED)
"""What may be decided to be done all the same."""
STANDING = frozenset({"skill", "region", "late", "closed"})
"""What was decided once for a visit and its engineer holds when only the time is moved."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Who is to go, and when; nobody and no time: it waits again."""

    lead: User | None
    starts_at: datetime | None
    ends_at: datetime | None


@transaction.atomic
def arrange(
    visit: Visit, slot: Slot, *, actor: User, at: datetime, seen: int | None = None, agreed: Collection[str] = (), reason: str = ""
) -> Visit:
    """Give a visit to somebody at a time.

    ``seen`` is the revision that was on the screen: if it has moved since, nothing happens. ``agreed`` are the codes of what
    speaks against it and is to be done all the same; they stand in the record.
    """
    row = locked(visit)
    if seen is not None and row.sequence != seen:
        raise MovedMeanwhile(_("%(number)s was changed by somebody else meanwhile. This is how it stands now.") % {"number": row.number})
    overridden = _checked(fitting.Job(row), slot, at, {*agreed, *_decided(row, slot)})
    return schedule(
        row,
        lead=slot.lead,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        actor=actor,
        at=at,
        reason=reason,
        overridden=overridden,
    )


@transaction.atomic
def send(ticket: Ticket, slot: Slot, *, actor: User, at: datetime, agreed: Collection[str] = (), reason: str = "") -> Visit:
    """Plan a visit for a ticket that somebody has to go to, and give it to somebody."""
    row = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    known = Visit.objects.filter(ticket=row, status__in=OPEN).first()
    if known is not None:
        raise MovedMeanwhile(_("%(number)s is planned for this ticket already.") % {"number": known.number})
    words = reason.strip() or _asked(row) or _("Work on site was asked for.")
    visit = plan(VisitDraft(ticket=row, reason=words), actor=actor, at=at)
    return arrange(visit, slot, actor=actor, at=at, agreed=agreed)


@transaction.atomic
def book(draft: VisitDraft, *, actor: User, at: datetime, agreed: Collection[str] = ()) -> Visit:
    """Plan a visit for a ticket with time, and somebody or nobody yet, in one step; what speaks against it is asked about first."""
    assert draft.ticket is not None
    slot = Slot(draft.lead, draft.starts_at, draft.ends_at)
    check_arrangement(None, actor, lead=draft.lead, helpers=draft.helpers, ticket=draft.ticket)
    overridden = _checked(fitting.Job(draft.ticket), slot, at, agreed)
    words = draft.reason.strip() or _asked(draft.ticket) or _("Work on site was asked for.")
    return plan(replace(draft, reason=words), actor=actor, at=at, overridden=overridden)


def _asked(ticket: Ticket) -> str:
    """Answer in what words somebody was asked to come."""
    asked = ticket.events.filter(type=Event.Type.ONSITE_REQUESTED).order_by("-seq").values_list("text", flat=True).first()
    return asked or ""


def _decided(visit: Visit, slot: Slot) -> set[str]:
    if slot.lead is None or visit.lead_id != slot.lead.pk:
        return set()
    last = visit.events.filter(type=VisitEvent.Type.SCHEDULED).order_by("-seq").values_list("facts", flat=True).first()
    return {code for code in (last or {}).get("overridden", ()) if code in STANDING}


def _checked(job: Job, slot: Slot, at: datetime, agreed: Collection[str]) -> list[str]:
    """Answer the codes of what speaks against a plan and was agreed to; ask about the rest."""
    if slot.lead is None or slot.starts_at is None or slot.ends_at is None:
        return []
    if slot.ends_at <= slot.starts_at:
        raise Invalid(_("The visit ends after it begins."), field="minutes", code="ends_before")
    lead = User.objects.select_for_update().get(pk=slot.lead.pk)  # two who give them something at once look one after the other
    found = fitting.against(job, lead, (slot.starts_at, slot.ends_at), at)
    _refuse_two_places(found, job, lead)
    if {reason.code for reason in found} - set(agreed):
        raise Disputed(tuple((reason.code, wording.objection(reason, name=lead.name, skill=job.skill)) for reason in found))
    return list(dict.fromkeys(reason.code for reason in found))


def _refuse_two_places(found: list[Reason], job: Job, lead: User) -> None:
    there = next((reason for reason in found if reason.code == REFUSED), None)
    if there is not None:
        raise NotNow(wording.objection(there, name=lead.name, skill=job.skill), field="lead", code="on_site_elsewhere")
