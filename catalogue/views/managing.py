"""Items as managers edit them: written, checked, looked at, published."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import manager_required
from catalogue import selectors, services
from catalogue.forms import AskForm, DefinitionForm, OfferForm
from catalogue.models import Item
from core.forms import carried_out
from core.time import now

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest


@require_safe
@manager_required
def items(request: PersonRequest) -> HttpResponse:
    """Show every item with its version, offered or not."""
    return render(request, "catalogue/manage.html", {"rows": selectors.items_offered(request.user).order_by("group", "position", "code")})


@require_http_methods(["GET", "POST"])
@manager_required
def new(request: PersonRequest) -> HttpResponse:
    """Write a new item."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@manager_required
def edit(request: PersonRequest, code: str) -> HttpResponse:
    """Write the next version of an item; looked at before it is published."""
    return _edit(request, _item_or_404(code))


def _item_or_404(code: str) -> Item:
    return get_object_or_404(Item.objects.select_related("version"), code=code, version__isnull=False)


def _edit(request: PersonRequest, item: Item | None) -> HttpResponse:
    initial = {"text": item.version.source if item and item.version else ""}
    form = DefinitionForm(request.POST if request.method == "POST" else None, initial=initial)
    publish = partial(services.publish, actor=request.user, at=now(), code=item.code if item else "")
    if "look" not in request.POST and carried_out(form, publish):
        messages.success(request, _("The item is published."))
        return redirect("catalogue:manage")
    shown = form.read if form.is_bound and form.is_valid() else None
    given = {
        "item": item,
        "form": form,
        "offer_form": OfferForm(initial={"is_offered": item.is_offered, "position": item.position}) if item else None,
        "preview": AskForm(shown, selectors.known_for(None, request.user, now(), {})) if shown else None,
        "versions": item.versions.select_related("published_by").order_by("-number")[:20] if item else (),
    }
    return render(request, "catalogue/edit.html", given, status=422 if form.errors else 200)


@require_POST
@manager_required
def offer(request: PersonRequest, code: str) -> HttpResponse:
    """Offer an item or not any more, and say where it stands."""
    item = _item_or_404(code)
    form = OfferForm(request.POST)
    if carried_out(form, partial(services.offer, item, actor=request.user, at=now())):
        messages.success(request, _("The item is up to date."))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("catalogue:edit", code)
