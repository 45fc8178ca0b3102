"""What was answered to each question of a template, by office, engineer, contract and quarter; and as a file."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import dispatcher_required
from core import exports, periods
from core.time import now
from surveys import selectors
from surveys.charts import quarters as drawn
from surveys.forms import ResultsForm
from surveys.models import SurveyTemplate
from surveys.tables import answers_sheet, results_sheet

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from accounts.access import PersonRequest
    from surveys.selectors import Filters

SHOWN_QUARTERS = 12
GROUPS = ("office", "engineer", "contract")


def _quarters() -> list[tuple[str, str]]:
    first = periods.first_day(periods.QUARTER, timezone.localdate(now()))
    days = [first - relativedelta(months=3 * back) for back in range(SHOWN_QUARTERS)]
    return [(periods.key(periods.QUARTER, day), periods.key(periods.QUARTER, day)) for day in days]


def _day_of(quarter: str) -> date | None:
    return date(int(quarter[:4]), 3 * int(quarter[-1]) - 2, 1) if quarter else None


def _wanted(request: PersonRequest) -> tuple[Filters | None, ResultsForm, dict[str, Any]]:
    """Answer what is asked for; what cannot be read is as if it had not been asked."""
    form = ResultsForm(request.GET, _quarters())
    said: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    template = said.get("template") or SurveyTemplate.objects.filter(versions__published_at__isnull=False).order_by("pk").first()
    if template is None:
        return None, form, {}
    facts = {name: said.get(name) for name in ("engineer", "contract", "organization", "campaign")}
    office, quarter = said.get("office"), said.get("quarter") or ""
    wanted = selectors.Filters(template=template, office=office.pk if office else None, quarter=_day_of(quarter), **facts)
    query = {"template": template.code, "office": wanted.office, "quarter": quarter, **facts}
    kept = {name: value for name, value in query.items() if value}
    return wanted, ResultsForm(kept, _quarters()), kept


@require_safe
@dispatcher_required
def results(request: PersonRequest) -> HttpResponse:
    """Show the results of a template."""
    wanted, form, query = _wanted(request)
    if wanted is None:
        return render(request, "surveys/results.html", {"form": form})
    answers, kept_back = selectors.answers_in(request.user, wanted)
    labels, lines = selectors.trend(answers, wanted.template)
    readable, _kept = selectors.one_by_one(answers)
    words = readable.exclude(words="").select_related("organization", "engineer").order_by("-pk")[:20]
    given = {
        "form": form,
        "template": wanted.template,
        "query": urlencode(query),
        "response": selectors.response(request.user, wanted),
        "count": answers.count(),
        "results": selectors.results(answers, wanted.template),
        "kept_back": kept_back,
        "quarters": drawn(labels, lines),
        "groups": {group: selectors.groups_of(answers, group) for group in GROUPS},
        "words": words,
        "narrowed": _names(request, wanted),
    }
    return render(request, "surveys/results.html", given)


def _names(request: PersonRequest, wanted: Filters) -> str:
    """Name what the results are narrowed to, as far as no field of the page does."""
    hidden = [name for name in ("engineer", "contract", "organization", "campaign") if name in wanted.narrowed]
    said = []
    for name in hidden:
        row = selectors.surveys_for(request.user).filter(**{name: wanted.narrowed[name]}).select_related(name).first()
        said += [str(getattr(row, name))] if row else []
    return " · ".join(said)


@require_safe
@dispatcher_required
def export(request: PersonRequest, kind: str) -> HttpResponseBase:
    """Send the answers, and with a workbook the results, as they are narrowed on the page."""
    wanted, _form, _query = _wanted(request)
    if kind not in exports.FORMATS or wanted is None:
        raise Http404(kind)
    answers, _kept_back = selectors.answers_in(request.user, wanted)
    sheet = answers_sheet(selectors.one_by_one(answers)[0], wanted.template)
    file = f"surveys-{wanted.template.code}-{now():%Y-%m-%d}"
    if kind == "csv":
        return exports.as_csv(file, *sheet[1:])
    return exports.as_xlsx(file, [results_sheet(selectors.results(answers, wanted.template)), sheet])
