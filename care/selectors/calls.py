"""Calls: who may see them, who may make them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Role, User
from care.models import OPEN, Attempt, Call, CallItem, ScriptVersion, Status
from care.selectors import serving
from customers import selectors as customers
from tickets import selectors as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Office
    from tickets.models import Ticket

LEASE = timedelta(minutes=20)
"""So long a call that was taken stays taken while nothing is typed."""


def calls_for(user: User) -> QuerySet[Call]:
    """Answer the calls a person may see: ours all; a customer those that were made to them, a supervisor those to the organization.

    What was said in a call and became a confidential complaint about one of ours is not theirs to read.
    """
    if user.is_provider:
        hidden = tickets.hidden_from(user).values("ticket")
        of_items = CallItem.objects.filter(loop__ticket__in=hidden).values("call")
        return Call.objects.exclude(ticket__in=hidden).exclude(loop__ticket__in=hidden).exclude(pk__in=of_items)
    made = Call.objects.filter(status=Status.DONE)
    if user.role == Role.SUPERVISOR:
        return made.filter(organization__memberships__user=user)
    mine = Q(ticket__in=tickets.tickets_for(user).values("pk"))
    return made.filter(mine | Q(ticket=None, site__in=customers.sites_for(user).values("pk")))


def with_people_and_places(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Add what a line of a list shows, in a constant number of queries."""
    return calls.select_related("organization", "site", "contract", "ticket", "office", "person", "claimed_by", "ended_by")


def with_everything(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Add everything that a call's own page shows."""
    items = CallItem.objects.select_related("equipment__site", "loop__ticket").order_by("equipment__name", "pk")
    tries = Attempt.objects.select_related("by").order_by("number")
    rows = with_people_and_places(calls).select_related(
        "script__script", "visit", "asked_on", "event", "loop__ticket", "opened", "site__region", "created_by"
    )
    return rows.prefetch_related("served_by", Prefetch("items", items), Prefetch("attempts", tries))


def of_ticket(user: User, ticket: Ticket) -> QuerySet[Call]:
    """Answer the calls about a ticket, the newest first, as far as a person may know of them."""
    return with_people_and_places(calls_for(user)).filter(ticket=ticket).order_by("-id")


def open_about(ticket: Ticket) -> Call | None:
    """Answer the call-back about a ticket that is still to be made."""
    return Call.objects.filter(ticket=ticket, kind="callback", status__in=OPEN).order_by("-event_id", "-id").first()


def busy_with(call: Call, user: User | None, at: datetime) -> User | None:
    """Answer who else is calling the same people now, about this or anything else: those of a site, or of a number."""
    taken = Call.objects.filter(organization=call.organization_id, status=Status.WAITING, claimed_at__gt=at - LEASE)
    if call.site_id is not None:
        same = Q(site=call.site_id) | Q(site=None)
        taken = taken.filter(same | Q(contact_phone=call.contact_phone) if call.contact_phone else same)
    other = taken.exclude(claimed_by=user).select_related("claimed_by").first()
    return other.claimed_by if other else None


def may_plan(user: User) -> bool:
    """Whether a person may arrange calls for others."""
    return user.dispatches


def may_call(user: User, call: Call) -> bool:
    """Whether a person may make a call: anybody of ours who did not serve."""
    return not why_not(user, call)


def why_not(user: User, call: Call) -> str:
    """Answer in a sentence why a person may not make a call; nothing where they may."""
    if not user.is_provider:
        return _("Calls are made by us.")
    why = serving.in_conflict(user, list(call.served_by.all()), other_department=call.other_department)
    if why == serving.SERVED:
        return _("You served this customer yourself; somebody else asks how it was. Hand the call over.")
    if why == serving.DEPARTMENT:
        return _("Another department asks than the one that served (the plan says so). Hand the call over.")
    return ""


def callers(call: Call) -> QuerySet[User]:
    """Answer the people of the call's office to whom it can be handed over."""
    return serving.free(call.office, list(call.served_by.all()), other_department=call.other_department)


def people_of(office: Office) -> list[User]:
    """Answer who calls for an office, in a fixed order: its dispatchers and engineers."""
    return list(User.objects.filter(is_active=True, office=office, role__in=[Role.ENGINEER, Role.DISPATCHER]).order_by("pk"))


def newest_script(kind: str) -> ScriptVersion | None:
    """Answer the script by which calls of a kind are held now."""
    return ScriptVersion.objects.filter(script__kind=kind).select_related("script").order_by("-created_at", "-pk").first()
