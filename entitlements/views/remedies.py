"""Repair, exchange, compensation on a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import login_required, provider_required
from core.forms import carried_out
from core.time import now
from customers import engine
from entitlements import selectors, services
from entitlements.forms import AgreeForm, CarryOutForm, RefuseForm, RemedyForm
from entitlements.forms.quotations import for_portal
from entitlements.views.shared import WRONG, Doable
from tickets import selectors as tickets

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from entitlements.models import Remedy

STEPS: dict[str, tuple[Any, Any, str]] = {
    "approve": (services.approve_remedy, gettext_lazy("Approve"), "check"),
    "agree": (services.agree_remedy, pgettext_lazy("remedy", "Agree"), "user-check"),
    "carry-out": (services.carry_out, gettext_lazy("Carried out"), "tool"),
    "refuse": (services.refuse_remedy, gettext_lazy("Refuse"), "x"),
}


@require_http_methods(["GET", "POST"])
@provider_required
def new(request: PersonRequest, number: str) -> HttpResponse:
    """Propose a remedy; the rule stands before the button."""
    rows = tickets.tickets_for(request.user).select_related("equipment__site", "site__region__office", "organization", "reporter", "office")
    ticket = get_object_or_404(rows, number=number)
    initial = {"what": _called(ticket)}
    form = RemedyForm(request.POST or None, ticket=ticket, user=request.user, initial=initial)
    made: list[Remedy] = []
    if carried_out(
        form, lambda **_given: made.append(services.propose_remedy(ticket, form.proposed(), actor=request.user, at=now()))
    ):  # fmt: skip
        messages.success(request, _("Proposed."))
        return redirect(made[0])
    ruling = selectors.ruling_of(ticket, engine.PARTS)
    given = {"ticket": ticket, "form": form, "ruling": ruling, "limit": settings.REMEDY_LIMIT}
    return render(request, "entitlements/remedy_form.html", given, status=WRONG if form.errors else 200)


def _called(ticket: Any) -> str:
    thing = ticket.equipment
    return " · ".join(filter(None, (thing.name, thing.model, thing.serial_number)))[:200] if thing else ""


def _find(request: PersonRequest, pk: int) -> Remedy:
    return get_object_or_404(selectors.remedies_named(selectors.remedies_for(request.user)), pk=pk)


@require_safe
@login_required
def remedy(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a remedy and what may be done with it."""
    return _page(request, _find(request, pk))


def _page(request: PersonRequest, found: Remedy, bound: Any = None, step: str = "") -> HttpResponse:
    steps = [_doable(request, found, name, bound if name == step else None) for name in _steps(request, found)]
    given = {"remedy": found, "steps": steps, "limit": settings.REMEDY_LIMIT}
    return render(request, "entitlements/remedy.html", given, status=WRONG if bound else 200)


def _steps(request: PersonRequest, found: Remedy) -> list[str]:
    user = request.user
    if found.status == "proposed":
        return [*(["approve"] if user.manages else []), *(["refuse"] if user.dispatches else [])]
    if found.status == "approved":
        return ["agree", *(["refuse"] if user.is_customer or user.dispatches else [])]
    return ["carry-out"] if found.status == "agreed" and user.is_provider else []


def _doable(request: PersonRequest, found: Remedy, name: str, bound: Any) -> Doable:
    _service, label, sign = STEPS[name]
    return Doable(name, label, sign, bound or _form(request, found, name), is_open=bound is not None, is_main=name != "refuse")


def _form(request: PersonRequest, found: Remedy, name: str) -> forms.Form:
    given = request.POST if request.method == "POST" else None
    if name == "agree":
        form: forms.Form = AgreeForm(given)
        return for_portal(form) if request.user.is_customer else form
    if name == "carry-out":
        return CarryOutForm(given, ticket=found.ticket)
    return RefuseForm(given) if name == "refuse" else forms.Form(given)


@require_POST
@login_required
def act(request: PersonRequest, pk: int, step: str) -> HttpResponse:
    """Approve, agree, carry out or refuse."""
    found = _find(request, pk)
    if step not in STEPS:
        raise Http404(step)
    form = _form(request, found, step)
    if carried_out(form, lambda **given: STEPS[step][0](found, **given, actor=request.user, at=now())):
        messages.success(request, _("Recorded."))
        return redirect(found)
    return _page(request, _find(request, pk), form, step)
