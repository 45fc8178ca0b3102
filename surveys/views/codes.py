"""QR codes: of a visit on the engineer's phone, and of a poster to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import dispatcher_required, provider_required
from core.errors import DomainError
from core.forms import carried_out
from core.pages import page
from core.time import now
from surveys import selectors, services
from surveys.forms import PosterForm
from surveys.models import SurveyPoster
from surveys.views.shared import qr_of
from visits import selectors as visits

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest


@require_http_methods(["GET", "POST"])
@provider_required
def visit(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask the customer who stands beside: pressed, it shows a code that their phone opens the survey with."""
    row = get_object_or_404(visits.visits_for(request.user).select_related("organization", "site"), pk=pk)
    given: dict[str, Any] = {"visit": row}
    if request.method == "POST":
        try:
            _survey, token = services.visit_survey(row, actor=request.user, at=now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)
        given["address"] = request.build_absolute_uri(reverse("surveys:link", args=[token]))
        given["code"] = qr_of(given["address"])
    return render(request, "surveys/visit_code.html", given)


@require_http_methods(["GET", "POST"])
@dispatcher_required
def posters(request: PersonRequest) -> HttpResponse:
    """Show the posters, and make one."""
    form, made = PosterForm(request.POST if request.method == "POST" else None), []

    def put_up(**given: Any) -> None:
        made.append(services.put_up(**given, actor=request.user, at=now()))

    if carried_out(form, put_up):
        return redirect("surveys:poster", made[0].pk)
    found = page(selectors.posters(), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "surveys/posters.html", {"page": found, "form": form}, status=422 if form.errors else 200)


@require_safe
@dispatcher_required
def poster(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a poster as it is printed."""
    row = get_object_or_404(selectors.posters(), pk=pk)
    address = request.build_absolute_uri(reverse("surveys:poster_link", args=[row.token]))
    return render(request, "surveys/poster.html", {"poster": row, "address": address, "code": qr_of(address)})


@require_POST
@dispatcher_required
def down(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a poster down."""
    services.take_down(get_object_or_404(SurveyPoster, pk=pk), actor=request.user, at=now())
    messages.success(request, _("The poster is answered no more."))
    return redirect("surveys:posters")
