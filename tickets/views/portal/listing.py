"""A customer's tickets: what is promised next, whose turn it is, what happened last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import customer_required
from core.pages import BadCursor, Page, page
from core.time import FAR, now
from customers import selectors as customers
from tickets import selectors, words, workflow
from tickets.forms.portal import FilterForm

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User
    from tickets.models import Event, Ticket
    from tickets.selectors import ClockView

SIZE = 25
STATUSES = {"open": workflow.OPEN | {workflow.RESOLVED}, "closed": workflow.ENDED}
"""What is resolved still waits for the customer's word: to them it is not finished."""


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket as its customer sees it in the list."""

    ticket: Ticket
    turn: str
    is_theirs: bool
    """Whether we wait for the customer."""
    clock: ClockView | None
    last: Event | None


@customer_required
@never_cache
@require_safe
def portal(request: HttpRequest) -> HttpResponse:
    """Show a customer's tickets, newest first."""
    user, at = cast("User", request.user), now()
    form = FilterForm(request.GET, sites=customers.sites_for(user).order_by("name"))
    found = _page(request, _filtered(selectors.tickets_for(user), form))
    context = {
        "form": form,
        "page": found,
        "rows": _rows(found, user, at),
        "periods_near": customers.periods_near(user, at),
        "has_any": bool(found.rows) or selectors.tickets_for(user).exists(),
    }
    return render(request, "tickets/portal/list.html", context)


def _filtered(tickets: QuerySet[Ticket], form: FilterForm) -> QuerySet[Ticket]:
    if form.wanted in STATUSES:
        tickets = tickets.filter(status__in=STATUSES[form.wanted])
    if form.where is not None:
        tickets = tickets.filter(site=form.where)
    return selectors.matching(tickets, form.text)


def _page(request: HttpRequest, tickets: QuerySet[Ticket]) -> Page[Ticket]:
    rows = selectors.listed(tickets)
    try:
        return page(rows, descending=True, cursor=request.GET.get("cursor", ""), size=SIZE)
    except BadCursor as refusal:
        messages.warning(request, str(refusal))
        return page(rows, descending=True, size=SIZE)


def _rows(found: Iterable[Ticket], user: User, at: datetime) -> list[Row]:
    tickets = list(found)
    last = selectors.last_public(tickets)
    return [
        Row(
            ticket=ticket,
            turn=words.whose_turn(ticket, user),
            is_theirs=words.is_customers_turn(ticket),
            clock=next_clock(selectors.clock_views(ticket, at)) if ticket.is_open else None,
            last=last.get(ticket.pk),
        )
        for ticket in tickets
    ]


def next_clock(clocks: Iterable[ClockView]) -> ClockView | None:
    """Answer the promise that comes next: the earliest that is due, else one that stands still."""
    owed = [clock for clock in clocks if clock.is_live and clock.is_strictest]
    return min(owed, key=lambda clock: (clock.due_at or FAR, clock.id), default=None)
