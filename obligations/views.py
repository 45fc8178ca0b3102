"""Obligations: the list, what was kept, one of them with its history, and what is decided about it by hand."""

from __future__ import annotations

from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import dispatcher_required, login_required, manager_required
from core import exports
from core.forms import carried_out
from core.pages import page
from core.time import now
from obligations import selectors, services, tables
from obligations.forms import FilterForm, MeetForm, WaiveForm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet
    from django.forms import Form
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from accounts.access import PersonRequest
    from obligations.models import Obligation

    View = Callable[..., HttpResponseBase]


def _readers_only(view: View) -> View:
    """Let in who reads what is owed: staff and customers' supervisors."""

    @wraps(view)
    @login_required
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not selectors.may_read(request.user):
            raise PermissionDenied(_("What is owed to your organization is shown to its supervisors. Ask one of them."))
        return view(request, *args, **kwargs)

    return guarded


def _form(request: PersonRequest) -> FilterForm:
    return FilterForm({"show": "owed", **request.GET.dict()}, is_provider=request.user.is_provider)


def _wanted(request: PersonRequest, form: FilterForm, at: datetime) -> QuerySet[Obligation]:
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {"show": "owed"}
    rows = selectors.in_state(selectors.obligations_for(request.user), wanted["show"], at)
    if wanted.get("month"):
        rows = selectors.due_in(rows, wanted["month"])
    for name in ("kind", "office"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if words := (wanted.get("find") or "").strip():
        named = Q(organization__name__icontains=words) | Q(organization__short_name__icontains=words)
        rows = rows.filter(named | Q(contract__number__icontains=words))
    return selectors.with_names(rows)


@require_safe
@_readers_only
def overview(request: PersonRequest) -> HttpResponseBase:
    """List what is owed, the most urgent first."""
    at, form = now(), _form(request)
    rows = page(_wanted(request, form, at), by="due_at", cursor=request.GET.get("cursor", ""))
    return render(request, "obligations/list.html", {"page": rows, "form": form, "now": at, "facts": request.GET.urlencode()})


@require_safe
@_readers_only
def kept(request: PersonRequest) -> HttpResponseBase:
    """Show month by month and kind by kind what was owed, done and late."""
    at = now()
    first, months = selectors.span(at)
    found = selectors.kept(selectors.due_in(selectors.obligations_for(request.user), first, months), at)
    given = {"rows": list(reversed(found)), "chart": tables.chart(found)}
    return render(request, "obligations/kept.html", given)


@require_safe
@_readers_only
@never_cache
def export(request: PersonRequest, kind: str) -> HttpResponseBase:
    """Send the list, as it is narrowed on the page, as a file."""
    if kind not in exports.FORMATS:
        raise Http404(kind)
    at = now()
    sheet = tables.sheet(_wanted(request, _form(request), at).order_by("due_at", "pk"), at)
    return exports.as_xlsx("obligations", [sheet]) if kind == "xlsx" else exports.as_csv("obligations", *sheet[1:])


@require_safe
@_readers_only
@never_cache
def obligation(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Show one obligation with its history."""
    return _page(request, _find(request, pk), MeetForm(), WaiveForm())


def _find(request: PersonRequest, pk: int) -> Obligation:
    return get_object_or_404(selectors.with_names(selectors.obligations_for(request.user)), pk=pk)


def _page(request: PersonRequest, row: Obligation, meet_form: Form, waive_form: Form) -> HttpResponse:
    history = row.history.select_related("history_user").order_by("-history_date", "-history_id")
    given = {"obligation": row, "now": now(), "history": history, "meet_form": meet_form, "waive_form": waive_form}
    wrong = meet_form.errors or waive_form.errors
    return render(request, "obligations/obligation.html", given, status=422 if wrong else 200)


@require_POST
@dispatcher_required
def meet(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Enter that it was done outside of the desk."""
    row, form = _find(request, pk), MeetForm(request.POST)
    if carried_out(form, partial(services.meet_by_hand, row, actor=request.user, at=now())):
        messages.success(request, _("Entered as done."))
        return redirect(row)
    return _page(request, row, form, WaiveForm())


@require_POST
@manager_required
def waive(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Decide that it is not owed."""
    row, form = _find(request, pk), WaiveForm(request.POST)
    if carried_out(form, partial(services.waive, row, actor=request.user, at=now())):
        messages.success(request, _("It is not owed any more; the reason stands beside it."))
        return redirect(row)
    return _page(request, row, MeetForm(), form)
