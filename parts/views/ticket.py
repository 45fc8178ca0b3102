"""Parts on a ticket: what fits, what is free or charged, what is booked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import DISPATCHER_ONLY, provider_required
from core.errors import DomainError
from core.forms import carried_out
from core.time import now
from parts import selectors, services, words
from parts.forms import ACTS, FindForm
from parts.models import Purchase, Reservation
from parts.views.shared import part_or_404
from tickets import selectors as tickets

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from parts.forms import ActForm
    from parts.models import PartType
    from tickets.models import Ticket


def _ticket_or_404(request: PersonRequest, number: str) -> Ticket:
    rows = tickets.tickets_for(request.user).select_related("equipment", "site__region__office", "office", "commitment", "organization")
    return get_object_or_404(rows, number=number)


@require_safe
@provider_required
def of_ticket(request: PersonRequest, number: str) -> HttpResponse:
    """Show which parts could serve a ticket, and what is booked for it."""
    ticket = _ticket_or_404(request, number)
    form = FindForm(request.GET)
    wanted = form.cleaned_data["find"].strip() if form.is_valid() else ""
    given = {
        "ticket": ticket,
        "form": form,
        "terms": selectors.terms_of(ticket),
        "offered": selectors.fitting(ticket.equipment, ticket.office, wanted),
        "may_book": ticket.status not in {"closed", "cancelled"},
        **booked(ticket, request),
    }
    return render(request, "parts/of_ticket.html", given)


def booked(ticket: Ticket, request: PersonRequest) -> dict[str, Any]:
    """Answer what is used, set aside and on its way for a ticket."""
    return {
        "used": selectors.used_on(ticket, request.user),
        "kept": selectors.reservations_of(ticket),
        "on_way": selectors.open_purchases(ticket),
    }


@require_http_methods(["GET", "POST"])
@provider_required
def act(request: PersonRequest, number: str, pk: int, act: str) -> HttpResponse:
    """Do one thing with one part on a ticket; before it is booked it says whether it is free."""
    ticket, part = _ticket_or_404(request, number), part_or_404(request, pk)
    if act not in ACTS:
        raise Http404(act)
    if act == "order" and not request.user.dispatches:
        raise PermissionDenied(DISPATCHER_ONLY)
    form = ACTS[act](request.POST if request.method == "POST" else None, part=part, ticket=ticket, user=request.user)
    if carried_out(form, lambda **_fields: _done(request, form, part, ticket)):
        return redirect("parts:of_ticket", number)
    terms = selectors.terms_of(ticket)
    given = {
        "ticket": ticket,
        "part": part,
        "form": form,
        "act": act,
        "acts": [(name, kind.label, kind.sign) for name, kind in ACTS.items() if name != "order" or request.user.dispatches],
        "terms": terms,
        "price": terms.amount(part, 1),
        "levels": selectors.levels_of(part),
        "suggestion": words.suggestion(part, 1, ticket.office) if act == "emergency" else "",
    }
    return render(request, "parts/act.html", given, status=422 if form.errors else 200)


def _done(request: PersonRequest, form: ActForm, part: PartType, ticket: Ticket) -> None:
    made = type(form).act(part, ticket=ticket, actor=request.user, at=now(), **form.facts())
    if isinstance(made, Purchase) and made.status == Purchase.Status.REQUESTED:
        messages.info(request, _("No depot has it: purchase %(number)s is asked for as urgent.") % {"number": made.number})
    else:
        messages.success(request, str(form.done))


@require_POST
@provider_required
def release(request: PersonRequest, pk: int) -> HttpResponse:
    """Give free what is set aside."""
    row = get_object_or_404(Reservation.objects.select_related("ticket", "visit"), pk=pk)
    try:
        services.release(row, actor=request.user, at=now())
        messages.success(request, _("It is free for others again."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("parts:of_ticket", row.ticket.number) if row.ticket else redirect("parts:part", row.part_id)
