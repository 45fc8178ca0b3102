"""Asking customers: each closed ticket and each contract in each quarter once, however often this runs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.secrets import digest_of
from core import periods
from core.queue import claim
from core.record import save_by
from notifications.services import Draft, post
from surveys import selectors
from surveys.models import Cause, SurveyInvitation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User
    from customers.models import Contract
    from tickets.models import Ticket

BATCH = 200
VALID_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked: people with an account, or an address."""

    people: Sequence[User] = ()
    address: str = ""

    @property
    def one(self) -> User | None:
        """Answer the only person asked, if it is one."""
        return self.people[0] if len(self.people) == 1 else None


def invite_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Ask about a batch of closed tickets or contracts; answer how many were looked at, 0 when none is left."""
    return _closed_tickets(at, limit) or _contracts(at, limit)


@transaction.atomic
def _closed_tickets(at: datetime, limit: int) -> int:
    tickets = claim(selectors.tickets_to_ask_about(at), limit, of=("self",))
    # Look again under the lock: another worker may have asked between the look and the lock.
    asked = set(SurveyInvitation.objects.filter(cause=Cause.CLOSE, ticket__in=tickets).values_list("ticket_id", flat=True))
    for ticket in tickets:
        if ticket.pk not in asked:
            _ask_about_ticket(ticket, at)
    return len(tickets)


@transaction.atomic
def _contracts(at: datetime, limit: int) -> int:
    today = timezone.localdate(at)
    period = periods.key(periods.QUARTER, today)
    contracts = claim(selectors.contracts_to_ask_about(today, period, limit), limit, of=("self",))
    asked = SurveyInvitation.objects.filter(cause=Cause.QUARTER, period=period, contract__in=contracts)
    known = set(asked.values_list("contract_id", flat=True))
    for contract in contracts:
        if contract.pk not in known:
            _ask_about_contract(contract, period, at)
    return len(contracts)


def _ask_about_ticket(ticket: Ticket, at: datetime) -> None:
    invitation = SurveyInvitation(
        cause=Cause.CLOSE,
        ticket=ticket,
        organization=ticket.organization,
        contract=ticket.contract,
        office=ticket.office,
        engineer=ticket.assignee,
    )
    about = {"about": f"{ticket.number} {ticket.subject}", "ticket_number": ticket.number}
    _ask(invitation, _asked_about_ticket(ticket), about, at)


def _ask_about_contract(contract: Contract, period: str, at: datetime) -> None:
    invitation = SurveyInvitation(
        cause=Cause.QUARTER,
        contract=contract,
        period=period,
        organization=contract.organization,
        office=selectors.office_of(contract),
    )
    about = {"about": f"{contract.number} {contract.name} {period}"}
    _ask(invitation, Asked(selectors.supervisors(contract.organization_id)), about, at)


def _asked_about_ticket(ticket: Ticket) -> Asked:
    """Answer who reported it, else the address left for it, else the customer's supervisors."""
    reporter = ticket.reporter
    if reporter is not None and reporter.is_customer and reporter.is_active:
        return Asked([reporter])
    if ticket.contact_email:
        person = selectors.person_at(ticket.organization_id, ticket.contact_email)
        return Asked([person]) if person else Asked(address=ticket.contact_email)
    return Asked(selectors.supervisors(ticket.organization_id))


def _ask(invitation: SurveyInvitation, asked: Asked, about: dict[str, str], at: datetime) -> None:
    """Save the invitation and send its link; where nobody can be asked it is kept unsent, and not tried again."""
    token = secrets.token_urlsafe(32)
    reachable = bool(asked.people or asked.address)
    invitation.token_hash = digest_of(token)
    invitation.recipient, invitation.address = asked.one, asked.address
    invitation.language = asked.people[0].language if asked.people else ""
    invitation.created_at, invitation.expires_at = at, at + VALID_FOR
    invitation.sent_at = at if reachable else None
    save_by(invitation, None, at=at)
    given: dict[str, Any] = {
        "kind": "survey_invited",
        "context": {**about, "expires_at": invitation.expires_at},
        "key": f"survey:{invitation.pk}",
        "link": reverse("surveys:link", args=[token]),
    }
    drafts = [Draft(recipient=person, **given) for person in asked.people]
    post([*drafts, Draft(address=asked.address, **given)] if asked.address else drafts, at=at)
