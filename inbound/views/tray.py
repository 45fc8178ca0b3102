"""The tray: what nobody could tell the place of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import manager_required
from core.forms import carried_out
from core.pages import page
from core.time import now
from customers.models import Equipment, Site
from customers.selectors.places import find_places, place_of
from inbound import selectors, services
from inbound.forms import FindForm, PlaceForm
from inbound.views.sources import done

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from inbound.models import Case


def _find(request: PersonRequest, pk: int) -> Case:
    found: Case = get_object_or_404(selectors.tray(request.user), pk=pk)
    return found


@require_safe
@manager_required
def overview(request: PersonRequest) -> HttpResponse:
    """List what waits, the newest first."""
    found = page(selectors.tray(request.user), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "inbound/tray.html", {"page": found})


@require_http_methods(["GET", "POST"])
@manager_required
def case(request: PersonRequest, pk: int) -> HttpResponse:
    """Show what waits; a choice of the place makes the ticket."""
    found = _find(request, pk)
    search = FindForm(request.GET or None)
    words = search.cleaned_data["q"] if search.is_valid() else ""
    form = PlaceForm(request.POST if request.method == "POST" else None)
    tickets: list[Any] = []

    def act(place: str, remember: bool) -> None:  # noqa: FBT001 - fields of a form
        chosen = place_of(request.user, place)
        where = {"equipment": chosen} if isinstance(chosen, Equipment) else {"site": chosen} if isinstance(chosen, Site) else {}
        tickets.append(services.place(found, **where, remember=remember, actor=request.user, at=now()))

    if carried_out(form, act):
        messages.success(request, _("Ticket %(number)s was made.") % {"number": tickets[0].number})
        return redirect(tickets[0])
    owner = selectors.organization_of(found.source)
    words = words or (owner.name if owner else "")
    given = {"case": found, "form": form, "search": search, "places": find_places(request.user, words)}
    return render(request, "inbound/case.html", given, status=422 if form.errors else 200)


@require_POST
@manager_required
def dismiss(request: PersonRequest, pk: int) -> HttpResponse:
    """Make no ticket of it."""
    found = _find(request, pk)
    said = _("Dismissed. If it ends and comes back, it waits here again.")
    return done(request, lambda: services.dismiss(found, actor=request.user, at=now()), said, "inbound:tray")
