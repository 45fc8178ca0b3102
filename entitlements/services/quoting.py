"""Requests for quotations: asked, quoted, accepted or declined; what is accepted comes into force as a term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.record import save_by
from customers import engine
from customers import selectors as seen
from customers import services as customers
from customers.models import Term
from entitlements import selectors
from entitlements.errors import AskedAlready, NotYourStep, QuotationExpired, QuotationNotNow
from entitlements.models import QuotationLine, QuotationRequest
from entitlements.services import paper, telling
from entitlements.services.settling import settle_reminders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from accounts.models import User

Status = QuotationRequest.Status
DAY = timedelta(days=1)
LINES_MAX = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is offered: as which kind of term, from when to when, for how much in lines, and until when the offer stands."""

    kind: str
    scope: str
    starts_on: date
    ends_on: date
    lines: Sequence[tuple[str, Decimal]]
    valid_until: date

    @property
    def amount(self) -> Decimal:
        """Answer the sum of the lines."""
        return sum((amount for _text, amount in self.lines), Decimal("0.00"))


def usual(term: Term, day: date) -> tuple[str, date, date]:
    """Answer what is usually offered for a term: the kind, from the day after it on (not before today), for the usual time."""
    kind = engine.PAID if term.contract_id else engine.EXTENSION
    starts = max(term.ends_on + DAY, day) if term.ends_on >= day else day
    ends = engine.usual_end(kind, starts)
    assert ends is not None
    return kind, starts, ends


@transaction.atomic
def ask(term: Term, *, actor: User, at: datetime, wish: str = "") -> QuotationRequest:
    """Ask what it costs to go on: the customer with one press, or one of ours for them. Raises AskedAlready and QuotationNotNow."""
    if not seen.terms_for(actor).filter(pk=term.pk).exists():
        raise NotYourStep(_("A quotation is asked for by the customer of the term."))
    return _open(term, actor=actor, at=at, wish=wish.strip()[:500])


def open_at_end(term: Term, *, at: datetime) -> QuotationRequest | None:
    """Open the request by itself on the last day, unless there was one or somebody goes on already; once for good."""
    if QuotationRequest.objects.filter(term=term).exists():
        return None
    return _open(term, actor=None, at=at)


def _open(term: Term, *, actor: User | None, at: datetime, wish: str = "") -> QuotationRequest:
    row = Term.objects.select_for_update(of=("self",)).select_related("organization", "office", "contract", "equipment").get(pk=term.pk)
    if row.is_withdrawn or Term.objects.filter(renews=row, withdrawn_at=None).exists():
        raise QuotationNotNow(_("This term is renewed or withdrawn; there is nothing to quote."))
    if QuotationRequest.objects.filter(term=row, status__in=[Status.ASKED, Status.QUOTED]).exists():
        raise AskedAlready(_("A quotation for this term is under way."))
    made = QuotationRequest(
        term=row, organization=row.organization, office=row.office, asked_at=at, asked_by=actor, wish=wish, is_automatic=actor is None
    )
    try:
        with transaction.atomic():
            save_by(made, actor, at=at)
    except IntegrityError as error:
        raise AskedAlready(_("A quotation for this term is under way.")) from error
    telling.asked(made, at=at)
    return made


@transaction.atomic
def quote(quotation: QuotationRequest, offer: Offer, *, actor: User, at: datetime) -> QuotationRequest:
    """Say what it costs, line by line, and issue the paper; while the customer has not answered it may be quoted anew."""
    if not actor.dispatches:
        raise NotYourStep(_("Quotations are made by dispatchers and managers."))
    row = _locked(quotation)
    if not row.is_open:
        raise QuotationNotNow(_("This quotation has been answered."))
    _check(offer, at)
    for name in ("kind", "scope", "starts_on", "ends_on", "amount", "valid_until"):
        setattr(row, name, getattr(offer, name))
    row.status, row.quoted_at, row.quoted_by = Status.QUOTED, at, actor
    lines = [QuotationLine(quotation=row, text=text.strip()[:200], amount=amount) for text, amount in offer.lines]
    row.document = paper.issue(row, lines, actor=actor, at=at)
    save_by(row, actor, at=at)
    row.lines.all().delete()
    QuotationLine.objects.bulk_create(lines)
    telling.quoted(row, at=at)
    return row


def _check(offer: Offer, at: datetime) -> None:
    if not offer.lines:
        raise Invalid(_("Enter at least one line with its amount."), field="lines")
    if len(offer.lines) > LINES_MAX:
        raise Invalid(_("A quotation has at most %(limit)s lines.") % {"limit": LINES_MAX}, field="lines")
    if any(amount < 0 for _text, amount in offer.lines):
        raise Invalid(_("An amount is not negative."), field="lines")
    if offer.ends_on < offer.starts_on:
        raise Invalid(_("A term ends after it begins."), field="ends_on")
    if offer.valid_until < customers.today(at):
        raise Invalid(_("The offer would have expired already."), field="valid_until")
    if offer.kind not in Term.Kind.values or offer.scope not in Term.Scope.values:
        raise Invalid(_("Choose what is offered."), field="kind")


@transaction.atomic
def accept(quotation: QuotationRequest, *, actor: User, at: datetime, name: str = "") -> QuotationRequest:
    """The customer takes the offer: the new term comes into force, and a contract's promises with it. Raises QuotationExpired."""
    row, said = _answering(quotation, actor, name)
    if row.status != Status.QUOTED:
        raise QuotationNotNow(_("There is no offer yet to accept."))
    if not row.is_valid(customers.today(at)):
        raise QuotationExpired(_("The offer was valid until %(day)s; ask for a new one.") % {"day": f"{row.valid_until:%Y-%m-%d}"})
    row.renewal = _renewed(row, actor, at)
    _answer(row, Status.ACCEPTED, said, actor, at)
    settle_reminders(row.term, _("Renewed: %(number)s") % {"number": row.number}, actor=actor, at=at)
    return row


def _renewed(row: QuotationRequest, actor: User, at: datetime) -> Term:
    assert row.starts_on is not None
    term = row.term
    stated = customers.Stated(
        kind=row.kind,
        scope=row.scope,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        contract=term.contract,
        equipment=term.equipment,
        component=term.component,
        source=row.number,
        paper=row.document.full_number if row.document else "",
        price=row.amount,
    )
    # By the rules of who may enter terms nobody of the customer may; what they accept is entered by the system and signed by them here.
    return customers.enter_term(stated, actor=actor if actor.is_provider else None, at=at, origin=Term.Origin.RENEWAL, renews=term)


@transaction.atomic
def decline(quotation: QuotationRequest, *, actor: User, at: datetime, reason: str, name: str = "") -> QuotationRequest:
    """The customer does not go on, and why."""
    row, said = _answering(quotation, actor, name)
    if not row.is_open:
        raise QuotationNotNow(_("This quotation has been answered."))
    if not reason.strip():
        raise Invalid(_("Say why, so that a better offer can be made."), field="reason")
    row.reason = reason.strip()[:500]
    _answer(row, Status.DECLINED, said, actor, at)
    return row


def _answering(quotation: QuotationRequest, actor: User, name: str) -> tuple[QuotationRequest, tuple[str, str]]:
    """Answer the row, who said it and how: the supervisor by themselves, or somebody on the phone to one of us."""
    row = _locked(quotation)
    if not selectors.may_answer(actor, row):
        raise NotYourStep(_("The customer's supervisor answers a quotation, or a dispatcher takes the answer down on the phone."))
    if actor.is_customer:
        return row, (actor.name, QuotationRequest.How.PORTAL)
    if not name.strip():
        raise Invalid(_("Write who said it on the phone."), field="name")
    return row, (name.strip()[:80], QuotationRequest.How.PHONE)


def _answer(row: QuotationRequest, status: str, said: tuple[str, str], actor: User, at: datetime) -> None:
    row.status, row.answered_at, row.answered_by = status, at, actor
    row.answered_name, row.how = said
    save_by(row, actor, at=at)
    telling.answered(row, at=at)


def _locked(quotation: QuotationRequest) -> QuotationRequest:
    rows = QuotationRequest.objects.select_for_update(of=("self",))
    return rows.select_related(
        "term__contract", "term__equipment__site", "organization", "office", "document", "asked_by", "quoted_by"
    ).get(pk=quotation.pk)
