"""Sheets of assessment as text, tried before they are saved, and the contracts that are scored by them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import manager_required
from core import periods
from core.errors import DomainError
from core.forms import carried_out, refuse
from core.time import now
from scoresheets import engine, selectors, services
from scoresheets.forms import AgreementForm, EndForm, SheetForm
from scoresheets.models import Agreement, Sheet
from tickets.figures.period import DAY

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.http import HttpResponse

    from accounts.access import PersonRequest


@require_safe
@manager_required
def sheets(request: PersonRequest) -> HttpResponse:
    """List the sheets and who is scored by them."""
    return render(request, "scoresheets/sheets.html", {"sheets": selectors.sheets(), "agreements": selectors.agreements()})


@require_http_methods(["GET", "POST"])
@manager_required
def new_sheet(request: PersonRequest) -> HttpResponse:
    """Write a sheet, beginning with the one that ships."""
    text = (services.SHIPPED / "standard.yaml").read_text(encoding="utf-8").replace("code: standard", "code: own-sheet", 1)
    return _editor(request, None, text)


@require_http_methods(["GET", "POST"])
@manager_required
def sheet(request: PersonRequest, code: str) -> HttpResponse:
    """Write the next version of a sheet."""
    row = get_object_or_404(Sheet, code=code)
    version = row.versions.first()
    return _editor(request, row, version.text if version else "")


def _editor(request: PersonRequest, row: Sheet | None, text: str) -> HttpResponse:
    form = SheetForm(request.POST or None, initial={"content": text})
    given: dict[str, Any] = {"form": form, "sheet": row, "versions": row.versions.select_related("created_by") if row else []}
    if form.is_valid():
        try:
            if "preview" in request.POST:
                given |= _preview(form.cleaned_data, now())
            else:
                version = services.save_sheet(form.cleaned_data["content"], actor=request.user, at=now(), of=row)
                messages.success(request, _("Version %(number)s holds for what is filled from now on.") % {"number": version.number})
                return redirect(version.sheet)
        except DomainError as refusal:
            refuse(form, refusal)
    return render(request, "scoresheets/sheet.html", given, status=422 if form.errors else 200)


def _preview(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Answer what the text would come to for the last period of a contract; nothing is stored."""
    definition, contract = services.checked(given["content"]), given["contract"]
    if contract is None:
        return {"definition": definition}
    first = _last_period(definition.every, timezone.localdate(at))
    lines = services.preview(definition, contract, first)
    score = engine.score(definition.total, [line.counted for line in lines])
    return {"definition": definition, "tried": lines, "score": score, "period": periods.key(definition.every, first), "contract": contract}


def _last_period(every: str, today: date) -> date:
    return periods.first_day(every, periods.first_day(every, today) - DAY)


@require_http_methods(["GET", "POST"])
@manager_required
def agree(request: PersonRequest) -> HttpResponse:
    """Have a contract scored by a sheet."""
    form = AgreementForm(request.POST or None)
    if carried_out(form, partial(services.agree, actor=request.user, at=now())):
        messages.success(request, _("The contract is scored by this sheet from now on."))
        return redirect("scoresheets:sheets")
    return _form(request, form, _("Score a contract"))


@require_http_methods(["GET", "POST"])
@manager_required
def end(request: PersonRequest, pk: int) -> HttpResponse:
    """Score a contract no more."""
    row = get_object_or_404(Agreement.objects.select_related("contract", "sheet"), pk=pk)
    form = EndForm(request.POST or None)
    if carried_out(form, partial(services.end_agreement, row, actor=request.user, at=now())):
        messages.success(request, _("Periods that begin after that day are not scored."))
        return redirect("scoresheets:sheets")
    return _form(request, form, _("Stop scoring %(what)s") % {"what": row})


def _form(request: PersonRequest, form: AgreementForm | EndForm, title: str) -> HttpResponse:
    return render(request, "scoresheets/form.html", {"form": form, "title": title}, status=422 if form.errors else 200)
