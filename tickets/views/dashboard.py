"""The dashboard, the rows behind its figures, and both for spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import provider_required, who
from core import exports
from core.pages import BadCursor, page
from core.time import now
from tickets.figures import behind as rows_behind
from tickets.figures import board
from tickets.figures.lines import heads_of, lines_of, note_of, title_of
from tickets.figures.period import day_of
from tickets.figures.tables import Asked
from tickets.forms.figures import BehindForm, DashboardForm

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from core.pages import Page
    from tickets.figures.behind import Wanted
    from tickets.figures.tables import Table

EVERYTHING = "dashboard"
"""The name of the workbook that holds every table."""


def _asked(request: HttpRequest) -> tuple[DashboardForm, Asked]:
    at = now()
    form = DashboardForm(request.GET, today=day_of(at))
    return form, Asked(form.chosen_period, form.chosen_scope, who(request), at)


@require_safe
@provider_required
@never_cache
def dashboard(request: HttpRequest) -> HttpResponseBase:
    """Show how promises are kept, what is urgent, and how the work goes."""
    form, asked = _asked(request)
    context = {
        "form": form,
        "asked": asked,
        "board": board.board(asked),
        "facts": urlencode(asked.facts),
        "kinds": [(kind, kind.upper()) for kind in exports.FORMATS],
        "links": {"late": asked.queue(risk="late"), "soon": asked.queue(risk="soon")},
    }
    return render(request, "tickets/dashboard/page.html", context)


@require_safe
@provider_required
@never_cache
def export(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """Send one table with all its rows, or every table as one workbook."""
    _form, asked = _asked(request)
    file = f"{name}-{asked.period.first}-{asked.period.last}"
    if kind == "xlsx" and name == EVERYTHING:
        return exports.as_xlsx(file, map(_sheet, board.all_tables(asked)))
    if kind not in exports.FORMATS or name not in board.names():
        raise Http404(name)
    table = board.table(asked, name)
    if kind == "xlsx":
        return exports.as_xlsx(file, [_sheet(table)])
    return exports.as_csv(file, *_sheet(table)[1:])


def _sheet(table: Table) -> exports.Sheet:
    return table.title, table.plain_heads, table.plain_rows


@require_safe
@provider_required
@never_cache
def behind(request: HttpRequest) -> HttpResponseBase:
    """List the promises or tickets that a figure was counted from."""
    at, wanted = now(), BehindForm(request.GET).wanted()
    found = rows_behind.rows(wanted, who(request))
    listed, count = _page(request, wanted), found.count()
    context: dict[str, Any] = {
        "title": title_of(wanted),
        "note": note_of(wanted),
        "wanted": wanted,
        "page": listed,
        "count": count,
        "capped": count > rows_behind.LONGEST_EXPORT,
        "longest": rows_behind.LONGEST_EXPORT,
        "query": urlencode([(name, value) for name, value in request.GET.items() if name != "cursor"]),
        "back": urlencode(
            {name: request.GET[name] for name in ("since", "until", "office", "customer", "contract") if request.GET.get(name)}
        ),
    }
    if wanted.figure == rows_behind.PROMISES:
        context["promises"] = [rows_behind.decided(clock, at) for clock in listed]
    return render(request, "tickets/dashboard/behind.html", context)


def _page(request: HttpRequest, wanted: Wanted) -> Page[Any]:
    rows = rows_behind.shown(rows_behind.rows(wanted, who(request)))
    try:
        return page(rows, by=wanted.by, descending=True, cursor=request.GET.get("cursor", ""))
    except BadCursor as refusal:
        messages.warning(request, str(refusal))
        return page(rows, by=wanted.by, descending=True)


@require_safe
@provider_required
@never_cache
def export_behind(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the list as it is, up to a limit that it names."""
    if kind not in exports.FORMATS:
        raise Http404(kind)
    wanted = BehindForm(request.GET).wanted()
    name = f"{wanted.figure}-{wanted.period.first}-{wanted.period.last}"
    lines = lines_of(wanted, now(), who(request))
    if kind == "xlsx":
        return exports.as_xlsx(name, [(title_of(wanted), heads_of(wanted), lines)])
    return exports.as_csv(name, heads_of(wanted), lines)
