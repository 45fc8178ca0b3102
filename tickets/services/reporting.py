"""A report becomes a ticket with running clocks, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.record import sign
from core.time import FAR, epoch
from customers import selectors as customers
from sla import services as sla
from sla.engine.settle import Event as LogEvent
from tickets import search
from tickets.models import Channel, Event, Kind, Status, Ticket, TicketLink
from tickets.services import concerning, ladder, log, telling
from tickets.services import files as uploads
from tickets.services.numbers import next_number
from tickets.services.record import carry_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import Team, User
    from customers.models import Equipment, Organization, Site
    from sla.models import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is reported, whatever way it reached us."""

    kind: str
    severity: int
    subject: str
    site: Site
    description: str = ""
    equipment: Equipment | None = None
    channel: str = Channel.PORTAL
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    reporter: User | None = None
    """Whose report it is, where they are known but did not log in to write it; else it is the actor's."""
    external_id: str = ""
    external_source: str = ""
    """Who gave the external id: a client of the interface or a connection, each of which has it once; empty: a person."""
    submission: UUID | None = None
    follows: Ticket | None = None
    link_kind: str = TicketLink.Kind.FOLLOWS
    team: Team | None = None
    files: Sequence[UploadedFile] = ()
    concerned: Sequence[User] = ()
    """Those of ours whom a complaint is about."""
    is_confidential: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    """How it reached us beyond the channel, such as by which mail; stands in the record."""
    canary: Plan | None = None
    """The plan under which the desk proves to itself that it works: the ticket is in no list, no figure and nobody's inbox."""


def report(draft: Report, *, actor: User | None, at: datetime) -> Ticket:
    """Save the report, make the commitment and start its clocks: all or nothing.

    A second report with the same ``external_id`` of one source (of a person: of one organization), or the same ``submission`` of one
    person, answers the first one's ticket: a client that did not get our answer may safely ask again.
    """
    _check(draft)
    known = _known(draft, actor)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _report(draft, actor, at)
    except IntegrityError:
        known = _known(draft, actor)  # two at once: the other one was first
        if known is None:
            raise
        return known


def _known(draft: Report, actor: User | None) -> Ticket | None:
    if draft.submission is not None and (sent := Ticket.objects.filter(reporter=actor, submission=draft.submission).first()):
        return sent
    return known_by(draft.external_id, draft.external_source, draft.site.organization, actor)


def known_by(external_id: str, source: str, organization: Organization, actor: User | None) -> Ticket | None:
    """Answer the ticket that a source calls so; without an id none.

    An id without a source is its organization's. To a source it is known only where the source's own account gave it: by a person's
    token, or before ids had sources.
    """
    if not external_id:
        return None
    named = Ticket.objects.filter(external_id=external_id)
    of_all = named.filter(organization=organization, external_source="")
    if not source:
        return of_all.first()
    own = named.filter(external_source=source).first()
    return own or (of_all.filter(reporter=actor).first() if actor is not None else None)


REPORTED = ("kind", "severity", "subject", "description", "site", "equipment", "channel", "contact_name", "contact_phone", "contact_email")
"""What a report says, and a ticket keeps in the first line of its history."""


def reported_otherwise(ticket: Ticket, said: Mapping[str, Any]) -> list[str]:
    """Answer what is said otherwise than it was reported, whatever became of the ticket since; nothing where that is not known."""
    first = ticket.history.order_by("history_date", "history_id").first()
    if first is None:
        return []
    return [name for name in REPORTED if name in said and not _is_as_reported(first, name, said[name])]


def _is_as_reported(first: Any, name: str, value: Any) -> bool:
    if name.startswith("contact_"):
        return not value or getattr(first, name) == value  # nothing said: the person who asked stands there
    if name in ("site", "equipment"):
        return bool(getattr(first, f"{name}_id") == (value.pk if value is not None else None))
    return bool(getattr(first, name) == (value.strip() if isinstance(value, str) else value))


def _check(draft: Report) -> None:
    if not draft.subject.strip():
        raise Invalid(_("Say in a few words what is wrong."), field="subject", code="required")
    if draft.kind not in Kind.values:
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": ", ".join(Kind.values)}, field="kind", code="invalid_choice")
    if draft.severity not in (1, 2, 3, 4):
        raise Invalid(_("The severity is a number from 1 (worst) to 4."), field="severity", code="invalid_choice")
    if draft.equipment is not None and draft.equipment.site_id != draft.site.pk:
        raise Invalid(_("This equipment does not stand at that site."), field="equipment", code="not_at_site")
    concerning.check(draft.concerned, draft.kind)
    uploads.check_all(draft.files)


def _report(draft: Report, actor: User | None, at: datetime) -> Ticket:
    entitled = customers.entitlement(draft.equipment or draft.site, at)
    skill = draft.equipment.skill_id if draft.equipment is not None else None
    team, receivers = telling.receivers(entitled.office.pk, draft.team.pk if draft.team else None, skill=skill)
    ticket = _ticket(draft, entitled, team, actor, at)
    first = LogEvent(epoch(at), 1, Event.Type.REPORTED, {})
    change = sla.Change()
    plan = draft.canary.pk if draft.canary else entitled.plan_id
    if plan is not None:
        ticket.commitment, change = sla.commit(plan, situation=situation(draft, entitled), events=[first], at=at)
        ticket.queue_at = change.next_due or FAR
    ticket.number = f"CANARY-{at:%Y%m%d-%H%M%S}" if draft.canary else next_number(at)
    sign(ticket, actor, at)
    ticket.search_text = search.index_text(
        ticket.number, ticket.subject, ticket.description, str(draft.site.organization), draft.site.name,
        draft.equipment.name if draft.equipment else "", draft.contact_name, draft.external_id,
    )  # fmt: skip
    facts = {**draft.facts, "channel": draft.channel}
    event = log.entry(ticket, Event.Type.REPORTED, actor=actor, at=at, text=draft.description, facts=facts)
    ticket.save(force_insert=True)
    concerning.enter(ticket, draft.concerned, actor=actor, at=at)
    event.ticket = ticket
    log.keep(event)
    if change.fired:
        ladder.climb([(ticket, change)], at=at)
        Ticket.objects.filter(pk=ticket.pk).update(event_count=ticket.event_count, head_hash=ticket.head_hash)
    if draft.files:
        uploads.keep(ticket, draft.files, event=event, actor=actor, at=at)
    if draft.follows is not None:
        TicketLink.objects.create(source=ticket, target=draft.follows, kind=draft.link_kind, created_at=at, created_by=actor)
    if not ticket.is_canary:
        barred = {person.pk for person in draft.concerned}
        telling.reported(ticket, change.clocks, [each for each in receivers if each.pk not in barred], actor=actor, at=at)
    ticket.is_new, ticket.new_clocks = True, tuple(change.clocks)
    if ticket.to_do:  # a promise that is due at once has a level that does something
        carry_out(ticket, at=at)
        ticket.new_clocks = tuple(ticket.commitment.clocks.order_by("cycle", "id")) if ticket.commitment else ()
    return ticket


def _ticket(draft: Report, entitled: customers.Entitlement, team: int | None, actor: User | None, at: datetime) -> Ticket:
    site = draft.site
    return Ticket(
        kind=draft.kind,
        severity=draft.severity,
        subject=draft.subject.strip(),
        description=draft.description.strip(),
        channel=draft.channel,
        external_id=draft.external_id,
        external_source=draft.external_source if draft.external_id else "",
        submission=draft.submission,
        organization=site.organization,
        site=site,
        equipment=draft.equipment,
        contract=entitled.contract,
        in_warranty=entitled.warranty,
        is_free=entitled.free,
        reporter=draft.reporter or actor,
        contact_name=draft.contact_name or (actor.name if actor is not None and actor.is_customer else ""),
        contact_phone=draft.contact_phone or (actor.phone if actor is not None and actor.is_customer else ""),
        contact_email=draft.contact_email or (actor.email if actor is not None and actor.is_customer else ""),
        is_confidential=draft.is_confidential,
        office=entitled.office,
        team_id=team,
        created_at=at,
        updated_at=at,
        last_public_at=at,
        **({"is_canary": True, "is_counted": True, "status": Status.CANCELLED} if draft.canary else {}),
    )


def situation(draft: Report, entitled: customers.Entitlement) -> dict[str, Any]:
    """Answer what decides which promises are made for a report."""
    return {
        "kind": draft.kind,
        "severity": draft.severity,
        "channel": draft.channel,
        "warranty": entitled.warranty,
        "equipment": draft.equipment.kind if draft.equipment else "",
        "region": draft.site.region.code,
        **({"agreed": list(entitled.agreed)} if entitled.agreed else {}),
    }
