"""Whom to ask about what."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Office, Role, User
from customers.models import Contract, Equipment, Site
from surveys.models import Cause, SurveyCampaign, SurveyInvitation
from tickets.models import Event, Status, Ticket
from visits.models import Status as VisitStatus
from visits.models import Visit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

ASKED_WITHIN = timedelta(days=30)
"""What ended longer ago is remembered too badly to be judged."""


def tickets_to_ask_about(at: datetime, since: datetime | None = None) -> QuerySet[Ticket]:
    """Answer the tickets closed lately about which nobody was asked yet, the longest closed first."""
    asked = SurveyInvitation.objects.filter(cause=Cause.CLOSE, ticket=OuterRef("pk"))
    since = _latest(at - ASKED_WITHIN, since)
    # What was closed since then was updated since then, and that column has the index.
    closed = Ticket.objects.filter(status=Status.CLOSED, updated_at__gte=since, closed_at__gte=since, closed_at__lte=at)
    ended = Event.objects.filter(ticket=OuterRef("pk"), type=Event.Type.CLOSED, at=OuterRef("closed_at"))
    elsewhere = ended.filter(facts__has_key="imported")  # before it came here
    here = closed.filter(~Exists(asked), ~Exists(elsewhere))
    related = here.select_related("organization", "contract", "office", "assignee", "reporter", "site")
    return related.order_by("closed_at", "pk")


def visits_to_ask_about(at: datetime, since: datetime | None = None) -> QuerySet[Visit]:
    """Answer the visits finished lately about which nobody was asked yet, the longest finished first."""
    asked = SurveyInvitation.objects.filter(cause=Cause.VISIT, visit=OuterRef("pk"))
    since = _latest(at - ASKED_WITHIN, since)
    done = Visit.objects.filter(~Exists(asked), status=VisitStatus.DONE, left_at__gte=since, left_at__lte=at)
    return done.select_related("organization", "site", "office", "lead", "ticket__contract", "ticket__reporter").order_by("left_at", "pk")


def _latest(first: datetime, second: datetime | None) -> datetime:
    return max(first, second) if second else first


def contracts_to_ask_about(today: date, period: str, limit: int) -> QuerySet[Contract]:
    """Answer contracts in force about which nobody was asked in this quarter."""
    asked = SurveyInvitation.objects.filter(cause=Cause.QUARTER, period=period, contract=OuterRef("pk"))
    signed = Contract.objects.filter(~Exists(asked), accepted_on__lte=today, organization__is_active=True).order_by("pk")
    # Until when a contract is in force follows from its terms in months: not a matter for SQL.
    held = [contract.pk for contract in signed.iterator() if contract.is_in_force(today)]
    return Contract.objects.filter(pk__in=held[:limit]).select_related("organization").order_by("pk")


def supervisors(organization_id: int) -> list[User]:
    """Answer the customer's supervisors; where there is none, all of its people."""
    people = User.objects.filter(is_active=True, membership__organization=organization_id).order_by("pk")
    return list(people.filter(role=Role.SUPERVISOR)) or list(people)


def person_at(organization_id: int, email: str) -> User | None:
    """Answer the customer's person with this address, if one has an account."""
    return User.objects.filter(is_active=True, email__iexact=email, membership__organization=organization_id).first()


def site_of(contract: Contract) -> Site | None:
    """Answer where a contract's equipment stands: the site of the first it names, else the customer's first."""
    named = Equipment.objects.filter(contracts=contract).select_related("site__region__office").order_by("pk").first()
    return named.site if named else Site.objects.filter(organization=contract.organization_id).order_by("pk").first()


def office_of(contract: Contract) -> Office | None:
    """Answer whose office serves a contract."""
    site = site_of(contract)
    return site.region.office if site else None


def asked_lately(people: Sequence[User], address: str, since: datetime) -> set[int | str]:
    """Answer which of these people (by id), and the address, were asked anything since then."""
    sent = SurveyInvitation.objects.filter(sent_at__gt=since)
    found: set[int | str] = set(sent.filter(recipient__in=people).values_list("recipient_id", flat=True))
    # Where several were asked at once none of them is named: the customer's supervisors, or all where it has none.
    together = sent.filter(recipient=None, address="").exclude(language="").filter(organization=OuterRef("membership__organization"))
    leads = User.objects.filter(is_active=True, role=Role.SUPERVISOR, membership__organization=OuterRef("membership__organization"))
    asked = User.objects.filter(Exists(together), pk__in=[person.pk for person in people])
    found |= set(asked.filter(Q(role=Role.SUPERVISOR) | ~Exists(leads)).values_list("pk", flat=True))
    if address and sent.filter(address__iexact=address).exists():
        found.add(address)
    return found


def to_remind(at: datetime) -> QuerySet[SurveyInvitation]:
    """Answer the surveys whose reminder is due, the longest due first."""
    waiting = SurveyInvitation.objects.filter(remind_at__isnull=False, remind_at__lte=at)
    return waiting.select_related("recipient", "version__template", "ticket").order_by("remind_at", "pk")


def campaign_people(campaign: SurveyCampaign, today: date) -> QuerySet[User]:
    """Answer the people a campaign's filter chooses, in a fixed order: customers' active accounts.

    Contracts choose the people of whoever signed them; nothing chosen is every customer. Who is served by no contract in force and
    was not named is left alone.
    """
    people = User.objects.filter(is_active=True, membership__organization__is_active=True, role__in=[Role.CUSTOMER, Role.SUPERVISOR])
    if campaign.supervisors_only:
        people = people.filter(role=Role.SUPERVISOR)
    named = set(campaign.organizations.values_list("pk", flat=True))
    named |= set(campaign.contracts.values_list("organization_id", flat=True))
    if not named:
        named = {row.organization_id for row in Contract.objects.filter(accepted_on__lte=today) if row.is_in_force(today)}
    people = people.filter(membership__organization__in=named)
    if campaign.office_id:
        served = Site.objects.filter(region__office=campaign.office_id).values("organization")
        people = people.filter(membership__organization__in=served)
    return people.select_related("membership__organization").order_by("pk")
