"""One archive: what a newcomer has to know, then everything that happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import login_required
from archive import selectors
from archive.forms import TimelineForm
from archive.selectors.timeline import YEARS
from archive.services.packing import by_month
from archive.views.shared import scope_or_404
from core.time import now
from tickets.figures.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from archive.scope import Scope

CHOSEN = 200
"""Sites, or equipment, that the filters offer."""
SHOWN = 5
"""Entries beside a thing on its own page."""


@require_safe
@login_required
@never_cache
def timeline(request: PersonRequest, of: str, pk: int) -> HttpResponse:
    """Show an archive; the summary stands above its first page, and is left out where only some entries are looked for."""
    at, scope = now(), scope_or_404(request.user, of, pk)
    form = TimelineForm(request.GET, today=timezone.localdate(at), **_places(request, scope))
    asked = form.wanted()
    cursor = request.GET.get("cursor", "")
    found = selectors.timeline(request.user, _inner(request, scope, form), asked, at=at, cursor=cursor)
    given: dict[str, Any] = {"scope": scope, "form": form, "asked": asked, "page": found, "months": by_month(found)}
    if not (cursor or asked.words or asked.kinds or request.headers.get("HX-Request")):
        given["summary"] = summed = selectors.summary(request.user, scope, Period(asked.first, asked.last), at=at)
        given["chart"] = _chart(summed.months)
    return render(request, "archive/timeline.html", given)


@require_safe
@login_required
@never_cache
def latest(request: PersonRequest, of: str, pk: int) -> HttpResponse:
    """Show the last entries of an archive, for a page that shows its thing."""
    at, scope = now(), scope_or_404(request.user, of, pk)
    today = timezone.localdate(at)
    found = selectors.timeline(request.user, scope, selectors.Asked(today - YEARS, today), at=at, size=SHOWN)
    return render(request, "archive/_latest.html", {"entries": found.rows})


def _places(request: PersonRequest, scope: Scope) -> dict[str, Iterable[Any]]:
    """Answer the sites and the equipment a timeline can be narrowed to."""
    if scope.equipment is not None:
        return {}
    things = selectors.equipment_for(request.user).filter(site__organization=scope.organization).order_by("name", "pk")
    if scope.site is not None:
        return {"equipment": things.filter(site=scope.site)[:CHOSEN]}
    sites = selectors.sites_for(request.user).filter(organization=scope.organization).order_by("name", "pk")
    return {"sites": sites[:CHOSEN], "equipment": things[:CHOSEN]}


def _inner(request: PersonRequest, scope: Scope, form: TimelineForm) -> Scope:
    chosen = {name: form.cleaned_data.get(name) for name in ("site", "equipment")}
    inner = selectors.narrowed(request.user, scope, **chosen)
    if inner is None:
        raise Http404
    return inner


def _chart(months: list[dict[str, Any]]) -> dict[str, Any]:
    """Answer the months in the form that charts are drawn from."""
    series = [{"name": _("Faults"), "values": [row["faults"] for row in months]}]
    series.append({"name": _("Other tickets"), "values": [row["others"] for row in months]})
    return {"labels": [f"{row['day']:%Y-%m}" for row in months], "series": series}
