"""One part: where it is, what it fits, its ledger; and goods that come, move and are counted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import dispatcher_required, manager_required, provider_required
from core.forms import carried_out
from core.pages import page
from core.time import now
from parts import selectors, services
from parts.forms import BuyerForm, CountForm, MinimumForm, ReceiveForm, SaleForm, TransferForm
from parts.views.shared import part_form, part_or_404

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpResponse

    from accounts.access import PersonRequest


@require_safe
@provider_required
def part(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a part with its stock and its ledger."""
    return _page(request, pk, MinimumForm())


def _page(request: PersonRequest, pk: int, form: MinimumForm) -> HttpResponse:
    row = part_or_404(request, pk)
    given = {
        "part": row,
        "levels": selectors.levels_of(row),
        "fits": row.fits.all(),
        "items": selectors.items_in_stock(row) if row.is_serialised else [],
        "on_way": selectors.with_places(selectors.purchases_for(request.user).filter(part=row, status__in=["requested", "ordered"])),
        "page": page(selectors.lines_of(row), descending=True, size=25, cursor=request.GET.get("cursor", "")),
        "form": form,
    }
    return render(request, "parts/part.html", given, status=422 if form.errors else 200)


@require_POST
@manager_required
def minimum(request: PersonRequest, pk: int) -> HttpResponse:
    """Say how many there should always be."""
    form = MinimumForm(request.POST)
    if carried_out(form, partial(services.set_minimum, part_or_404(request, pk), actor=request.user, at=now())):
        messages.success(request, _("The minimum is saved."))
        return redirect("parts:part", pk)
    return _page(request, pk, form)


@require_http_methods(["GET", "POST"])
@dispatcher_required
def receive(request: PersonRequest, pk: int) -> HttpResponse:
    """Take goods in."""
    return _booked(request, pk, ReceiveForm, services.receive, _("Receive goods"))


@require_http_methods(["GET", "POST"])
@dispatcher_required
def transfer(request: PersonRequest, pk: int) -> HttpResponse:
    """Send goods to another depot."""
    return _booked(request, pk, TransferForm, services.transfer, _("Send to another depot"))


@require_http_methods(["GET", "POST"])
@manager_required
def count(request: PersonRequest, pk: int) -> HttpResponse:
    """Put the stock right."""
    return _booked(request, pk, CountForm, services.count, _("Stock-taking"))


def _booked(request: PersonRequest, pk: int, kind: type[forms.Form], service: Callable[..., Any], title: str) -> HttpResponse:
    row = part_or_404(request, pk)
    form = kind(request.POST or None)
    if carried_out(form, partial(service, row, actor=request.user, at=now())):
        messages.success(request, _("It stands in the ledger."))
        return redirect("parts:part", pk)
    if not row.is_serialised:
        for name in ("serial_number", "serial_numbers"):
            form.fields.pop(name, None)
    return part_form(request, form, title, row)


@require_http_methods(["GET", "POST"])
@dispatcher_required
def sell(request: PersonRequest, pk: int) -> HttpResponse:
    """Sell across the counter: first to whom, then, told what it costs them and why, what."""
    row, at = part_or_404(request, pk), now()
    buyer = BuyerForm(request.GET if "site" in request.GET else None, user=request.user)
    site = buyer.cleaned_data["site"] if buyer.is_valid() else None
    form = SaleForm(request.POST or None)
    form.fields.pop("quantity" if row.is_serialised else "serial_number")
    if site and carried_out(form, partial(services.sell, row, actor=request.user, at=at, site=site)):
        messages.success(request, _("The sale is booked."))
        return redirect("parts:part", pk)
    terms = selectors.terms_at(site, at) if site else None
    given = {"part": row, "buyer": buyer, "site": site, "form": form, "levels": selectors.levels_of(row), "terms": terms}
    price = terms.amount(row, 1) if terms else None
    return render(request, "parts/sell.html", given | {"price": price}, status=422 if form.errors and site else 200)
