"""Whom to ask, who sees which answers, and what they come to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import get_language

from accounts.models import Office, Role, User
from accounts.secrets import digest_of
from customers.models import Contract, Equipment, Site
from surveys.models import LOW, Cause, SurveyAnswer, SurveyInvitation
from tickets.models import Status, Ticket

if TYPE_CHECKING:
    from datetime import date, datetime

ASKED_WITHIN = timedelta(days=30)
"""A ticket that was closed longer ago is remembered too badly to be judged."""

GROUPS = {
    "engineer": ("engineer__name",),
    "office": ("office__name", "office__name_en"),
    "contract": ("contract__number", "organization__name"),
}
GROUP_ROWS = 100


# --- Whom to ask --------------------------------------------------------------------------------


def tickets_to_ask_about(at: datetime) -> QuerySet[Ticket]:
    """Answer the tickets closed lately about which nobody was asked yet, the longest closed first."""
    asked = SurveyInvitation.objects.filter(cause=Cause.CLOSE, ticket=OuterRef("pk"))
    since = at - ASKED_WITHIN
    # What was closed since then was updated since then, and that column has the index.
    closed = Ticket.objects.filter(status=Status.CLOSED, updated_at__gte=since, closed_at__gte=since, closed_at__lte=at)
    related = closed.filter(~Exists(asked)).select_related("organization", "contract", "office", "assignee", "reporter")
    return related.order_by("closed_at", "pk")


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


# --- Who sees what ------------------------------------------------------------------------------


def surveys_for(user: User) -> QuerySet[SurveyInvitation]:
    """Answer the surveys a person may see.

    Who watches sees all, an engineer those about their work, a supervisor the organization's, a customer their own.
    """
    rows = SurveyInvitation.objects.all()
    if user.dispatches:
        return rows
    if user.is_provider:
        return rows.filter(engineer=user)
    if user.role == Role.SUPERVISOR:
        return rows.filter(organization__memberships__user=user)
    return rows.filter(Q(recipient=user) | Q(ticket__reporter=user))


def with_everything(rows: QuerySet[SurveyInvitation]) -> QuerySet[SurveyInvitation]:
    """Add what a line of a list shows."""
    return rows.select_related(
        "organization", "ticket", "contract", "office", "engineer", "recipient", "answer__follow_up", "answer__answered_by"
    )


def pending(rows: QuerySet[SurveyInvitation], at: datetime) -> QuerySet[SurveyInvitation]:
    """Answer the surveys that still wait for an answer."""
    return rows.filter(answered_at=None, expires_at__gt=at)


def by_token(token: str) -> SurveyInvitation | None:
    """Answer the survey a one-time link leads to."""
    return with_everything(SurveyInvitation.objects.all()).filter(token_hash=digest_of(token)).first()


def may_answer(user: User, invitation: SurveyInvitation) -> bool:
    """Whether a person may answer when logged in: who was asked, or a supervisor of the customer."""
    return user.is_customer and surveys_for(user).filter(pk=invitation.pk).exists()


# --- What it comes to ---------------------------------------------------------------------------


FIGURES = {
    "asked": Count("pk", filter=Q(sent_at__isnull=False)),
    "answered": Count("answer"),
    "speed": Avg("answer__speed"),
    "quality": Avg("answer__quality"),
    "manner": Avg("answer__manner"),
    "low": Count("answer", filter=Q(answer__speed__lte=LOW) | Q(answer__quality__lte=LOW) | Q(answer__manner__lte=LOW)),
}


def figures(rows: QuerySet[SurveyInvitation]) -> dict[str, Any]:
    """Answer one line of figures over all of these surveys."""
    found: dict[str, Any] = rows.aggregate(**FIGURES)
    return found | {"mean": _mean(found)}


def _mean(found: dict[str, Any]) -> float | None:
    return None if found["speed"] is None else (found["speed"] + found["quality"] + found["manner"]) / 3


def figures_by(rows: QuerySet[SurveyInvitation], group: str) -> list[dict[str, Any]]:
    """Answer a line of figures for each engineer, office or contract, the least content first, named for the reader."""
    named = rows.filter(**{f"{group}__isnull": False}).order_by().values(group, *GROUPS[group]).annotate(**FIGURES)
    mean = (F("speed") + F("quality") + F("manner")) / 3.0
    found = named.annotate(mean=mean).order_by(F("mean").asc(nulls_last=True), group)
    return [{**row, "pk": row[group], "name": _name(row, group)} for row in found[:GROUP_ROWS]]


def _name(row: dict[str, Any], group: str) -> str:
    first, second = row[GROUPS[group][0]], row[GROUPS[group][-1]]
    if group == "contract":
        return f"{first} · {second}"
    return second or first if (get_language() or "").startswith("en") else first


def by_month(rows: QuerySet[SurveyInvitation]) -> list[dict[str, Any]]:
    """Answer the averages of each month in which there were answers."""
    answers = SurveyAnswer.objects.filter(invitation__in=rows).order_by().annotate(month=TruncMonth("answered_at"))
    averages = answers.values("month").annotate(speed=Avg("speed"), quality=Avg("quality"), manner=Avg("manner"), answered=Count("pk"))
    return [dict(row) for row in averages.order_by("month")]
