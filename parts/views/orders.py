"""Purchases from makers, and repairs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import dispatcher_required, provider_required
from core.forms import carried_out
from core.pages import page
from core.time import now
from parts import selectors, services
from parts.forms import BackForm, CallOffForm, OrderForm, OrdersFilter, PlaceForm, RepairForm, TakeInForm, TrackForm, WriteOffForm
from parts.forms.orders import PausingForm, initial_of
from parts.views.shared import part_form, part_or_404

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from parts.models import Purchase, Repair

OPEN = ("requested", "ordered", "sent")


def _listed(request: PersonRequest, rows: QuerySet, template: str) -> HttpResponse:
    form = OrdersFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    show = wanted.get("show") or "open"
    if show != "all":
        rows = rows.filter(status__in=OPEN) if show == "open" else rows.exclude(status__in=OPEN)
    if words := wanted.get("find", "").strip():
        named = Q(part__code__icontains=words) | Q(part__name__icontains=words) | Q(part__name_en__icontains=words)
        rows = rows.filter(named | Q(ticket__number=words) | Q(tracking_number__iexact=words))
    found = page(selectors.with_places(rows), descending=True, cursor=request.GET.get("cursor", ""))
    shown = {"page": found, "form": OrdersFilter({"show": show, "find": wanted.get("find", "")}), "now": now()}
    return render(request, template, shown)


@require_safe
@provider_required
def purchases(request: PersonRequest) -> HttpResponse:
    """Show what was bought and is on its way."""
    return _listed(request, selectors.purchases_for(request.user), "parts/purchases.html")


@require_safe
@provider_required
def repairs(request: PersonRequest) -> HttpResponse:
    """Show what is being repaired."""
    return _listed(request, selectors.repairs_for(request.user), "parts/repairs.html")


@require_http_methods(["GET", "POST"])
@dispatcher_required
def new_purchase(request: PersonRequest, pk: int) -> HttpResponse:
    """Order a part for a depot."""
    row = part_or_404(request, pk)
    form = OrderForm(request.POST or None, initial={"depot": request.GET.get("depot", "")})
    if carried_out(form, partial(services.order, row, actor=request.user, at=now())):
        messages.success(request, _("The purchase is on its way."))
        return redirect("parts:purchases")
    title = _("Order from the maker")
    return part_form(request, form, title, row)


@require_http_methods(["GET", "POST"])
@dispatcher_required
def new_repair(request: PersonRequest, pk: int) -> HttpResponse:
    """Send defective items to the maker."""
    row = part_or_404(request, pk)
    form = RepairForm(request.POST or None)
    if carried_out(form, partial(services.send_for_repair, row, actor=request.user, at=now())):
        messages.success(request, _("It is on its way to the maker."))
        return redirect("parts:repairs")
    title = _("Send for repair")
    return part_form(request, form, title, row)


STEPS: dict[str, tuple[Callable[..., Any], type[forms.Form], str]] = {
    "place": (services.place, PlaceForm, "requested"),
    "take-in": (services.take_in, TakeInForm, "ordered"),
    "track": (services.track, TrackForm, "ordered"),
    "call-off": (services.call_off, CallOffForm, ""),
}


def _purchase_or_404(request: PersonRequest, pk: int) -> Purchase:
    rows = selectors.purchases_for(request.user).select_related("part", "depot__office", "ticket", "created_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
@provider_required
def purchase(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a purchase and what can be done with it."""
    return _purchase(request, _purchase_or_404(request, pk))


def _purchase(request: PersonRequest, row: Purchase, step: str = "", form: forms.Form | None = None) -> HttpResponse:
    offered = [name for name, (_service, _form, state) in STEPS.items() if row.is_open and state in {"", row.status}]
    forms_ = {name: form if name == step and form else _form_of(row, name) for name in offered} if request.user.dispatches else {}
    shown = {"purchase": row, "forms": forms_, "step": step, "movements": selectors.with_names(row.movements.order_by("id")), "now": now()}
    return render(request, "parts/purchase.html", shown, status=422 if form is not None and form.errors else 200)


def _form_of(row: Purchase, name: str, data: Any = None) -> forms.Form:
    kind = PausingForm if name == "place" and row.ticket_id else STEPS[name][1]
    form = kind(data, initial={**initial_of(row), "quantity": row.outstanding}, prefix=name)
    if not row.part.is_serialised:
        form.fields.pop("serial_numbers", None)
    return form


@require_POST
@dispatcher_required
def purchase_step(request: PersonRequest, pk: int, step: str) -> HttpResponse:
    """Order, track, receive or cancel it."""
    row = _purchase_or_404(request, pk)
    if step not in STEPS:
        raise Http404(step)
    form = _form_of(row, step, request.POST)
    if carried_out(form, partial(STEPS[step][0], row, actor=request.user, at=now())):
        messages.success(request, _("Purchase %(number)s is up to date.") % {"number": row.number})
        return redirect("parts:purchase", pk)
    return _purchase(request, row, step, form)


REPAIR_STEPS: dict[str, tuple[Callable[..., Any], type[forms.Form]]] = {
    "back": (services.bring_back, BackForm),
    "write-off": (services.write_off, WriteOffForm),
}


def _repair_or_404(request: PersonRequest, pk: int) -> Repair:
    return get_object_or_404(selectors.repairs_for(request.user).select_related("part", "depot__office", "ticket"), pk=pk)


@require_safe
@provider_required
def repair(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a repair and what can be done with it."""
    return _repair(request, _repair_or_404(request, pk))


def _repair(request: PersonRequest, row: Repair, step: str = "", form: forms.Form | None = None) -> HttpResponse:
    may = request.user.dispatches and row.status == "sent"
    forms_ = {name: form if name == step and form else kind(prefix=name) for name, (_s, kind) in REPAIR_STEPS.items()} if may else {}
    shown = {"repair": row, "forms": forms_, "step": step, "movements": selectors.with_names(row.movements.order_by("id")), "now": now()}
    return render(request, "parts/repair.html", shown, status=422 if form is not None and form.errors else 200)


@require_POST
@dispatcher_required
def repair_step(request: PersonRequest, pk: int, step: str) -> HttpResponse:
    """Note that it came back, or does not."""
    row = _repair_or_404(request, pk)
    if step not in REPAIR_STEPS:
        raise Http404(step)
    service, kind = REPAIR_STEPS[step]
    form = kind(request.POST, prefix=step)
    if carried_out(form, partial(service, row, actor=request.user, at=now())):
        messages.success(request, _("Repair %(number)s is up to date.") % {"number": row.number})
        return redirect("parts:repair", pk)
    return _repair(request, row, step, form)
