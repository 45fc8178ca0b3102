"""Lists: sessions, what is owed, certificates."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import login_required, provider_required
from core.pages import page
from core.time import now
from documents import services as documents
from documents.models import LANGUAGES
from training import charts, selectors
from training.forms import CertificatesFilter, OwedFilter, SessionsFilter
from training.models import REMIND_DAYS
from training.views.shared import as_file

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.forms import Form
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from accounts.access import PersonRequest
    from obligations.models import Obligation
    from training.models import Certificate


def _wanted(form: Form) -> dict[str, Any]:
    return form.cleaned_data if form.is_valid() else {}


@require_safe
@login_required
def sessions(request: PersonRequest) -> HttpResponse:
    """Show the sessions a person may see: those to come first, the others by choice."""
    form = SessionsFilter(request.GET)
    wanted = _wanted(form)
    show = wanted.get("show") or "coming"
    office = wanted.get("office")
    rows = selectors.searched(
        selectors.sessions_for(request.user), now(),
        show=show, kind=wanted.get("kind", ""), office=office.pk if office else None, find=wanted.get("find", ""),
    )  # fmt: skip
    found = page(
        selectors.with_places(rows), by="starts_at", descending=show not in {"coming", "unfinished"}, cursor=request.GET.get("cursor", "")
    )
    shown = SessionsFilter({**request.GET.dict(), "show": show})
    return render(request, "training/list.html", {"page": found, "form": shown, "now": now()})


@require_safe
@provider_required
def owed(request: PersonRequest) -> HttpResponse:
    """Show which trainings contracts owe: late, not planned, planned, held; by office as a chart."""
    at, form = now(), OwedFilter(request.GET)
    rows = _owed(selectors.obligations_for(request.user), _wanted(form))
    lines = charts.lines(selectors.summed_by_office(rows, at))
    listed: Any = selectors.with_state(rows, at)
    if state := _wanted(form).get("state"):
        listed = listed.filter(state=state)
    found = page(listed, by="due_at", descending=True, cursor=request.GET.get("cursor", ""))
    given = {"page": found, "form": form, "lines": lines, "chart": charts.by_office(lines), "heads": charts.heads()}
    return render(request, "training/owed.html", given)


def _owed(rows: QuerySet[Obligation], wanted: dict[str, Any]) -> QuerySet[Obligation]:
    if wanted.get("office"):
        rows = rows.filter(office=wanted["office"])
    if words := wanted.get("find", "").strip():
        rows = rows.filter(
            Q(organization__name__icontains=words) | Q(organization__short_name__icontains=words) | Q(contract__number__icontains=words)
        )
    return rows


@require_safe
@login_required
def certificates(request: PersonRequest) -> HttpResponse:
    """Show certificates: staff all, supervisors their organization's, everybody their own."""
    form = CertificatesFilter(request.GET)
    rows = _certified(selectors.certificates_for(request.user), _wanted(form))
    rows = rows.select_related("session__course", "organization", "document")
    found = page(rows, descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "training/certificates.html", {"page": found, "form": form, "today": timezone.localdate(now())})


def _certified(rows: QuerySet[Certificate], wanted: dict[str, Any]) -> QuerySet[Certificate]:
    today = timezone.localdate(now())
    soon = today + timedelta(days=max(REMIND_DAYS))
    shown = {
        "valid": Q(valid_until__gte=today) | Q(valid_until=None),
        "ending": Q(valid_until__gte=today, valid_until__lte=soon),
        "ended": Q(valid_until__lt=today),
    }
    if show := wanted.get("show"):
        rows = rows.filter(shown[show])
    if words := wanted.get("find", "").strip():
        named = Q(session__course__name__icontains=words) | Q(session__course__name_en__icontains=words)
        rows = rows.filter(named | Q(name__icontains=words) | Q(number__icontains=words) | Q(organization__name__icontains=words))
    return rows


@require_safe
@login_required
def certificate_file(request: PersonRequest, pk: int, language: str) -> HttpResponseBase:
    """Send the stored PDF of a certificate a person may see: their own, though the documents of their colleagues are not theirs to see."""
    row = get_object_or_404(selectors.certificates_for(request.user).select_related("document"), pk=pk)
    if language not in LANGUAGES:
        raise Http404(language)
    made = documents.made_file(row.document, language, at=now())
    return as_file(made.file, f"{row.number}-{language}.pdf", "application/pdf")
