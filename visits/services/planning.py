"""From the decision that somebody has to come to the day it is called off or could not be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core import foreign
from core.errors import Invalid, NotAllowed
from core.foreign import OURS, ForeignId
from core.record import save_by
from tickets import services as tickets
from tickets.models import Ticket
from visits.models import Failure, Purpose, Status, Visit, VisitEvent
from visits.services import coupling, record, telling
from visits.services.record import HERE, Sent, locked, must_work, said, take

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import Office, Skill, User
    from customers.models import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDraft:
    """A visit to be planned: for a ticket with the reason, or (an inspection) to a site with a subject.

    Time and people may be left open: it waits then to be scheduled.
    """

    ticket: Ticket | None = None
    reason: str = ""
    site: Site | None = None
    subject: str = ""
    office: Office | None = None
    skill: Skill | None = None
    lead: User | None = None
    helpers: Sequence[User] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@transaction.atomic
def plan(
    draft: VisitDraft, *, actor: User | None, at: datetime, tell: bool = True, overridden: Sequence[str] = (), external: ForeignId = OURS
) -> Visit:
    """Plan a visit; the ticket's on-site promises begin, the customer is told once time and engineer are known.

    ``overridden`` are the codes of what spoke against it and was decided all the same; they stand in the record. Under the same
    external id it is planned once.
    """
    return foreign.made_once(Visit, external, lambda: _plan(draft, actor, at, external, tell=tell, overridden=overridden))


def _plan(draft: VisitDraft, actor: User | None, at: datetime, external: ForeignId, *, tell: bool, overridden: Sequence[str]) -> Visit:
    ticket = _locked_ticket(draft.ticket)
    reason = _reason(draft, ticket)
    check_arrangement(None, actor, lead=draft.lead, helpers=draft.helpers, ticket=draft.ticket)
    check_times(draft.starts_at, draft.ends_at, at)
    if ticket is not None:
        coupling.planned(ticket, actor=actor, at=at, reason=reason)
    row = _new(draft, ticket, reason, actor, at)
    foreign.sign(row, external)
    save_by(row, actor, at=at)
    row.helpers.set(draft.helpers)
    facts = _arranged(row, draft.helpers) | ({"overridden": list(overridden)} if overridden else {})
    record.append(row, VisitEvent.Type.PLANNED, actor=actor, at=at, text=reason, facts=facts)
    if tell:
        telling.scheduled(row, actor=actor, at=at, known=False)
    return row


def _locked_ticket(ticket: Ticket | None) -> Ticket | None:
    if ticket is None:
        return None
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("organization", "site", "office", "equipment", "reporter")
    return rows.get(pk=ticket.pk)


def _reason(draft: VisitDraft, ticket: Ticket | None) -> str:
    if ticket is not None:
        return said(draft.reason, "reason", _("Write why phone and remote support do not do."))
    if draft.site is None:
        raise Invalid(_("Choose where the visit goes."), field="site", code="required")
    return draft.reason.strip()


def _new(draft: VisitDraft, ticket: Ticket | None, reason: str, actor: User | None, at: datetime) -> Visit:
    site = draft.site or (ticket.site if ticket else None)
    assert site is not None
    equipment = ticket.equipment if ticket else None
    return Visit(
        ticket=ticket,
        purpose=Purpose.SUPPORT if ticket else Purpose.INSPECTION,
        subject=(draft.subject or (ticket.subject if ticket else ""))[:200],
        organization=site.organization,
        site=site,
        office=draft.office or (ticket.office if ticket else site.region.office),
        skill=draft.skill or (equipment.skill if equipment else None),
        reason=reason,
        lead=draft.lead,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        created_by=actor,
        created_at=at,
        updated_at=at,
    )


@transaction.atomic
def schedule(
    visit: Visit,
    *,
    lead: User | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
    helpers: Sequence[User] | None = None,
    actor: User | None,
    at: datetime,
    reason: str = "",
    overridden: Sequence[str] = (),
    tell: bool = True,
) -> Visit:
    """Set or change when a visit is made and by whom (``helpers`` None: as they are); who is concerned is told.

    ``overridden`` are the codes of what spoke against it and was decided all the same; they stand in the record.
    """
    row = locked(visit)
    coming = list(row.helpers.all())
    along = coming if helpers is None else list(helpers)
    check_arrangement(row, actor, lead=lead, helpers=along, ticket=row.ticket)
    record.check(row, "schedule")
    if _same(row, lead, starts_at, ends_at) and set(along) == set(coming):
        return row
    if (starts_at, ends_at) != (row.starts_at, row.ends_at):
        check_times(starts_at, ends_at, at)
    was_known = row.lead_id is not None and row.starts_at is not None
    row.lead, row.starts_at, row.ends_at = lead, starts_at, ends_at
    row.sequence += 1
    row.helpers.set(along)
    facts = _arranged(row, along) | ({"overridden": list(overridden)} if overridden else {})
    take(row, "schedule", actor=actor, at=at, text=reason, facts=facts)
    if tell:
        telling.scheduled(row, actor=actor, at=at, known=was_known)
    return row


def _same(visit: Visit, lead: User | None, starts_at: datetime | None, ends_at: datetime | None) -> bool:
    return (visit.lead, visit.starts_at, visit.ends_at) == (lead, starts_at, ends_at)


def _arranged(visit: Visit, helpers: Sequence[User]) -> dict[str, object]:
    """Answer what the record says of an arrangement."""
    return {
        "lead": visit.lead.name if visit.lead else None,
        "helpers": [person.name for person in helpers],
        "starts_at": visit.starts_at.isoformat() if visit.starts_at else None,
        "ends_at": visit.ends_at.isoformat() if visit.ends_at else None,
    }


def check_times(starts_at: datetime | None, ends_at: datetime | None, at: datetime) -> None:
    """Refuse half a time, one that ends before it begins, and one that is over."""
    if (starts_at is None) != (ends_at is None):
        field = "starts_at" if starts_at is None else "ends_at"
        raise Invalid(_("Give both: from when until when."), field=field, code="required")
    if starts_at is None or ends_at is None:
        return
    if ends_at <= starts_at:
        raise Invalid(_("The visit ends after it begins."), field="ends_at", code="ends_before")
    if ends_at <= at:
        raise Invalid(_("This time is past."), field="starts_at", code="past")


def check_arrangement(
    visit: Visit | None, actor: User | None, *, lead: User | None, helpers: Sequence[User], ticket: Ticket | None
) -> None:
    """Refuse people who do not work here or whom the complaint is about, and an engineer who sends others."""
    barred = tickets.barred([ticket]).get(ticket.pk, set()) if ticket is not None else set()
    for person, field in [(lead, "lead"), *((helper, "helpers") for helper in helpers)]:
        if person is not None and not (person.is_provider and person.is_active):
            raise Invalid(
                _("%(name)s cannot be sent: a visit is made by our own staff.") % {"name": person.name}, field=field, code="not_ours"
            )
        if person is not None and person.pk in barred:
            raise Invalid(
                _("%(name)s is concerned by this complaint; choose somebody else.") % {"name": person.name}, field=field, code="concerned"
            )
    if lead is not None and lead in helpers:
        raise Invalid(_("%(name)s leads the visit already.") % {"name": lead.name}, field="helpers", code="twice")
    if actor is None or actor.dispatches:
        return
    if visit is not None:
        must_work(visit, actor)
    known = {visit.lead_id, *visit.helpers.values_list("pk", flat=True)} if visit else set()
    sent = {person.pk for person in (lead, *helpers) if person is not None} - known - {actor.pk}
    if sent:
        raise NotAllowed(_("Sending others is for dispatchers and managers. Plan it for yourself, or leave the engineer open."))


@transaction.atomic
def fail(visit: Visit, *, actor: User | None, at: datetime, failure: str, text: str = "", sent: Sent = HERE) -> Visit:
    """Nothing could be done, and why; if nobody had arrived, the on-site promise goes on running."""
    row = locked(visit)
    if record.is_known(row, sent):
        return row
    must_work(row, actor)
    if failure not in Failure.values:
        raise Invalid(_("Choose why nothing could be done."), field="failure", code="invalid_choice")
    words = said(text, "text", _("Write what happened.")) if failure == Failure.OTHER else text.strip()
    was_there = row.status == Status.ON_SITE
    columns = {"failure": failure, "ended_because": words[:300], **({"left_at": at} if was_there else {})}
    take(row, "fail", actor=actor, at=at, text=words, facts={"cause": failure}, sent=sent, **columns)
    if was_there:
        coupling.left(row, actor=actor, at=at, outcome=f"{Failure(failure).label} {words}".strip())
    telling.failed(row, actor=actor, at=at)
    return row


@transaction.atomic
def cancel(visit: Visit, *, actor: User | None, at: datetime, reason: str, tell: bool = True) -> Visit:
    """Call a visit off; who expects it is told why."""
    row = locked(visit)
    must_work(row, actor)
    words = said(reason, "reason", _("Write why the visit is cancelled."))
    take(row, "cancel", actor=actor, at=at, text=words, ended_because=words[:300])
    if tell:
        telling.cancelled(row, actor=actor, at=at)
    return row
