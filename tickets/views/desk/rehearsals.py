"""Rehearsals: what a draft of a plan or other hours would have made of a period, beside what was kept and missed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import manager_required, who
from core import exports
from core.errors import DomainError
from core.forms import carried_out
from core.pages import BadCursor, Page, page
from core.time import now
from sla import engine, selectors, sheet
from sla.models import Calendar, CalendarVersion, Plan, PlanVersion
from sla.reading import content_of, written
from sla.services import OFFICE_CALENDAR
from tickets import services
from tickets.figures import rehearsed
from tickets.figures.period import day_of
from tickets.forms.rehearsals import FindingFilter, RehearsalForm
from tickets.models import Rehearsal, RehearsalFinding

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

USUAL = timedelta(days=89)
"""The days before the last one that a rehearsal looks at unless told otherwise: a quarter of a year in all."""
LIST, ONE = "tickets:rehearsals", "tickets:rehearsal"


@require_safe
@manager_required
@never_cache
def rehearsals(request: HttpRequest) -> HttpResponse:
    """List the rehearsals, newest first, and lead to a new one."""
    rows = Rehearsal.objects.select_related("plan", "asked_by").defer("content", "calendars")
    found = _page(request, rows, descending=True)
    plans = Plan.objects.filter(versions__isnull=False).distinct()
    return render(request, "tickets/desk/rehearsals.html", {"page": found, "plans": plans})


def _page(request: HttpRequest, rows: QuerySet[Any], *, descending: bool = False) -> Page[Any]:
    try:
        return page(rows, descending=descending, cursor=request.GET.get("cursor", ""))
    except BadCursor as refusal:
        messages.warning(request, str(refusal))
        return page(rows, descending=descending)


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
@never_cache
def new_rehearsal(request: HttpRequest) -> HttpResponse:
    """Ask for a rehearsal of ``?plan=``; ``?version=`` and ``?calendar=`` choose the texts to begin with."""
    at = now()
    plan = get_object_or_404(Plan, code=request.GET.get("plan", ""))
    versions = list(sheet.versions_of(plan))
    base = sheet.in_force(versions, at)
    if base is None:
        raise Http404
    calendars = _calendars(selectors.engine_plan(base.pk))
    if request.method != "POST":
        initial = _initial(request, versions, base, at)
        return _ask(request, RehearsalForm(initial=initial, plan=plan, versions=calendars, at=at), versions, base)
    form = RehearsalForm(request.POST, plan=plan, versions=calendars, at=at)

    def begin(first: Any, last: Any, **_texts: Any) -> None:
        begun.append(
            services.begin_rehearsal(
                plan, base=base, content=form.content, calendars=form.calendars, first=first, last=last, actor=who(request), at=at
            )
        )

    begun: list[Rehearsal] = []
    if not carried_out(form, begin):
        return _ask(request, form, versions, base, status=422)
    return redirect(ONE, begun[0].pk)


def _calendars(plan: engine.Plan) -> dict[str, list[CalendarVersion]]:
    """Answer the versions of the calendars a plan counts in, the newest first, by the calendars' codes."""
    codes = plan.calendar_codes() | ({OFFICE_CALENDAR} if plan.asks_for_hours else set())
    found: dict[str, list[CalendarVersion]] = {code: [] for code in sorted(codes)}
    rows = CalendarVersion.objects.filter(calendar__code__in=codes).select_related("calendar").defer("data").order_by("-number")
    for row in rows:
        found[row.calendar.code].append(row)
    return found


def _initial(request: HttpRequest, versions: list[PlanVersion], base: PlanVersion, at: datetime) -> dict[str, Any]:
    number = request.GET.get("version") or str(base.number)
    version = next((version for version in versions if str(version.number) == number), None)
    if version is None:
        raise Http404
    calendar = request.GET.get("calendar", "")
    hours = content_of(get_object_or_404(Calendar, code=calendar)) if calendar else ""
    today = day_of(at)
    return {"text": written(version.data), "hours": hours, "first": today - USUAL, "last": today}


def _ask(request: HttpRequest, form: RehearsalForm, versions: list[PlanVersion], base: PlanVersion, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "plan": form.plan,
        "versions": versions,
        "number": request.GET.get("version") or str(base.number),
        "calendars": Calendar.objects.filter(code__in=form.codes),
        "calendar": request.GET.get("calendar", ""),
    }
    return render(request, "tickets/desk/rehearsal_new.html", context, status=status)


@require_safe
@manager_required
@never_cache
def rehearsal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a rehearsal is; when it has ended, its result, the tickets that differ, and what the draft changes."""
    found = _found(pk)
    context: dict[str, Any] = {"rehearsal": found, "tried": _tried(found)}
    if not found.is_live:
        result = rehearsed.result(found)
        form = FindingFilter(request.GET, promises=result.names)
        rows = _findings(found, form)
        listed = _page(request, rows.select_related("ticket__organization"))
        tables = [rehearsed.by_promise(result), rehearsed.by_customer(result, rehearsed.SHOWN)]
        context |= {
            "tiles": rehearsed.tiles(found, result),
            "tables": tables,
            "form": form,
            "page": listed,
            "lines": rehearsed.lines(listed, result.names),
            "customers": [row[0].text for row in tables[1].rows],
            "query": urlencode([(name, value) for name, value in request.GET.items() if name != "cursor"]),
        }
    context["changes"] = sheet.compare_draft(found.base, engine.Plan.from_dict(found.content), found.asked_at)
    return render(request, "tickets/desk/rehearsal.html", context)


def _found(pk: int) -> Rehearsal:
    return get_object_or_404(Rehearsal.objects.select_related("plan", "base__plan", "asked_by", "ended_by"), pk=pk)


def _findings(rehearsal: Rehearsal, form: FindingFilter) -> QuerySet[RehearsalFinding]:
    return RehearsalFinding.objects.filter(rehearsal=rehearsal, **form.conditions)


def _tried(rehearsal: Rehearsal) -> list[tuple[str, int | None]]:
    """Answer the calendars that were tried and their versions' numbers; None is a draft."""
    called = {row.code: str(row) for row in Calendar.objects.filter(code__in=rehearsal.calendars)}
    return [(called.get(code, code), tried["number"]) for code, tried in sorted(rehearsal.calendars.items())]


@require_safe
@manager_required
@never_cache
def rehearsal_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer how far it is, for the page that asks every few seconds; when it has ended the whole page is loaded again."""
    found = get_object_or_404(Rehearsal.objects.defer("content"), pk=pk)
    answer = render(request, "tickets/desk/_rehearsal_progress.html", {"rehearsal": found})
    if not found.is_live:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@manager_required
def cancel_rehearsal(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a rehearsal."""
    found = get_object_or_404(Rehearsal.objects.defer("content"), pk=pk)
    try:
        services.cancel_rehearsal(found, actor=who(request), at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The rehearsal was stopped; what it found so far is below."))
    return redirect(reverse(ONE, args=[pk]))


@require_safe
@manager_required
@never_cache
def export_rehearsal(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Send the tickets that differ as CSV, or those and both tables as a workbook; filtered like the page."""
    found = _found(pk)
    if kind not in exports.FORMATS or found.is_live:
        raise Http404
    result = rehearsed.result(found)
    rows = rehearsed.cells(_findings(found, FindingFilter(request.GET, promises=result.names)), result.names)
    name = f"rehearsal-{found.pk}"
    if kind == "csv":
        return exports.as_csv(name, rehearsed.heads(), rows)
    tables = [rehearsed.by_promise(result), rehearsed.by_customer(result)]
    sheets = [(table.title, table.plain_heads, table.plain_rows) for table in tables]
    return exports.as_xlsx(name, [*sheets, (_("Tickets that differ"), rehearsed.heads(), rows)])
