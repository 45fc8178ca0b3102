"""Tickets of another system enter the record with their own times and authors; nobody is told, and nothing is owed for what was over.

A line of the record that was written elsewhere says so in its facts (``imported``); who wrote it and has no account here is named
there as well (``author``). What the desk itself did is one more line at the end of each record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from core.bulk import insert_many
from core.record import sign
from core.time import FAR
from customers import selectors as customers
from sla import services as sla
from tickets import search
from tickets.models import Channel, Event, Status, Ticket
from tickets.services import log
from tickets.services.numbers import next_number
from tickets.services.record import locked, place
from tickets.services.reporting import Report, situation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from accounts.models import Team, User
    from customers.models import Contract, Equipment, Site

NONE, SINCE_REPORT, SINCE_IMPORT = "none", "report", "import"
CLOCKS = (NONE, SINCE_REPORT, SINCE_IMPORT)
"""From when what is still open is owed: never, since it was reported, or since it came here."""
OURS, THEIRS = "provider", "customer"
ENDS = {Status.CLOSED, Status.CANCELLED}


@dataclass(slots=True, kw_only=True)
class Said:
    """Something that was written about a ticket elsewhere."""

    at: datetime
    text: str
    side: str = OURS
    public: bool = True
    actor: User | None = None
    author: str = ""
    external_id: str = ""
    event: Event | None = None
    """The line of the record it became."""


@dataclass(slots=True, kw_only=True)
class Past:
    """A ticket as another system knew it."""

    kind: str
    severity: int
    subject: str
    site: Site
    created_at: datetime
    status: str = Status.NEW
    description: str = ""
    channel: str = Channel.PORTAL
    external_id: str = ""
    equipment: Equipment | None = None
    contract: Contract | None = None
    reporter: User | None = None
    author: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    assignee: User | None = None
    team: Team | None = None
    resolution: str = ""
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    says: list[Said] = field(default_factory=list)
    origin: Mapping[str, Any] = field(default_factory=dict)
    """Where it is from: the name of the source, its id there, the import."""
    told: Event | None = None
    """The line of the record that its description became."""


def bring_in(pasts: Sequence[Past], *, clocks: str, actor: User | None, at: datetime, why: str) -> list[Ticket]:
    """Write tickets with their records, in a few statements for all; call inside a transaction.

    Nobody is told: no mail, no webhook, no level of a ladder, no call-back, no survey. What has ended has no clocks. What is open is
    owed as ``clocks`` says; levels whose time was over before it came here are noted as skipped.
    """
    rows = [_ticket(past, actor, at) for past in pasts]
    changes = [_promise(past, row, clocks, at) for past, row in zip(pasts, rows, strict=True)]
    written = [_record(past, row, clocks, actor, at) for past, row in zip(pasts, rows, strict=True)]
    insert_many(rows)
    lines = []
    for row, events in zip(rows, written, strict=True):
        for event in events:
            event.ticket = row
        lines += events
    insert_many(lines)
    Ticket.history.bulk_history_create(rows, default_user=actor, default_date=at, default_change_reason=why[:100])
    _pass_over([change for change in changes if change is not None], at=at)
    return rows


def _ticket(past: Past, actor: User | None, at: datetime) -> Ticket:
    organization = past.site.organization
    row = Ticket(
        number=next_number(past.created_at),
        kind=past.kind,
        severity=past.severity,
        status=past.status,
        subject=past.subject.strip()[:200],
        description=past.description.strip(),
        channel=past.channel,
        external_id=past.external_id,
        organization=organization,
        site=past.site,
        equipment=past.equipment,
        contract=past.contract,
        reporter=past.reporter,
        contact_name=past.contact_name,
        contact_phone=past.contact_phone,
        contact_email=past.contact_email,
        office=past.site.region.office,
        team=past.team,
        assignee=past.assignee,
        resolution=past.resolution,
        created_at=past.created_at,
        updated_at=at,
        last_public_at=max([past.created_at, *(said.at for said in past.says if said.public)]),
        queue_at=FAR,
    )
    if past.status == Status.CLOSED:
        row.resolved_at, row.closed_at = ended(past)
    row.search_text = search.index_text(
        row.number, row.subject, row.description, str(organization), past.site.name,
        past.equipment.name if past.equipment else "", row.contact_name, row.external_id, str(past.origin.get("number", "")),
    )  # fmt: skip
    sign(row, actor, at)
    return row


def ended(past: Past) -> tuple[datetime, datetime]:
    """Answer when it was solved and closed; where the other system did not say, with the last that was said."""
    last = past.closed_at or past.resolved_at or max([past.created_at, *(said.at for said in past.says)])
    return past.resolved_at or last, last


def _promise(past: Past, row: Ticket, clocks: str, at: datetime) -> sla.Change | None:
    """Start the clocks of what is still open, under the plan that holds when they begin."""
    if past.status in ENDS or clocks == NONE:
        return None
    entitled = customers.entitlement(past.equipment or past.site, past.created_at if clocks == SINCE_REPORT else at)
    row.contract, row.in_warranty, row.is_free = past.contract or entitled.contract, entitled.warranty, entitled.free
    if entitled.plan_id is None:
        return None
    draft = Report(
        kind=past.kind, severity=past.severity, subject=past.subject, site=past.site, equipment=past.equipment, channel=past.channel
    )
    events = log.as_log(_lines(past, row, clocks, at))
    row.event_count, row.head_hash = 0, ""  # the record itself is written anew below
    row.commitment, change = sla.commit(entitled.plan_id, situation=situation(draft, entitled), events=events, at=at)
    place(row, change)
    return change


def _record(past: Past, row: Ticket, clocks: str, actor: User | None, at: datetime) -> list[Event]:
    """Answer the whole record, chained, in the order in which things happened; the import itself is its last line."""
    lines = _lines(past, row, clocks, at)
    facts = {
        "brought": True,
        "imported": dict(past.origin),
        "at": past.created_at.isoformat(),
        "author": past.author or str(past.reporter or ""),
    }
    lines.append(log.entry(row, Event.Type.NOTED, actor=actor, at=at, facts=facts, public=False))
    return lines


def _lines(past: Past, row: Ticket, clocks: str, at: datetime) -> list[Event]:
    since_import = clocks == SINCE_IMPORT and past.status not in ENDS
    facts = {"channel": past.channel, "imported": dict(past.origin), **_author(past.author if past.reporter is None else "")}
    if since_import:
        facts["original_at"] = past.created_at.isoformat()
    first = at if since_import else past.created_at
    past.told = log.entry(row, Event.Type.REPORTED, actor=past.reporter, at=first, text=row.description, facts=facts)
    lines = [past.told]
    lines += [_line(row, said, past.origin) for said in sorted(past.says, key=lambda said: said.at)]
    return [*lines, *ending(past, row)]


def _line(row: Ticket, said: Said, origin: Mapping[str, Any]) -> Event:
    facts: dict[str, Any] = {"imported": {**origin, "id": said.external_id}, **_author(said.author if said.actor is None else "")}
    if not said.public:
        kind = Event.Type.NOTED
    elif said.side == THEIRS:
        kind = Event.Type.REPLIED
    else:
        kind, facts = Event.Type.CONTACTED, {"via": "message", **facts}
    said.event = log.entry(row, kind, actor=said.actor, at=said.at, text=said.text, facts=facts, public=said.public)
    return said.event


def _author(name: str) -> dict[str, str]:
    return {"author": name} if name else {}


def ending(past: Past, row: Ticket) -> list[Event]:
    """Answer the lines of an end that it had elsewhere, with its times; none for what is open."""
    facts = {"imported": dict(past.origin)}
    if row.status == Status.CANCELLED:
        return [log.entry(row, Event.Type.CANCELLED, actor=None, at=ended(past)[1], facts=facts)]
    if row.status != Status.CLOSED or row.closed_at is None or row.resolved_at is None:
        return []
    solved = {"cause": "", "solution": row.resolution, "prevention": "", **facts}
    return [
        log.entry(row, Event.Type.RESOLVED, actor=past.assignee, at=row.resolved_at, facts=solved),
        log.entry(row, Event.Type.CLOSED, actor=None, at=row.closed_at, facts=facts),
    ]


def _pass_over(changes: Iterable[sla.Change], *, at: datetime) -> None:
    """Note the levels whose time was over before the ticket came here: reached, and nobody told."""
    reached = [sla.escalation(clock, level, at=at, skipped=True) for change in changes for clock, level in [*change.fired, *change.skipped]]
    insert_many(reached)


@transaction.atomic
def add_said(ticket: Ticket, says: Sequence[Said], *, origin: Mapping[str, Any], at: datetime) -> list[Event]:
    """Add what a newer file tells of an imported ticket: with its own times, at the end of the record. Nobody is told."""
    row = locked(ticket)
    events = [_line(row, said, origin) for said in sorted(says, key=lambda said: said.at)]
    insert_many(events)
    settle_behind(row, at=at)
    Ticket.objects.filter(pk=row.pk).update(
        event_count=row.event_count, head_hash=row.head_hash, updated_at=at, queue_at=row.queue_at, is_counted=False
    )
    return events


def settle_behind(row: Ticket, *, at: datetime) -> None:
    """Settle the clocks of a record that grew behind; levels that this reaches are passed over."""
    if row.commitment is None:
        return
    stored, fired = list(row.commitment.clocks.all()), sla.fired_levels([row.commitment.pk])
    change = sla.resettle(row.commitment, stored, log.logs([row])[row.pk], fired, at=at)
    place(row, change)
    _pass_over([change], at=at)
