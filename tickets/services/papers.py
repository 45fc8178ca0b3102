"""The papers of a ticket: the diagnosis report when it is delivered, the fault handling report when it is solved (P0, P2, P3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.duration import spell
from documents import services as documents
from documents.models import LANGUAGES, Document, Kind
from documents.services.issuing import REASON_LENGTH
from tickets import selectors, words
from tickets.models import Event
from tickets.services.files import INLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from accounts.models import User
    from tickets.models import Attachment, Ticket
    from tickets.selectors import ClockView

Block = dict[str, Any]
SUFFIX = {Kind.DIAGNOSIS: "DR", Kind.FAULT_REPORT: "FR"}
REJECTIONS = (Event.Type.DIAGNOSIS_REJECTED, Event.Type.REJECTED, Event.Type.REOPENED)


def about(ticket: Ticket) -> str:
    """Answer how documents name a ticket."""
    return f"ticket/{ticket.pk}"


def diagnosis(ticket: Ticket, event: Event, *, actor: User | None, at: datetime) -> Document:
    """Issue the diagnosis report 故障诊断报告 of what was just delivered; another one corrects the last."""

    def blocks() -> list[Block]:
        return [
            _text(_("What was reported"), ticket.description),
            *_texts(event, [("cause", _("Cause")), ("plan", _("What is to be done")), ("risk", _("Risk"))]),
        ]

    return _issue(Kind.DIAGNOSIS, ticket, event, blocks, actor=actor, at=at)


def fault_report(ticket: Ticket, event: Event, *, actor: User | None, at: datetime) -> Document:
    """Issue the fault handling report 故障处理报告: cause, solution, prevention, and how the promises were kept."""

    def blocks() -> list[Block]:
        said = [("cause", _("Cause")), ("solution", _("Solution")), ("prevention", _("Prevention"))]
        return [_text(_("What was reported"), ticket.description), *_texts(event, said), _promises(ticket, at), _steps(ticket)]

    return _issue(Kind.FAULT_REPORT, ticket, event, blocks, actor=actor, at=at)


def _issue(kind: Kind, ticket: Ticket, event: Event, blocks: Callable[[], list[Block]], *, actor: User | None, at: datetime) -> Document:
    pictures = [file for file in event.attachments.order_by("id") if file.content_type in INLINE]
    last = Document.objects.filter(kind=kind, about=about(ticket)).order_by("-version").first()
    sheets = {}
    for language in LANGUAGES:
        with override(language):
            shown = [block for block in (*blocks(), *_photos(pictures)) if block.get("text") != ""]
            sheets[language] = {"title": str(kind.label).capitalize(), "facts": _facts(ticket, actor, at), "blocks": shown}
    return documents.issue(
        kind,
        about=about(ticket),
        number=f"{ticket.number}-{SUFFIX[kind]}",
        organization=ticket.organization,
        site=ticket.site,
        office=ticket.office,
        sheets=sheets,
        actor=actor,
        at=at,
        replaces=last,
        reason=_why_again(ticket) if last else "",
        record={"of": ticket.number, "count": ticket.event_count, "head": ticket.head_hash},
    )


def _why_again(ticket: Ticket) -> str:
    """Answer what the customer said when they rejected the last one; else that it was delivered anew, in both languages."""
    said = ticket.events.filter(type__in=REJECTIONS).exclude(text="").order_by("-seq").values_list("text", flat=True).first()
    if said:
        return str(said)[:REASON_LENGTH]
    anew = []
    for language in LANGUAGES:
        with override(language):
            anew.append(_("delivered anew"))
    return " / ".join(anew)


def _facts(ticket: Ticket, actor: User | None, at: datetime) -> list[list[str]]:
    thing = ticket.equipment
    named = " · ".join(filter(None, (thing.name, thing.maker, thing.model, thing.serial_number))) if thing else ""
    free = _("free of charge") if ticket.is_free else _("charged")
    given = [
        (_("Ticket"), f"{ticket.number} {ticket.subject}"),
        (_("Customer"), ticket.organization.name),
        (_("Site"), " · ".join(filter(None, (ticket.site.name, ticket.site.address)))),
        (_("Equipment"), named),
        (_("Contract"), f"{ticket.contract} ({free})" if ticket.contract else ""),
        (_("Severity"), words.severity_name(ticket) or str(ticket.severity)),
        (_("Reported"), " · ".join(filter(None, (_moment(ticket.created_at), ticket.contact_name, ticket.contact_phone)))),
        (_("Issued"), " · ".join(filter(None, (_moment(at), str(actor) if actor else "")))),
    ]
    return [[str(label), value] for label, value in given if value]


def _text(title: str, text: str) -> Block:
    return {"type": "text", "title": title, "text": text.strip()}


def _texts(event: Event, names: Sequence[tuple[str, str]]) -> list[Block]:
    return [_text(title, event.facts.get(name, "")) for name, title in names]


def _photos(pictures: Sequence[Attachment]) -> list[Block]:
    shown = [{"file": file.file.name, "caption": file.name, "sha256": file.sha256} for file in pictures]
    return [{"type": "photos", "title": _("Photos"), "photos": shown}] if shown else []


def _promises(ticket: Ticket, at: datetime) -> Block:
    clocks = [clock for clock in selectors.clock_views(ticket, at) if clock.state not in ("void", "pending")]
    heads = [_("Promise"), _("Clause"), _("Due"), _("Done"), _("Outcome")]
    rows = [[clock.name, clock.clause or "—", _moment(clock.due_at), _moment(clock.met_at), _outcome(clock)] for clock in clocks]
    nothing = _("No contract in force: no times are promised.")
    return {"type": "table", "title": _("What was promised"), "heads": heads, "rows": rows, "widths": [3, 3, 2, 2, 2], "nothing": nothing}


def _outcome(clock: ClockView) -> str:
    if clock.state == "met":
        left = clock.remaining_seconds or 0
        return _("kept, %(span)s to spare") % {"span": spell(left, parts=1)} if left > 0 else _("kept")
    return _("missed") if clock.state == "missed" else _("running")


def _steps(ticket: Ticket) -> Block:
    """List what happened, as far as the customer may read it."""
    events = ticket.events.filter(is_public=True).select_related("actor").order_by("seq")
    rows = [[_moment(event.at), words.line(event, ticket).title, str(event.actor or "—")] for event in events]
    heads = [_("When"), _("What"), _("Who")]
    return {"type": "table", "title": _("What happened"), "heads": heads, "rows": rows, "widths": [2, 5, 2], "nothing": "—"}


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at, timezone.get_default_timezone()):%Y-%m-%d %H:%M}" if at else "—"
