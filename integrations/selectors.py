"""Which endpoints there are for whom, what they were sent, and what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import Role
from integrations.models import WebhookDelivery, WebhookEndpoint
from tickets import selectors as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from customers.models import Organization

WAITING = WebhookDelivery.State.WAITING


def may_manage(user: User) -> bool:
    """Whether a person has to do with endpoints at all: managers, and the supervisors of customers."""
    return user.manages or user.role == Role.SUPERVISOR


def own_organization(user: User) -> Organization | None:
    """Answer whose endpoints a customer's supervisor makes; nobody's for staff."""
    membership = None if user.is_provider else getattr(user, "membership", None)
    return membership.organization if membership else None


def endpoints_for(user: User) -> QuerySet[WebhookEndpoint]:
    """Answer the endpoints a person may see: managers all, a supervisor those of their organization."""
    rows = WebhookEndpoint.objects.select_related("organization", "created_by")
    if user.manages:
        return rows
    return rows.filter(organization__memberships__user=user) if user.role == Role.SUPERVISOR else rows.none()


def endpoints_of(organization: Organization) -> QuerySet[WebhookEndpoint]:
    """Answer a customer's own endpoints, without what other systems subscribed to."""
    return WebhookEndpoint.objects.filter(organization=organization).exclude(types=[])


def listed(user: User) -> QuerySet[WebhookEndpoint]:
    """Answer them with how much waits and was given up."""
    waiting, lost = Q(deliveries__state=WAITING), Q(deliveries__state__in=WebhookDelivery.LOST)
    return endpoints_for(user).annotate(waiting=Count("deliveries", filter=waiting), lost=Count("deliveries", filter=lost))


def deliveries_for(user: User, endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    """Answer what an endpoint was and will be sent, but for confidential complaints about the person who looks."""
    rows = endpoint.deliveries.all()
    return rows.exclude(ticket__in=tickets.hidden_from(user).values("ticket")) if user.is_provider else rows


def log(user: User, endpoint: WebhookEndpoint, state: str = "") -> QuerySet[WebhookDelivery]:
    """Answer what an endpoint was and will be sent, without what it says."""
    rows = deliveries_for(user, endpoint).select_related("ticket").defer("body")
    return rows.filter(state=state) if state in WebhookDelivery.State.values else rows


def lost_since(endpoint: WebhookEndpoint, since: datetime) -> QuerySet[WebhookDelivery]:
    """Answer what was given up and happened since."""
    return endpoint.deliveries.filter(state__in=WebhookDelivery.LOST, happened_at__gte=since)


def sendable(at: datetime) -> QuerySet[WebhookDelivery]:
    """Answer what is due and not behind an earlier line of its own ticket that waits for its next try."""
    earlier = WebhookDelivery.objects.filter(
        endpoint=OuterRef("endpoint"), ticket=OuterRef("ticket"), state=WAITING, id__lt=OuterRef("id"), next_at__gt=at
    )
    return WebhookDelivery.objects.filter(state=WAITING, next_at__lte=at).filter(~Exists(earlier))


def endpoints_to_serve(at: datetime) -> QuerySet[WebhookEndpoint]:
    """Answer the endpoints that have something due, that nobody serves and that are not left alone after a silence."""
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    rows = WebhookEndpoint.objects.filter(free, state=WebhookEndpoint.State.ACTIVE, rests_until__lte=at)
    return rows.filter(Exists(sendable(at).filter(endpoint=OuterRef("pk")))).order_by("rests_until", "id")
