"""Asking customers by rules: each closed ticket, finished visit and contract's quarter once, however often this runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core import periods
from core.queue import claim
from obligations import services as obligations
from obligations.models import Kind, Obligation, Status
from surveys import selectors
from surveys.models import Cause, SurveyInvitation
from surveys.services.asking import Asked, Asking, invite_all

if TYPE_CHECKING:
    from datetime import datetime

    from customers.models import Contract
    from surveys.models import SurveyRule, SurveyVersion
    from tickets.models import Ticket
    from visits.models import Visit

BATCH = 200


def invite_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Ask about a batch of tickets, visits or contracts; answer how many were looked at, 0 when none is left."""
    return _by_rule(Cause.CLOSE, at, limit) or _by_rule(Cause.VISIT, at, limit) or _by_rule(Cause.QUARTER, at, limit)


def _by_rule(cause: Cause, at: datetime, limit: int) -> int:
    rule = selectors.rule_for(cause)
    if rule is None or not rule.is_active:
        return 0
    version = selectors.published(rule.template)
    return STEPS[cause](rule, version, at, limit) if version else 0


@transaction.atomic
def _closed_tickets(rule: SurveyRule, version: SurveyVersion, at: datetime, limit: int) -> int:
    tickets = claim(selectors.tickets_to_ask_about(at, rule.since), limit, of=("self",))
    # Look again under the lock: another worker may have asked between the look and the lock.
    asked = set(SurveyInvitation.objects.filter(cause=Cause.CLOSE, ticket__in=tickets).values_list("ticket_id", flat=True))
    invite_all([_about_ticket(ticket, version) for ticket in tickets if ticket.pk not in asked], rule, at)
    return len(tickets)


@transaction.atomic
def _finished_visits(rule: SurveyRule, version: SurveyVersion, at: datetime, limit: int) -> int:
    visits = claim(selectors.visits_to_ask_about(at, rule.since), limit, of=("self",))
    asked = set(SurveyInvitation.objects.filter(cause=Cause.VISIT, visit__in=visits).values_list("visit_id", flat=True))
    invite_all([about_visit(visit, version) for visit in visits if visit.pk not in asked], rule, at)
    return len(visits)


@transaction.atomic
def _contracts(rule: SurveyRule, version: SurveyVersion, at: datetime, limit: int) -> int:
    today = timezone.localdate(at)
    period = periods.key(periods.QUARTER, today)
    contracts = claim(selectors.contracts_to_ask_about(today, period, limit), limit, of=("self",))
    asked = SurveyInvitation.objects.filter(cause=Cause.QUARTER, period=period, contract__in=contracts)
    known = set(asked.values_list("contract_id", flat=True))
    for row in invite_all([_about_contract(contract, version, period) for contract in contracts if contract.pk not in known], rule, at):
        fulfilled(row, at)
    return len(contracts)


STEPS = {Cause.CLOSE: _closed_tickets, Cause.VISIT: _finished_visits, Cause.QUARTER: _contracts}


@transaction.atomic
def fulfil_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Count surveys that went out before it was entered that they are owed; answer how many, 0 when none is left."""
    sent = SurveyInvitation.objects.filter(
        cause=Cause.QUARTER, contract=OuterRef("contract"), period=OuterRef("period"), sent_at__isnull=False
    )
    owed = Obligation.objects.filter(Exists(sent), kind=Kind.SURVEY, status=Status.OWED).exclude(period="").order_by("pk")
    rows = claim(owed, limit, of=("self",))
    for row in rows:
        survey = SurveyInvitation.objects.select_related("version__template").get(
            cause=Cause.QUARTER, contract=row.contract_id, period=row.period
        )
        obligations.meet(
            row.key, actor=None, at=survey.sent_at or at, proof=_proof(survey), link=survey.get_absolute_url(), times=row.wanted
        )
    return len(rows)


def _proof(survey: SurveyInvitation) -> str:
    return f"{survey.version.template.name} {survey.period}"


def fulfilled(survey: SurveyInvitation, at: datetime) -> None:
    """Tell the obligations that the quarter's survey of a contract went out."""
    if survey.cause == Cause.QUARTER and survey.contract and survey.sent_at:
        day, link = timezone.localdate(at), survey.get_absolute_url()
        obligations.meet_for("survey", survey.contract, day, actor=None, at=at, proof=_proof(survey), link=link)


def _about_ticket(ticket: Ticket, version: SurveyVersion) -> Asking:
    return Asking(
        cause=Cause.CLOSE,
        version=version,
        key=f"close:{ticket.pk}",
        about=f"{ticket.number} {ticket.subject}",
        ticket=ticket,
        organization=ticket.organization,
        contract=ticket.contract,
        site=ticket.site,
        office=ticket.office,
        engineer=ticket.assignee,
        asked=_asked_about_ticket(ticket),
    )


def about_visit(visit: Visit, version: SurveyVersion) -> Asking:
    """Say what is asked about a visit, and whom: who reported the ticket, else the customer's supervisors."""
    asked = _asked_about_ticket(visit.ticket) if visit.ticket else Asked(selectors.supervisors(visit.organization_id))
    return Asking(
        cause=Cause.VISIT,
        version=version,
        key=f"visit:{visit.pk}",
        about=f"{visit.ticket.number if visit.ticket else ''} {visit.subject}".strip(),
        visit=visit,
        ticket=visit.ticket,
        organization=visit.organization,
        contract=visit.ticket.contract if visit.ticket else None,
        site=visit.site,
        office=visit.office,
        engineer=visit.lead,
        asked=asked,
    )


def _about_contract(contract: Contract, version: SurveyVersion, period: str) -> Asking:
    site = selectors.site_of(contract)
    return Asking(
        cause=Cause.QUARTER,
        version=version,
        key=f"quarter:{contract.pk}:{period}",
        about=f"{contract.number} {contract.name} {period}",
        period=period,
        organization=contract.organization,
        contract=contract,
        site=site,
        office=site.region.office if site else None,
        asked=Asked(selectors.supervisors(contract.organization_id)),
    )


def _asked_about_ticket(ticket: Ticket) -> Asked:
    """Answer who reported it, else the address left for it, else the customer's supervisors."""
    reporter = ticket.reporter
    if reporter is not None and reporter.is_customer and reporter.is_active:
        return Asked([reporter])
    if ticket.contact_email:
        person = selectors.person_at(ticket.organization_id, ticket.contact_email)
        return Asked([person]) if person else Asked(address=ticket.contact_email)
    return Asked(selectors.supervisors(ticket.organization_id))
