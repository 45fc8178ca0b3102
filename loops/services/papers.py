"""The papers of a complaint: the tracking form 投诉跟踪单 that goes round in the house, and what was made of it in the end (P2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from documents import services as documents
from documents.models import LANGUAGES, Document, Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from accounts.models import User
    from loops.models import Loop, Opinion, Round

Block = dict[str, Any]


def about(loop: Loop) -> str:
    """Answer how the tracking form names what it is about."""
    return f"loop/{loop.pk}"


def tracking(loop: Loop, this: Round, *, actor: User | None, at: datetime) -> Document:
    """Issue the tracking form as it stands: what was said, and a block for each department; a later one takes its place."""

    def blocks() -> list[Block]:
        opinions = this.opinions.select_related("department", "answered_by").order_by("id")
        again = [_text(_("Why the round before did not do"), this.why_again)]
        return [_text(_("What the customer says"), loop.ticket.description), *again, *(_department(each) for each in opinions)]

    last = Document.objects.filter(kind=Kind.COMPLAINT_TRACKING, about=about(loop)).order_by("-version").first()
    return _issue(Kind.COMPLAINT_TRACKING, loop, this, blocks, about=about(loop), suffix="CT", last=last, actor=actor, at=at)


def result(loop: Loop, this: Round, *, actor: User | None, at: datetime) -> Document:
    """Issue, at the end, what was done in every round and what the customer said to it."""

    def blocks() -> list[Block]:
        rounds = loop.all_rounds.order_by("number")
        return [_text(_("What the customer says"), loop.ticket.description), *(block for each in rounds for block in _round(each))]

    return _issue(Kind.COMPLAINT_RESULT, loop, this, blocks, about=f"ticket/{loop.ticket_id}", suffix="CR", last=None, actor=actor, at=at)


def _issue(
    kind: Kind,
    loop: Loop,
    this: Round,
    blocks: Callable[[], list[Block]],
    *,
    about: str,
    suffix: str,
    last: Document | None,
    actor: User | None,
    at: datetime,
) -> Document:
    ticket, sheets, reasons = loop.ticket, {}, []
    for language in LANGUAGES:
        with override(language):
            shown = [block for block in blocks() if block.get("text") != ""]
            sheets[language] = {"title": str(kind.label).capitalize(), "facts": _facts(loop, this, at), "blocks": shown}
            reasons.append(_("round %(number)s: as it stands now") % {"number": this.number})
    return documents.issue(
        kind,
        about=about,
        number=f"{ticket.number}-{suffix}",
        organization=ticket.organization,
        site=ticket.site,
        office=ticket.office,
        sheets=sheets,
        actor=actor,
        at=at,
        replaces=last,
        reason=" / ".join(reasons) if last else "",
        record={"of": ticket.number, "count": ticket.event_count, "head": ticket.head_hash},
    )


def _facts(loop: Loop, this: Round, at: datetime) -> list[list[str]]:
    ticket = loop.ticket
    said_by = _("not named") if loop.is_anonymous else " · ".join(filter(None, (ticket.contact_name, ticket.contact_phone)))
    given = [
        (_("Ticket"), f"{ticket.number} {ticket.subject}"),
        (_("Source"), str(loop.get_source_display())),
        (_("Customer"), ticket.organization.name),
        (_("Site"), ticket.site.name),
        (pgettext("complaint", "Said by"), said_by),
        (_("Said at"), _moment(loop.created_at)),
        (_("Round"), str(this.number)),
        (_("Issued"), _moment(at)),
    ]
    return [[label, value] for label, value in given if value]


def _text(title: str, text: str) -> Block:
    return {"type": "text", "title": title, "text": text.strip()}


def _department(opinion: Opinion) -> Block:
    title = _("Opinion of %(department)s") % {"department": opinion.department}
    asked = _("Asked %(asked)s, due %(due)s.") % {"asked": _moment(opinion.asked_at), "due": _moment(opinion.due_at)}
    if opinion.answered_at is None:
        return _text(title, "\n\n".join(filter(None, (asked, opinion.question, "____________________"))))
    who = " · ".join(filter(None, (str(opinion.answered_by or ""), _moment(opinion.answered_at))))
    return _text(title, "\n\n".join(filter(None, (asked, opinion.question, opinion.text, who))))


def _round(this: Round) -> list[Block]:
    number = {"number": this.number}
    said = " · ".join(filter(None, (str(this.get_verdict_display()), this.verdict_name, this.verdict_words)))
    measure = f"{this.get_measure_kind_display()}: {this.measure}" if this.measure else ""
    return [
        _text(_("Round %(number)s: why the round before did not do") % number, this.why_again),
        _text(_("Round %(number)s: what we intended") % number, this.plan),
        _text(_("Round %(number)s: what was done") % number, this.result),
        _text(_("Round %(number)s: improvement") % number, measure),
        _text(_("Round %(number)s: what the customer said") % number, said),
    ]


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at, timezone.get_default_timezone()):%Y-%m-%d %H:%M}" if at else "—"
