"""Who is told what about requests and campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts.models import Role, User
from catalogue.models import Release, State
from customers.models import Membership
from notifications.services import Draft, post

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from catalogue.models import Campaign, CampaignItem, Quotation, Request
    from customers.models import Organization


def quoted(quotation: Quotation, *, at: datetime) -> None:
    """Ask the customer's supervisors, and who asked for it, to look at plan and costs."""
    request = quotation.request
    facts = {**_of(request), "total": f"{quotation.total:,.2f}", "valid_on": quotation.valid_until, "text": quotation.plan}
    told = [*supervisors(request.ticket.organization), *_reporter(request)]
    _post("request_quoted", told, facts, key=f"quotation:{quotation.pk}", link=request.get_absolute_url(), at=at)


def answered(quotation: Quotation, *, at: datetime) -> None:
    """Tell who wrote it, and who works on it, what the customer said."""
    request = quotation.request
    facts = {
        **_of(request),
        "approved": quotation.status == quotation.Status.APPROVED,
        "name": quotation.answer_name,
        "text": quotation.answer_text,
    }
    told = [quotation.written_by, request.ticket.assignee]
    _post("quotation_answered", told, facts, key=f"quotation:{quotation.pk}", link=request.get_absolute_url(), at=at)


def overridden(request: Request, *, at: datetime) -> None:
    """Tell the customer that work begins before their word, and why."""
    told = [*supervisors(request.ticket.organization), *_reporter(request)]
    facts = {**_of(request), "text": request.override_reason}
    _post("request_overridden", told, facts, key=f"request:{request.pk}:overridden", link=request.get_absolute_url(), at=at)


def campaign(rows: Sequence[CampaignItem], step: int, *, after_term: bool, at: datetime) -> None:
    """Tell a customer of the equipment a release applies to, or remind them; their supervisors, else everybody who sees a site."""
    first = rows[0]
    release = first.campaign.release
    facts: dict[str, Any] = {
        "release": str(release),
        "severity": Release.Severity(release.severity).label,
        "text": release.notes,
        "text_en": release.notes_en or release.notes,
        "equipment": "、".join(row.equipment.name for row in rows[:20]),
        "number": len(rows),
        "published_on": release.published_on,
        "mandatory": release.is_mandatory,
        "risk": "; ".join(dict.fromkeys(row.risk for row in rows if row.risk)),
        "after_term": after_term,
        "reminder": step,
    }
    told = supervisors(first.organization) or _everybody(first.organization)
    key = f"campaign:{first.campaign_id}:{first.organization_id}:{step}:{first.pk}"
    _post("campaign_told", told, facts, key=key, link=first.campaign.get_absolute_url(), at=at)


def campaign_answered(campaign: Campaign, rows: Sequence[CampaignItem], *, actor: User, at: datetime) -> None:
    """Tell who assessed the equipment what the customer said, once for an answer to many."""
    first = rows[0]
    facts = {
        "release": str(campaign.release),
        "customer": str(first.organization),
        "equipment": "、".join(row.equipment.name for row in rows[:20]),
        "agreed": first.state == State.AGREED,
        "name": str(actor),
        "text": first.answer_text,
        **({"wanted_on": first.wanted_on} if first.wanted_on else {}),
    }
    told = {row.assessed_by for row in rows} | {campaign.opened_by}
    key = f"campaign:{campaign.pk}:answer:{first.pk}:{at.isoformat()}"
    _post("campaign_answered", told, facts, key=key, link=reverse("catalogue:campaign", args=[campaign.pk]), at=at)


def supervisors(organization: Organization) -> list[User]:
    """Answer who decides at a customer."""
    return [row for row in _everybody(organization) if row.role == Role.SUPERVISOR]


def _everybody(organization: Organization) -> list[User]:
    rows = Membership.objects.filter(organization=organization, user__is_active=True).select_related("user")
    return [row.user for row in rows.order_by("user__name", "user_id")]


def _reporter(request: Request) -> list[User]:
    reporter = request.ticket.reporter
    return [reporter] if reporter is not None and reporter.is_customer else []


def _of(request: Request) -> dict[str, Any]:
    return {"ticket_number": request.ticket.number, "subject": request.ticket.subject, "customer": str(request.ticket.organization)}


def _post(kind: str, told: Iterable[User | None], facts: dict[str, Any], *, key: str, link: str, at: datetime) -> None:
    them = {person.pk: person for person in told if person is not None and person.is_active}
    post([Draft(kind=kind, recipient=person, context=facts, key=key, link=link) for _pk, person in sorted(them.items())], at=at)
