"""Something was said: it is recorded once, with its level, and goes round from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from core.queue import claim
from core.record import save_by
from loops.models import Loop, Round, Source, Stage
from loops.services import asking, telling
from tickets import services as tickets
from tickets.models import Channel, Event, Kind, Status, Ticket, TicketLink
from tickets.workflow import LOOPED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import Team, User
    from customers.models import Equipment, Site

KIND_OF = {
    Source.COMPLAINT: Kind.COMPLAINT,
    Source.SURVEY: Kind.COMPLAINT,
    Source.TRAINING: Kind.COMPLAINT,
    Source.INQUIRY: Kind.INQUIRY,
    Source.CARE: Kind.INQUIRY,
}
"""Which promises hold: those for complaints, or those for feedback that we asked for ourselves."""
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a customer said; ``key`` names it for good, so that it is one loop however often it is brought in."""

    source: str
    key: str
    site: Site
    level: int
    subject: str
    words: str
    equipment: Equipment | None = None
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    channel: str = Channel.PORTAL
    about: Ticket | None = None
    complained_about: tuple[User, ...] = ()
    is_confidential: bool = False
    is_anonymous: bool = False
    """Who says it is told what becomes of it, and named to nobody."""
    department: Team | None = None
    complainant: User | None = None
    """Which of the customer's people said it, where they did not log in to say it."""
    link: str = ""
    files: Sequence[UploadedFile] = ()


def open_loop(said: Said, *, actor: User | None, at: datetime) -> Loop:
    """Record what was said and start its clocks: all or nothing, and once however often it is asked for."""
    if found := _known(said.key):
        return found
    try:
        with transaction.atomic():
            return _open(said, actor, at)
    except IntegrityError:
        if found := _known(said.key):  # two at once: the other one was first
            return found
        raise


def _known(key: str) -> Loop | None:
    return Loop.objects.select_related("ticket").filter(key=key).first()


def _open(said: Said, actor: User | None, at: datetime) -> Loop:
    speaker = actor if actor is not None and actor.is_customer else said.complainant
    ticket = tickets.report(_report(said), actor=None if said.is_anonymous else actor, at=at)
    loop = Loop.objects.select_for_update(of=("self",)).get(ticket=ticket)
    loop.ticket = ticket
    loop.source, loop.key, loop.link = said.source, said.key, said.link[:300]
    loop.complainant, loop.is_anonymous = speaker, said.is_anonymous
    save_by(loop, None if said.is_anonymous else actor, at=at)
    if said.department is not None:
        asking.ask(loop, actor=None, at=at, departments=[said.department])
        loop.refresh_from_db()
    return loop


def _report(said: Said) -> tickets.Report:
    contact = {name: getattr(said, name) for name in ("contact_name", "contact_phone", "contact_email")}
    who: dict[str, Any] = {} if said.is_anonymous else {**contact, "reporter": said.complainant}
    return tickets.Report(
        kind=KIND_OF[Source(said.source)],
        severity=said.level,
        subject=said.subject[:200],
        description=said.words,
        site=said.site,
        equipment=said.equipment,
        channel=said.channel,
        follows=said.about,
        link_kind=TicketLink.Kind.CAUSED_BY,
        team=said.department,
        concerned=said.complained_about,
        is_confidential=said.is_confidential,
        files=said.files,
        **who,
    )


def heard(events: Sequence[Event]) -> None:
    """A report of the right kind is a loop by itself, whatever way it came: portal, telephone, REST, mail."""
    for event in events:
        if event.type in (Event.Type.REPORTED, Event.Type.REGISTERED) and event.ticket.kind in LOOPED and not event.ticket.is_canary:
            begin(event.ticket, at=event.at)


def begin(ticket: Ticket, *, at: datetime) -> Loop:
    """Answer the loop of a ticket; a ticket that has none yet gets one, with its first round."""
    if found := Loop.objects.filter(ticket=ticket).first():
        return found
    loop = Loop(
        ticket=ticket,
        source=Source.COMPLAINT if ticket.kind == Kind.COMPLAINT else Source.INQUIRY,
        key=f"ticket:{ticket.number}",
        level=ticket.severity,
        complainant=ticket.reporter if ticket.reporter is not None and ticket.reporter.is_customer else None,
        stage=Stage.VERIFYING if ticket.status == Status.RESOLVED else Stage.SAID,
        created_at=at,
        updated_at=at,
    )
    save_by(loop, None, at=at)
    done = {"result": ticket.resolution, "close_requested_at": ticket.resolved_at or at} if loop.stage == Stage.VERIFYING else {}
    save_by(Round(loop=loop, number=1, opened_at=at, **done), None, at=at)
    telling.said(loop, at=at)
    return loop


@transaction.atomic
def adopt_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Give a loop to open complaints and feedback that are older than loops are; answer how many got one."""
    waiting = Ticket.objects.filter(kind__in=sorted(LOOPED), loop=None, is_canary=False).exclude(
        status__in=[Status.CLOSED, Status.CANCELLED]
    )
    rows = claim(waiting.order_by("pk"), limit, of=("self",))
    for ticket in rows:
        begin(ticket, at=at)
    return len(rows)
