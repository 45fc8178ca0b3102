"""The catalogue, and asking for an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import login_required
from catalogue import selectors, services
from catalogue.engine import spoken
from catalogue.errors import BadValues
from catalogue.forms import AskForm, FindForm
from core import languages
from core.errors import DomainError
from core.forms import refuse
from core.time import now
from customers import selectors as customers
from customers.models import Equipment

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from catalogue.models import Item, Request
    from catalogue.selectors import Terms


@require_safe
@login_required
def catalogue(request: PersonRequest) -> HttpResponse:
    """Show what can be asked for, by group; narrowed by words."""
    form = FindForm(request.GET)
    words = form.cleaned_data["find"] if form.is_valid() else ""
    found = selectors.searched(selectors.items_offered(request.user), words)
    return render(request, "catalogue/list.html", {"groups": selectors.by_group(found), "form": form, "words": words})


def item_or_404(request: PersonRequest, code: str) -> Item:
    """Answer an item the person may ask for."""
    found = selectors.items_offered(request.user).filter(code=code).first()
    if found is None:
        raise Http404(code)
    return found


@require_http_methods(["GET", "POST"])
@login_required
def item(request: PersonRequest, code: str) -> HttpResponse:
    """Show an item with its form; staff see what customers see, customers send it."""
    found = item_or_404(request, code)
    known = selectors.known_for(None, request.user, now(), {})
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AskForm(found.definition, known, *sent, user=request.user, initial=_chosen(request))
    if request.method == "POST" and request.user.is_customer and "look" not in request.POST and form.is_valid():
        made = _asked(request, found, form)
        if made is not None:
            form.keeping.forget()
            messages.success(request, _("Your request %(number)s is with us.") % {"number": made.ticket.number})
            return redirect(made)
    if request.method == "POST" and request.user.is_customer:
        form.keeping.set_aside()
    wrong = request.method == "POST" and "look" not in request.POST and bool(form.errors)
    return render(request, "catalogue/item.html", _given(request, found, form), status=422 if wrong else 200)


def _chosen(request: PersonRequest) -> dict[str, Any]:
    return {f"f-{name}": value for name, value in request.GET.items()} | ({"site": request.GET["site"]} if "site" in request.GET else {})


def _asked(request: PersonRequest, found: Item, form: AskForm) -> Request | None:
    """Send it; what the service refuses stands in the form."""
    site = customers.sites_for(request.user).select_related("organization", "region__office").filter(pk=form.cleaned_data["site"]).first()
    if site is None:
        raise Http404
    asking = services.Asking(
        item=found, site=site, values=_without_nothing(form.raw()), files=form.uploads, submission=form.cleaned_data.get("token")
    )
    try:
        return services.ask(asking, actor=request.user, at=now())
    except BadValues as refusal:
        form.refuse_values(refusal.wrong)
    except DomainError as refusal:
        refuse(form, refusal)
    return None


def _without_nothing(raw: dict[str, Any]) -> dict[str, Any]:
    return {code: value for code, value in raw.items() if value not in (None, "", [], False)}


def _given(request: PersonRequest, found: Item, form: AskForm) -> dict[str, Any]:
    language, definition = languages.active(), found.definition
    return {
        "item": found,
        "definition": definition,
        "form": form,
        "who": spoken(definition.who, language),
        "steps": [spoken(step, language) for step in definition.steps],
        "terms": _terms(request, found),
        "looked": "look" in request.POST,
    }


def _terms(request: PersonRequest, found: Item) -> Terms | None:
    """Answer what it costs for the place that is chosen now: the equipment if it is one, else the site."""
    asked = request.POST if request.method == "POST" else request.GET
    if not request.user.is_customer:
        return None
    names = [f"f-{each.code}" for each in found.definition.fields if each.kind == "equipment"]
    chosen = [value for name in names for value in asked.getlist(name) if value.isascii() and value.isdecimal()]
    things = customers.equipment_for(request.user).select_related("site__region__office", "site__organization")
    place: Any = things.filter(pk=int(chosen[0][:18])).first() if len(chosen) == 1 else None
    if not isinstance(place, Equipment):
        sites = customers.sites_for(request.user).select_related("region__office", "organization").order_by("name")
        wanted = asked.get("site", "")
        narrowed = sites.filter(pk=int(wanted[:18])) if wanted.isascii() and wanted.isdecimal() else sites
        place = narrowed.first()
    return None if place is None else selectors.terms_at(found.definition, place, now())


@require_safe
@login_required
def terms(request: PersonRequest, code: str) -> HttpResponse:
    """Answer what it would cost for the place that was just chosen; the page puts it in its place."""
    found = item_or_404(request, code)
    return render(request, "catalogue/_terms.html", {"item": found, "terms": _terms(request, found)})
