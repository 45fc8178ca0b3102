"""Monthly reports: the list, a report as page, PDF and workbook, and what managers do with it."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import login_required, manager_required
from core import exports, languages
from core.forms import carried_out
from core.pages import page
from core.time import now
from reports import pdf, selectors, services, tables
from reports.forms import CorrectForm, FilterForm, MakeForm, SendForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http.response import HttpResponseBase

    from accounts.access import PersonRequest
    from reports.models import MonthlyReport

    View = Callable[..., HttpResponseBase]

KINDS = ("pdf", "xlsx")
LANGUAGES = {"zh-hans": "中文", "en": "English"}


def _readers_only(view: View) -> View:
    """Let in who reads reports: staff and customers' supervisors."""

    @wraps(view)
    @login_required
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not selectors.may_read(request.user):
            raise PermissionDenied(_("Monthly reports are for your organization's supervisors. Ask one of them for a copy."))
        return view(request, *args, **kwargs)

    return guarded


def _find(request: PersonRequest, pk: int) -> MonthlyReport:
    return get_object_or_404(selectors.reports_for(request.user), pk=pk)


@require_safe
@_readers_only
def overview(request: PersonRequest) -> HttpResponseBase:
    """List the reports a person may see, the newest month first."""
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = selectors.listed(request.user)
    if wanted.get("month"):
        rows = rows.filter(month=wanted["month"])
    if words := (wanted.get("customer") or "").strip():
        named = Q(organization__name__icontains=words) | Q(organization__short_name__icontains=words)
        rows = rows.filter(named | Q(contract__number__icontains=words))
    found = page(rows, by="month", descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "reports/list.html", {"page": found, "form": form})


@require_safe
@_readers_only
@never_cache
def report(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Show a report in the reader's language."""
    shown = _find(request, pk)
    staff = request.user.is_provider
    given = {
        "report": shown,
        "head": tables.head(shown),
        "tiles": tables.tiles(shown),
        "tables": tables.tables(shown, for_staff=staff),
        "revisions": selectors.revisions_of(shown),
        "files": [(kind, kind.upper(), code, label) for kind in KINDS for code, label in LANGUAGES.items()],
    }
    if request.user.manages and shown.is_current:
        given["recipients"] = selectors.recipients(shown)
    return render(request, "reports/report.html", given)


@require_safe
@_readers_only
@never_cache
def file(request: PersonRequest, pk: int, kind: str) -> HttpResponseBase:
    """Send the report as PDF or workbook, in the language that is asked for, else the reader's."""
    shown = _find(request, pk)
    if kind not in KINDS:
        raise Http404(kind)
    asked = request.GET.get("lang", "")
    language = asked if asked in LANGUAGES else request.LANGUAGE_CODE
    with override(language):
        return _made(shown, kind, for_staff=request.user.is_provider)


def _made(shown: MonthlyReport, kind: str, *, for_staff: bool) -> HttpResponseBase:
    if kind == "pdf":
        content = pdf.render(shown, for_staff=True) if for_staff else pdf.customers_copy(shown, languages.active(), at=now())
        answer = HttpResponse(content, content_type=pdf.CONTENT_TYPE)
        answer.headers["Content-Disposition"] = f'attachment; filename="{_plain(shown.number)}.pdf"'
        return answer
    sheets = [tables.facts(shown), *tables.tables(shown, for_staff=for_staff)]
    return exports.as_xlsx(_plain(shown.number), [(table.title, table.plain_heads, table.plain_rows) for table in sheets])


def _plain(name: str) -> str:
    """Answer a file's name that every system takes."""
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in name)


@require_http_methods(["GET", "POST"])
@manager_required
def make(request: PersonRequest) -> HttpResponseBase:
    """Make a report by hand; one that is there already is shown."""
    form = MakeForm(request.POST if request.method == "POST" else None)
    made: list[MonthlyReport] = []

    def act(**given: Any) -> None:
        made.append(services.make_report(**given, actor=request.user, at=now()))

    if carried_out(form, act):
        return redirect(made[0])
    return render(request, "reports/make.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@manager_required
def correct(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Count a report anew and say why."""
    shown = _find(request, pk)
    form = CorrectForm(request.POST if request.method == "POST" else None)
    made: list[MonthlyReport] = []

    def act(reason: str) -> None:
        made.append(services.correct(shown, reason=reason, actor=request.user, at=now()))

    if carried_out(form, act):
        messages.success(request, _("Counted anew. Look at it, then send it."))
        return redirect(made[0])
    return render(request, "reports/correct.html", {"report": shown, "form": form}, status=422 if form.errors else 200)


@require_POST
@manager_required
def send(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Mail a report to those who get it."""
    shown, form = _find(request, pk), SendForm(request.POST)
    people: list[int] = []

    def act(sendings: int) -> None:
        sent = services.send(shown, sendings=sendings, actor=request.user, at=now())
        people.append(len(selectors.recipients(shown)) if sent else 0)

    carried_out(form, act)
    if form.errors:
        messages.warning(request, " ".join(str(sentence) for sentences in form.errors.values() for sentence in sentences))
    elif people[0]:
        words = ngettext("Sent to %(count)s person.", "Sent to %(count)s people.", people[0]) % {"count": people[0]}
        messages.success(request, words)
    else:
        messages.info(request, _("It has been sent already, or there is nobody to send it to."))
    return redirect(shown)
