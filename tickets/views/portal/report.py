"""Reporting a fault, by the customer or for them; what is promised is shown before it is sent."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import customer_required, provider_required
from core.errors import DomainError
from core.forms import refuse
from core.time import now
from customers.models import Equipment
from customers.selectors.places import find_places
from tickets import selectors, services, workflow
from tickets.forms.portal import CallForm, ReportForm
from tickets.models import Kind, Ticket

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User
    from customers.models import Site
    from customers.selectors.places import Places
    from tickets.services import Report

ALREADY_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Way:
    """One of the two ways a report is typed: by the customer, or by us while they are on the phone."""

    name: str
    form: type[ReportForm]

    @property
    def places_url(self) -> str:
        """Answer where the places are looked for."""
        return reverse(f"tickets:{self.name}_places")

    @property
    def terms_url(self) -> str:
        """Answer where the promises are asked for."""
        return reverse(f"tickets:{self.name}_terms")


PORTAL, CALL = Way("report", ReportForm), Way("log", CallForm)


@customer_required
@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Report a fault, or ask for something."""
    return _page(request, PORTAL)


@provider_required
@never_cache
@require_http_methods(["GET", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    """Take down a call, a mail, a fax or what was said on site."""
    return _page(request, CALL)


@customer_required
@require_safe
def report_places(request: HttpRequest) -> HttpResponse:
    """Answer the equipment and sites that contain the words typed so far."""
    return _places(request, PORTAL)


@provider_required
@require_safe
def log_places(request: HttpRequest) -> HttpResponse:
    """Answer the customers' equipment and sites that contain the words typed so far."""
    return _places(request, CALL)


@customer_required
@require_safe
def report_terms(request: HttpRequest) -> HttpResponse:
    """Answer the severities and promises for what is chosen so far."""
    return _terms(request, PORTAL)


@provider_required
@require_safe
def log_terms(request: HttpRequest) -> HttpResponse:
    """Answer the severities and promises for what is chosen so far."""
    return _terms(request, CALL)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _page(request: HttpRequest, way: Way) -> HttpResponse:
    if request.method == "GET":
        return _show(request, way, way.form(user=_user(request), initial=_asked_for(request)))
    form = way.form(request.POST, request.FILES, user=_user(request))
    if "look" in request.POST:
        return _look(request, way, form)
    ticket = _sent(request, form) if form.is_valid() else None
    if ticket is None:
        form.set_aside()
        return _show(request, way, form, status=422)
    form.forget()
    return redirect("tickets:ticket", ticket.number)


def _sent(request: HttpRequest, form: ReportForm) -> Ticket | None:
    """Make the ticket; None and an error in the form where it is refused.

    A form that is sent twice makes one ticket. One that was sent, gone back to and changed is another report.
    """
    draft = form.report()
    earlier = _earlier(form, draft)
    if earlier is not None and _is_same(earlier, draft):
        messages.info(request, _("This report had already arrived as %(number)s; nothing was sent twice.") % {"number": earlier.number})
        return earlier
    if earlier is not None:
        draft = replace(draft, submission=uuid.uuid4())
    try:
        ticket = services.report(draft, actor=form.user, at=now())
    except DomainError as refusal:
        refuse(form, refusal)
        return None
    messages.success(request, _("Your report arrived. Its number is %(number)s.") % {"number": ticket.number})
    return ticket


def _earlier(form: ReportForm, draft: Report) -> Ticket | None:
    return selectors.tickets_for(form.user).filter(reporter=form.user, submission=draft.submission).first()


def _is_same(ticket: Ticket, draft: Report) -> bool:
    """Compare what only the customer writes; what we classify may have changed meanwhile."""
    said = (ticket.subject, ticket.description, ticket.site_id, ticket.equipment_id)
    equipment = draft.equipment.pk if draft.equipment else None
    return said == (draft.subject.strip(), draft.description.strip(), draft.site.pk, equipment)


def _look(request: HttpRequest, way: Way, sent: ReportForm) -> HttpResponse:
    """Without a script: show the places or the promises for what is chosen so far; nothing is asked for yet."""
    sent.is_valid()
    sent.set_aside()
    typed = {name: value for name, value in request.POST.dict().items() if name in sent.fields}
    form = way.form(user=_user(request), initial={**typed, "kept": [draft.token for draft in sent.kept]})
    return _show(request, way, form, wrong_files=sent.errors.get("files", ()))


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """Answer what a link to the form chooses already: ``?equipment=``, ``?site=``, ``?kind=`` or ``?follows=``.

    Where a customer has nothing to choose from, the place is chosen for them.
    """
    asked = request.GET
    found: dict[str, Any] = {}
    for name in ("equipment", "site"):
        if asked.get(name):
            found.setdefault("place", f"{name[0]}{asked[name]}")
    if asked.get("kind") in Kind.values:
        found["kind"] = asked["kind"]
    number = asked.get("follows", "").replace("\0", "")
    before = selectors.tickets_for(_user(request)).filter(number=number).first() if number else None
    if before is not None:
        place = f"e{before.equipment_id}" if before.equipment_id else f"s{before.site_id}"
        found = {"place": place, "kind": before.kind, "follows": before.number, **found}
    if "place" not in found and (only := find_places(_user(request), "").only):
        found["place"] = only
    return found


def _show(request: HttpRequest, way: Way, form: ReportForm, *, status: int = 200, wrong_files: Any = ()) -> HttpResponse:
    found = _found(request, form)
    context = {"way": way, "form": form, "places": found, "find": _words(request), "wrong_files": wrong_files, **_offered(form)}
    return render(request, "tickets/portal/report.html", context, status=status)


def _found(request: HttpRequest, form: ReportForm) -> Places:
    return find_places(form.user, _words(request), keep=form.where)


def _words(request: HttpRequest) -> str:
    """Answer what is looked for among the places."""
    return (request.POST if request.method == "POST" else request.GET).get("find", "")


def _offered(form: ReportForm) -> dict[str, Any]:
    """Answer what is promised for the place and kind that stand in the form, and what is already open there."""
    offer = form.offer(now())
    asked = form.value("severity")
    fallback = "" if form.value("kind") == Kind.FAULT else str(offer.ordinary)
    return {
        "offer": offer,
        "severity": asked if asked in map(str, offer.numbers) else fallback,
        "already": _already(form.user, form.where),
    }


def _already(user: User, place: Equipment | Site | None) -> list[Ticket]:
    """Answer the latest open tickets of the same equipment: perhaps it is reported already."""
    if not isinstance(place, Equipment):
        return []
    return list(selectors.tickets_for(user).filter(equipment=place, status__in=workflow.OPEN).order_by("-pk")[:ALREADY_SHOWN])


def _places(request: HttpRequest, way: Way) -> HttpResponse:
    form = _so_far(request, way)
    return render(
        request, "tickets/portal/_places.html", {"way": way, "form": form, "places": _found(request, form), "find": _words(request)}
    )


def _terms(request: HttpRequest, way: Way) -> HttpResponse:
    form = _so_far(request, way)
    return render(request, "tickets/portal/_terms.html", {"way": way, "form": form, "swapped": True, **_offered(form)})


def _so_far(request: HttpRequest, way: Way) -> ReportForm:
    names = ("kind", "place", "severity", "reached_by")
    return way.form(user=_user(request), initial={name: request.GET[name] for name in names if name in request.GET})
