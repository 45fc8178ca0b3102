"""Plan and costs: written by us, approved or refused by the customer's supervisor, each change a new version to approve."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import selectors
from catalogue.errors import NotApproved, NotQuoted, NotYours
from catalogue.models import Approval, Quotation, QuotationLine, Request
from catalogue.models.requests import amount_of
from catalogue.services import papers, telling
from core.errors import Invalid
from core.record import save_by
from documents import services as documents
from documents.models import Status as Paper
from tickets import services as tickets
from tickets.models import Event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from accounts.models import User
    from documents.models import Document

Status = Quotation.Status
MOST_LINES, MOST_HOURS = 50, 10_000
LARGEST = Decimal(10) ** 11
WORK = frozenset({Event.Type.DEPARTED, Event.Type.CHECKED_IN, Event.Type.REMOTE_STARTED, Event.Type.RESOLVED})
"""Lines of a ticket's record that are work: a request that costs has none of them before it is approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that is charged; the price is of one unit, in CNY."""

    text: str
    quantity: Decimal = Decimal(1)
    unit: str = ""
    price: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteDraft:
    """A plan of work and its costs."""

    plan: str
    hours: Decimal
    valid_until: date
    lines: Sequence[Line] = ()


@transaction.atomic
def quote(request: Request, draft: QuoteDraft, *, actor: User, at: datetime) -> Quotation:
    """Offer a plan with its costs; what was offered before is replaced, and approved anew even if it had been approved."""
    row = _locked(request)
    if not actor.is_provider:
        raise NotYours(_("Plan and quotation are written by the service provider."))
    if not row.ticket.is_open:
        raise NotQuoted(_("Ticket %(number)s is not open any more; nothing is quoted for it.") % {"number": row.ticket.number})
    _check(draft, timezone.localdate(at))
    before = row.quotations.order_by("-number").first()
    _replace(row, actor, at)
    made = Quotation(
        request=row, number=before.number + 1 if before else 1, plan=draft.plan.strip(), hours=draft.hours, valid_until=draft.valid_until,
        total=sum((amount_of(line.quantity, line.price) for line in draft.lines), Decimal("0.00")), written_at=at, written_by=actor,
    )  # fmt: skip
    save_by(made, actor, at=at)
    lines = [
        QuotationLine(
            quotation=made, position=place, text=line.text.strip(), quantity=line.quantity, unit=line.unit.strip(), price=line.price
        )
        for place, line in enumerate(draft.lines, 1)
    ]
    QuotationLine.objects.bulk_create(lines)
    made.document = papers.issue(made, lines, before.document if before else None, actor=actor, at=at)
    save_by(made, actor, at=at)
    row.approval, row.approved_at = Approval.AWAITED, None
    save_by(row, actor, at=at)
    telling.quoted(made, at=at)
    return made


def _check(draft: QuoteDraft, today: date) -> None:
    if not draft.plan.strip():
        raise Invalid(_("Write what is to be done."), field="plan", code="required")
    if not 0 <= draft.hours <= MOST_HOURS:
        raise Invalid(_("Enter between 0 and %(limit)s hours.") % {"limit": MOST_HOURS}, field="hours")
    if draft.valid_until < today:
        raise Invalid(_("Choose a day that has not passed; the customer needs time to answer."), field="valid_until")
    if not 1 <= len(draft.lines) <= MOST_LINES:
        raise Invalid(_("Write at least one line: what it costs, or that it is free."), field="lines")
    for line in draft.lines:
        if not line.text.strip() or line.quantity <= 0 or line.price < 0:
            raise Invalid(_("Each line says what, how many and at what price; neither is below zero."), field="lines")
        if line.quantity * line.price > LARGEST:
            raise Invalid(_("One line comes to more than can be written; look at quantity and price."), field="lines")


def _replace(row: Request, actor: User, at: datetime) -> None:
    """Take back what waits for the customer's word, so that nobody signs what does not hold any more."""
    for old in row.quotations.filter(status__in=[Status.AWAITED, Status.APPROVED]).select_related("document"):
        old.status, old.answered_at = Status.REPLACED, old.answered_at or at
        save_by(old, actor, at=at)
        if old.document is not None and old.document.awaits_signature:
            documents.refuse(old.document, reason=_("Replaced by a newer quotation."), actor=actor, at=at)


@transaction.atomic
def approve(request: Request, *, actor: User, at: datetime, number: int, text: str = "") -> Quotation:
    """The customer's supervisor approves the quotation of this version; work may begin."""
    row = _awaited(request, number, actor, at)
    if row.document is None:
        raise NotQuoted(_("There is no paper of this quotation; ask for it again."))
    row.answer_text = text.strip()[:300]
    save_by(row, actor, at=at, fields=["answer_text"])
    documents.sign(row.document, name=actor.name, strokes=(), seen=row.document.content_hash, actor=actor, at=at)
    row.refresh_from_db()
    return row


@transaction.atomic
def refuse(request: Request, *, actor: User, at: datetime, number: int, text: str) -> Quotation:
    """The customer's supervisor refuses it, and why; another quotation may follow."""
    if not text.strip():
        raise Invalid(_("Write why you refuse it, so that the next quotation fits better."), field="text", code="required")
    row = _awaited(request, number, actor, at, even_over=True)
    if row.document is None:
        raise NotQuoted(_("There is no paper of this quotation; ask for it again."))
    documents.refuse(row.document, reason=text.strip()[:300], actor=actor, at=at, name=actor.name)
    row.refresh_from_db()
    return row


def _awaited(request: Request, number: int, actor: User, at: datetime, *, even_over: bool = False) -> Quotation:
    held = _locked(request)
    if not selectors.may_answer(actor, held):
        raise NotYours(_("Costs are approved by a supervisor of your organization; ask them to answer."))
    row = held.quotations.select_related("document").filter(status=Status.AWAITED).first()
    if row is None:
        raise NotQuoted(_("No quotation waits for an answer."))
    if row.number != number:
        raise NotQuoted(_("There is a newer quotation; read it before you answer."))
    if not even_over:
        _must_hold(row, at)
    return row


def _must_hold(row: Quotation, at: datetime) -> None:
    if row.is_over(timezone.localdate(at)):
        raise NotQuoted(_("This quotation was valid until %(day)s; ask for a new one.") % {"day": f"{row.valid_until:%Y-%m-%d}"})


def sealed(document: Document, *, actor: User, at: datetime) -> None:
    """Note the customer's word on the quotation whose paper was signed or refused; called in the transaction that seals it."""
    row = Quotation.objects.select_for_update(of=("self",)).filter(document=document, status=Status.AWAITED).first()
    if row is None:
        return
    request = _locked(row.request)
    signed = document.status == Paper.SIGNED
    if signed:
        _must_hold(row, at)
    row.status = Status.APPROVED if signed else Status.REFUSED
    row.answered_at, row.answered_by, row.answer_name = at, actor, document.signature.name
    row.answer_text = row.answer_text if signed else document.signature.refusal
    save_by(row, actor, at=at)
    request.approval, request.approved_at = (Approval.APPROVED, at) if signed else (Approval.REFUSED, None)
    save_by(request, actor, at=at)
    telling.answered(row, at=at)


@transaction.atomic
def override(request: Request, *, actor: User, at: datetime, reason: str) -> Request:
    """Begin before the customer has approved, and say why; the customer is told."""
    row = _locked(request)
    if not actor.dispatches:
        raise NotYours(_("Beginning before the approval is a decision of dispatchers and managers."))
    if not reason.strip():
        raise Invalid(_("Write why it cannot wait; the customer reads it."), field="reason", code="required")
    if row.may_begin:
        raise NotQuoted(_("Work may begin already."))
    row.overridden_at, row.overridden_by, row.override_reason = at, actor, reason.strip()[:300]
    save_by(row, actor, at=at)
    tickets.note(row.ticket, actor=actor, at=at, text=_("Begun before the approval: %(reason)s") % {"reason": row.override_reason})
    telling.overridden(row, at=at)
    return row


def heard(events: Sequence[Event]) -> None:
    """Refuse work on a request that costs and is not approved; hears every line that is written into a record."""
    tickets_at_work = [event.ticket_id for event in events if event.type in WORK and event.ticket.kind in ("request", "consultation")]
    if not tickets_at_work:
        return
    for row in Request.objects.filter(ticket__in=tickets_at_work).select_related("ticket"):
        must_be_approved(row)


def must_be_approved(request: Request) -> None:
    """Refuse work on a request that costs and is not approved."""
    if not request.may_begin:
        raise NotApproved(
            _("Request %(number)s costs and is not approved yet. Ask for it, or have a dispatcher write down why it cannot wait.")
            % {"number": request.ticket.number}
        )


def _locked(request: Request) -> Request:
    rows = Request.objects.select_for_update(of=("self",)).select_related("ticket__organization", "ticket__site", "item", "version")
    return rows.get(pk=request.pk)
