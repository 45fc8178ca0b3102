"""The queue: all open work, least slack first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import provider_required
from core.errors import DomainError
from core.pages import BadCursor, Page, page
from core.time import now
from customers import selectors as customers
from tickets import services
from tickets.forms.desk import QUICK, AssignManyForm, QueueFilter, SaveViewForm
from tickets.views.desk.rows import digest, drawn, values

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

QUICK_LABELS = (
    gettext_lazy("All open"),
    gettext_lazy("Mine"),
    gettext_lazy("My teams"),
    gettext_lazy("Unassigned"),
    gettext_lazy("Running late"),
    gettext_lazy("Due within 4 hours"),
)
UNCHANGED = 204


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@require_safe
@provider_required
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Show the queue; asked by the page itself, answer its rows only, or nothing when none has changed."""
    form, at = QueueFilter(request.GET, user=_user(request)), now()
    found = _page(request, form, at)
    rows = drawn(found.rows, at)
    context: dict[str, Any] = {"form": form, "page": found, "rows": rows, "digest": digest(rows), "me": _user(request)}
    if request.headers.get("HX-Target") == "rows":
        if request.GET.get("shown") == context["digest"]:
            return HttpResponse(status=UNCHANGED)
        return render(request, "tickets/desk/_rows.html", context)
    return render(
        request, "tickets/desk/queue.html", context | _frame(request, form) | {"periods_near": customers.periods_near(_user(request), at)}
    )


def _page(request: HttpRequest, form: QueueFilter, at: datetime) -> Page[Any]:
    tickets = form.found(at)
    order: dict[str, Any] = {"by": "pk", "descending": True} if form.newest_first else {"by": "queue_at"}
    if "q" in form.chosen:
        order["shown"] = values
    else:
        tickets = values(tickets)
    try:
        return page(tickets, cursor=request.GET.get("cursor", ""), **order)
    except BadCursor as refusal:
        messages.warning(request, str(refusal))
        return page(tickets, **order)


def _frame(request: HttpRequest, form: QueueFilter) -> dict[str, Any]:
    user, query = _user(request), form.query
    return {
        "quick": [(given, label, given == query) for given, label in zip(QUICK, QUICK_LABELS, strict=True)],
        "views": [(view, view.query == query) for view in user.saved_views.all()],
        "save": SaveViewForm(initial={"query": query}),
        "bulk": AssignManyForm(user=user),
        "query": query,
    }


def _back(request: HttpRequest, query: str = "") -> HttpResponse:
    given = QueryDict(query or request.POST.get("query", "")).urlencode()
    return redirect(reverse("tickets:queue") + (f"?{given}" if given else ""))


@require_POST
@provider_required
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the ticket with the least slack that fits, and open it."""
    try:
        ticket = services.take_next(actor=_user(request), at=now())
    except DomainError as refusal:
        messages.info(request, str(refusal))
        return _back(request)
    messages.success(request, _("%(number)s is yours now.") % {"number": ticket.number})
    return redirect("tickets:ticket", ticket.number)


@require_POST
@provider_required
def assign_many(request: HttpRequest) -> HttpResponse:
    """Give the tickets that were ticked to one person; all or none."""
    form = AssignManyForm(request.POST, user=_user(request))
    if not form.is_valid():
        messages.error(request, form.complaint)
        return _back(request)
    tickets, assignee = form.cleaned_data["tickets"], form.cleaned_data["assignee"]
    try:
        count = services.assign_many(tickets, actor=_user(request), at=now(), assignee=assignee)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return _back(request)
    said = ngettext("%(count)s ticket was given to %(name)s.", "%(count)s tickets were given to %(name)s.", count)
    messages.success(request, said % {"count": count, "name": assignee})
    return _back(request)


@require_POST
@provider_required
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters under a name."""
    form = SaveViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the view a name of up to 60 characters."))
        return _back(request)
    query = QueueFilter(QueryDict(form.cleaned_data["query"]), user=_user(request)).query
    view = services.save_view(form.cleaned_data["name"], query, actor=_user(request), at=now())
    messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    return _back(request, view.query)


@require_POST
@provider_required
def forget_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop one of a person's own views."""
    view = get_object_or_404(_user(request).saved_views, pk=pk)
    services.forget_view(view, actor=_user(request), at=now())
    messages.success(request, _("The view “%(name)s” is gone.") % {"name": view.name})
    return _back(request)
