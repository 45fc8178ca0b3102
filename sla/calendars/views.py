"""Pages of calendars: to read for all staff, to edit for those who watch promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import manager_required, provider_required
from core.errors import DomainError
from core.forms import carried_out, refuse
from core.time import now
from sla import sheet
from sla.calendars import compared, content, files, ical, year
from sla.calendars.forms import DaysForm, ImportForm, WeekForm
from sla.models import Calendar, CalendarChange, CalendarDraft, CalendarVersion
from sla.services import calendars as services
from sla.words import week

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.http import HttpRequest

    from accounts.access import PersonRequest

VERSIONS_SHOWN = 50
FEED = "calendar-feed"


@require_safe
@provider_required
def calendars(request: PersonRequest) -> HttpResponse:
    """List the calendars, the version that holds and the one that will, and which have a draft."""
    drafts = dict(CalendarDraft.objects.values_list("calendar", "changed_at"))
    entries = [{"entry": entry, "draft_at": drafts.get(entry.subject.pk)} for entry in sheet.calendars(now())]
    return render(request, "sla/calendars/list.html", {"entries": entries})


@require_safe
@provider_required
def calendar(request: PersonRequest, code: str) -> HttpResponse:
    """Show a year of a calendar: the version that holds, or ?version= another one."""
    at = now()
    found = get_object_or_404(Calendar, code=code)
    versions = list(found.versions.select_related("created_by", "change").order_by("-number")[:VERSIONS_SHOWN])
    chosen = _chosen(versions, request.GET.get("version", ""), at)
    given: dict[str, Any] = {
        "calendar": found,
        "versions": versions,
        "version": chosen,
        "in_force": _in_force(versions, at),
        "draft": _draft(found),
        "feed_url": request.build_absolute_uri(reverse("sla:calendar_feed", args=[signing.dumps(code, salt=FEED)])),
        "changes": _under_way(found, at),
    }
    if chosen:
        given |= _shown(content.normal(chosen.data), _year(request, at)) | {"by_version": f"&version={chosen.number}"}
    return render(request, "sla/calendars/calendar.html", given)


def _draft(found: Calendar) -> CalendarDraft | None:
    return CalendarDraft.objects.filter(calendar=found).select_related("begun_by", "changed_by", "base").first()


def _in_force(versions: Sequence[CalendarVersion], at: datetime) -> CalendarVersion | None:
    return next((version for version in versions if version.valid_from <= at), versions[-1] if versions else None)


def _chosen(versions: Sequence[CalendarVersion], number: str, at: datetime) -> CalendarVersion | None:
    if not number:
        return _in_force(versions, at)
    found = next((version for version in versions if str(version.number) == number), None)
    if found is None:
        raise Http404
    return found


def _under_way(found: Calendar, at: datetime) -> list[dict[str, Any]]:
    """Answer how far the tickets are moved to versions that were published."""
    rows = CalendarChange.objects.filter(version__calendar=found, finished_at=None).select_related("version__calendar").order_by("id")
    return [
        {"change": row, "left": services.left_of(row).values("commitment").distinct().count(), "begun": row.version.valid_from <= at}
        for row in rows
    ]


def _year(request: HttpRequest, at: datetime) -> int:
    given = request.GET.get("year", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else timezone.localtime(at).year  # noqa: PLR2004
    return min(max(number, year.FIRST_YEAR), year.LAST_YEAR)


def _shown(data: content.Content, number: int) -> dict[str, Any]:
    return {
        "content": data,
        "week": week(data),
        "year": number,
        "previous_year": number - 1 if number > year.FIRST_YEAR else None,
        "next_year": number + 1 if number < year.LAST_YEAR else None,
        "unconfirmed": number in data["unconfirmed"],
        "months": year.months_of(data, number),
        "weekdays": year.weekdays(),
    }


# --- The draft --------------------------------------------------------------------------------------------


def _written(found: Calendar) -> tuple[CalendarDraft | None, content.Content, CalendarVersion]:
    """Answer the draft if there is one, what it says or would begin from, and the newest version."""
    draft = _draft(found)
    newest = found.versions.order_by("-number").first()
    if newest is None:
        raise Http404
    return draft, content.normal(draft.data if draft else newest.data), newest


@require_safe
@manager_required
@never_cache
def draft(request: PersonRequest, code: str) -> HttpResponse:
    """Show the draft: its year, from which days are opened and closed, and what it says otherwise than the newest version."""
    found = get_object_or_404(Calendar, code=code)
    written, data, newest = _written(found)
    given = _about(found, written, newest) | _shown(data, _year(request, now()))
    given |= {"differences": compared.between(content.normal(newest.data), data), "form": ImportForm(data["timezone"])}
    return render(request, "sla/calendars/draft.html", given)


def _about(found: Calendar, written: CalendarDraft | None, newest: CalendarVersion) -> dict[str, Any]:
    return {"calendar": found, "draft": written, "newest": newest, "outdated": bool(written and written.base_id != newest.pk)}


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def edit_week(request: PersonRequest, code: str) -> HttpResponse:
    """Write weekly hours and time zone into the draft."""
    found = get_object_or_404(Calendar, code=code)
    written, data, newest = _written(found)
    form = WeekForm(data, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.set_week(found, **form.facts, actor=request.user, at=now())
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The weekly hours stand in the draft. Nothing counts in them before it is published."))
            return redirect("sla:calendar_draft", code)
    given = _about(found, written, newest) | {"form": form, "zones": sorted(available_timezones())}
    return render(request, "sla/calendars/week.html", given, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def edit_days(request: PersonRequest, code: str) -> HttpResponse:
    """Open or close days in the draft; ?first= is the one that was chosen."""
    found = get_object_or_404(Calendar, code=code)
    written, data, newest = _written(found)
    form = DaysForm(request.POST if request.method == "POST" else None, initial=_initial(data, request.GET.get("first", "")))

    def act(**facts: Any) -> None:
        services.set_days(found, **facts, actor=request.user, at=now())

    if carried_out(form, act):
        first: date = form.cleaned_data["first"]
        messages.success(request, _("It stands in the draft. Nothing counts in it before it is published."))
        return redirect(f"{reverse('sla:calendar_draft', args=[code])}?year={first.year}#month-{first.month}")
    given = _about(found, written, newest) | {"form": form}
    return render(request, "sla/calendars/days.html", given, status=422 if form.is_bound else 200)


def _initial(data: content.Content, given: str) -> dict[str, Any]:
    """Begin with what the chosen day is."""
    try:
        first = DaysForm().fields["first"].clean(given) if given else None
    except Exception:  # noqa: BLE001 - an address that was typed by hand: begin with nothing
        first = None
    if first is None:
        return {"what": "closed"}
    day = year.day_of(data, first)
    what = "open" if day.kind in ("makeup", "special") else "closed" if day.kind in ("holiday", "closed") else "week"
    hours = content.ranges_text(day.hours) if what == "open" else ""
    return {"first": first, "last": first, "what": what, "hours": hours, "name": data.get("names", {}).get(first.isoformat(), "")}


@require_POST
@manager_required
def import_file(request: PersonRequest, code: str) -> HttpResponse:
    """Take a file into the draft."""
    found = get_object_or_404(Calendar, code=code)
    written, data, newest = _written(found)
    form = ImportForm(data["timezone"], request.POST, request.FILES)
    if form.is_valid():
        take = services.replace_dates if isinstance(form.read, content.Dates) else services.replace_content
        try:
            take(found, form.read, actor=request.user, at=now())
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            words = _("“%(file)s” stands in the draft. Look at what it changes, then at the preview.")
            messages.success(request, words % {"file": form.cleaned_data["file"].name})
            return redirect("sla:calendar_draft", code)
    given = _about(found, written, newest) | _shown(data, _year(request, now()))
    given |= {"differences": compared.between(content.normal(newest.data), data), "form": form}
    return render(request, "sla/calendars/draft.html", given, status=422)


@require_POST
@manager_required
def discard(request: PersonRequest, code: str) -> HttpResponse:
    """Throw the draft away."""
    services.discard(get_object_or_404(Calendar, code=code), actor=request.user, at=now())
    messages.info(request, _("The draft was thrown away. What is published stays."))
    return redirect("sla:calendar", code)


# --- Files ------------------------------------------------------------------------------------------------


@require_safe
@provider_required
def export(request: PersonRequest, code: str, ending: str) -> HttpResponse:
    """Give a version, or with ?draft=1 the draft, as JSON, CSV or iCalendar; ?year= only one year of its days."""
    if ending not in ("json", "csv", "ics"):
        raise Http404
    found = get_object_or_404(Calendar, code=code)
    data, begins = _exported(request, found)
    given = request.GET.get("year", "")
    number = _year(request, begins) if given else None
    match ending:
        case "json":
            body, kind = files.write_json(data), "application/json"
        case "csv":
            body, kind = "\ufeff" + files.write_csv(data, number), "text/csv; charset=utf-8"
        case _:
            body, kind = ical.write_ical(data, code=code, name=str(found), at=begins, year=number).decode(), "text/calendar; charset=utf-8"
    suffix = f"-{number}" if number and ending != "json" else ""
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{code}{suffix}.{ending}"'})


def _exported(request: PersonRequest, found: Calendar) -> tuple[content.Content, datetime]:
    written = _draft(found)
    if request.GET.get("draft") and written and request.user.manages:
        return content.normal(written.data), written.changed_at
    version = _chosen(list(found.versions.order_by("-number")[:VERSIONS_SHOWN]), request.GET.get("version", ""), now())
    if version is None:
        raise Http404
    return content.normal(version.data), version.valid_from


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give the calendar that holds to a program that subscribes to it: who has the address needs no account."""
    try:
        code = signing.loads(token, salt=FEED)
    except signing.BadSignature:
        raise Http404 from None
    at = now()
    found = get_object_or_404(Calendar, code=code)
    version = _in_force(list(found.versions.order_by("-number")[:VERSIONS_SHOWN]), at)
    if version is None:
        raise Http404
    since = timezone.localtime(at).year - 1
    etag = f'"{version.checksum[:20]}-{since}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    with override("zh-hans"):
        body = ical.write_ical(content.normal(version.data), code=code, name=str(found), at=version.valid_from, since=since)
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={"ETag": etag})
