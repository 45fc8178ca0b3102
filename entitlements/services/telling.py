"""Who is told what about ends, quotations and charges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from accounts import selectors as people
from accounts.models import Role, User
from core import languages
from customers.models import Term
from entitlements.models import QuotationRequest, Remedy
from notifications.services import Draft, post

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import Choices, QuerySet

    from accounts.models import Office
    from customers.models import Organization
    from entitlements.models import Charge


def supervisors(organization: Organization) -> QuerySet[User]:
    """Answer who decides at the customer."""
    return User.objects.filter(is_active=True, role=Role.SUPERVISOR, membership__organization=organization).order_by("pk")


def account(office: Office | None) -> list[User]:
    """Answer who of ours answers for a customer of an office: its lead, else its managers."""
    lead = people.office_lead(office)
    return [lead] if lead else people.managers(office)


def people_of(organization: Organization) -> list[User]:
    """Answer whom to tell at a customer, as surveys and campaigns do: its supervisors, else all of its people."""
    people_ = User.objects.filter(is_active=True, membership__organization=organization).order_by("pk")
    return list(supervisors(organization)) or list(people_)


def ending(term: Term, days: int, step: int, *, at: datetime) -> tuple[int, int]:
    """Remind both sides that a term ends; answer how many people were told at the customer and of ours. Again, nobody is told twice."""
    facts = {**_term(term), "days": days}
    key = f"term:{term.pk}:{term.ends_on}:{step}"
    theirs, ours = people_of(term.organization), account(term.office)
    _post("term_ending", theirs, {**facts, "for_customer": True}, key=key, link=term.get_absolute_url(), at=at)
    _post("term_ending", ours, facts, key=key, link=term.get_absolute_url(), at=at)
    return len(theirs), len(ours)


def asked(quotation: QuotationRequest, *, at: datetime) -> None:
    """Tell who answers for the customer that a quotation is asked for."""
    facts = {**_term(quotation.term), "quotation": quotation.number, "text": quotation.wish, "automatic": quotation.is_automatic}
    key = f"quotation:{quotation.pk}:asked"
    _post("quotation_asked", account(quotation.office), facts, key=key, link=quotation.get_absolute_url(), at=at)


def quoted(quotation: QuotationRequest, *, at: datetime) -> None:
    """Tell the customer what the renewal costs and until when the offer stands."""
    facts = {**_offer(quotation), "valid_until": quotation.valid_until}
    asker = quotation.asked_by
    people_ = [*supervisors(quotation.organization), *([asker] if asker and asker.is_customer else [])]
    key = f"quotation:{quotation.pk}:quoted:{at.isoformat()}"
    _post("quotation_ready", people_, facts, key=key, link=quotation.get_absolute_url(), at=at)


def answered(quotation: QuotationRequest, *, at: datetime) -> None:
    """Tell who quoted, and who answers for the customer, what became of it."""
    accepted = quotation.status == QuotationRequest.Status.ACCEPTED
    facts = {**_offer(quotation), "accepted": accepted, "name": quotation.answered_name, "text": quotation.reason}
    ours = [*account(quotation.office), *([quotation.quoted_by] if quotation.quoted_by else [])]
    _post("renewal_answered", ours, facts, key=f"quotation:{quotation.pk}:answered", link=quotation.get_absolute_url(), at=at)


def charge_asked(charge: Charge, *, at: datetime) -> None:
    """Ask the customer to agree to a charged visit."""
    ticket = charge.visit.ticket
    assert ticket is not None
    reporter = ticket.reporter
    theirs = [reporter] if reporter and reporter.is_customer else list(supervisors(ticket.organization))
    facts = {"ticket_number": ticket.number, "subject": ticket.subject, "about": _amount(charge.about)}
    _post("charge_asked", theirs, facts, key=f"charge:{charge.pk}", link=charge.visit.get_absolute_url(), at=at)


def remedy_to_approve(remedy: Remedy, *, at: datetime) -> None:
    """Tell the managers that a remedy is above the limit."""
    facts = _remedy(remedy)
    managers = people.managers(remedy.ticket.office)
    _post("remedy_to_approve", managers, facts, key=f"remedy:{remedy.pk}:approve", link=remedy.get_absolute_url(), at=at)


def remedy_to_agree(remedy: Remedy, *, at: datetime) -> None:
    """Ask the customer to agree to a remedy."""
    reporter = remedy.ticket.reporter
    theirs = {person.pk: person for person in supervisors(remedy.ticket.organization)}
    if reporter and reporter.is_customer:
        theirs[reporter.pk] = reporter
    _post("remedy_to_agree", theirs.values(), _remedy(remedy), key=f"remedy:{remedy.pk}:agree", link=remedy.get_absolute_url(), at=at)


def _post(kind: str, told: Iterable[User], facts: dict[str, Any], *, key: str, link: str, at: datetime) -> None:
    each = {person.pk: person for person in told}
    post([Draft(kind=kind, recipient=person, context=facts, key=key, link=link) for person in each.values()], at=at)


def _term(term: Term) -> dict[str, Any]:
    return {**_said("term", Term.Kind(term.kind)), "about": term.subject, "customer": term.organization.name, "ends_on": term.ends_on}


def _said(name: str, word: Choices) -> dict[str, str]:
    """Answer a word in both languages, as messages keep it."""
    with override(languages.CHINESE):
        chinese = str(word.label)
    with override(languages.ENGLISH):
        return {name: chinese, f"{name}_en": str(word.label)}


def _offer(quotation: QuotationRequest) -> dict[str, Any]:
    return {**_term(quotation.term), "quotation": quotation.number, "amount": _amount(quotation.amount)}


def _remedy(remedy: Remedy) -> dict[str, Any]:
    ticket = remedy.ticket
    facts = {"ticket_number": ticket.number, "subject": ticket.subject, **_said("remedy", Remedy.Kind(remedy.kind)), "what": remedy.what}
    return {**facts, "charged": _amount(remedy.charged) if remedy.charged else "", "paid": _amount(remedy.paid) if remedy.paid else ""}


def _amount(amount: object) -> str:
    return f"¥{amount:,.2f}" if amount is not None else ""
