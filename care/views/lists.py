"""The list of calls, what is owed and done, and how far a quarter's inquiries are; for customers the calls made to them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import login_required, provider_required
from care import charts, selectors
from care.forms import ListForm, MonthForm, QuarterForm, this_quarter
from care.models import OPEN, Status
from core import periods
from core.pages import page
from core.time import now

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from accounts.models import User
    from care.models import Call

SHOWN_MONTHS = 6


@require_safe
@login_required
def overview(request: PersonRequest) -> HttpResponse:
    """Show the calls to make, or those that were made; a customer sees those that were made to them."""
    if request.user.is_customer:
        return _customers_own(request)
    at, form = now(), ListForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    state, whose = wanted.get("state") or "open", wanted.get("whose") or "all"
    rows = _narrowed(_in_state(selectors.calls_for(request.user), state, at), request.user, wanted, whose)
    by = {"by": "next_at"} if state == "open" else {"by": "due_at"} if state in ("late", "not_reached") else {"descending": True}
    found = page(selectors.with_people_and_places(rows), cursor=request.GET.get("cursor", ""), **by)
    shown = ListForm({**request.GET.dict(), "state": state, "whose": whose})
    return render(request, "care/list.html", {"page": found, "form": shown, "state": state, "at": at})


def _in_state(rows: QuerySet[Call], state: str, at: datetime) -> QuerySet[Call]:
    if state == "late":
        return rows.filter(status__in=OPEN, due_at__lt=at)
    return rows.filter(status=Status.WAITING if state == "open" else state)


def _narrowed(rows: QuerySet[Call], user: User, wanted: dict[str, Any], whose: str) -> QuerySet[Call]:
    if whose == "mine":
        rows = rows.filter(Q(person=user) | Q(claimed_by=user) | Q(ended_by=user))
    elif whose == "office":
        rows = rows.filter(office=user.office_id)
    return rows.filter(**{name: wanted[name] for name in ("kind", "office", "outcome") if wanted.get(name)})


def _customers_own(request: PersonRequest) -> HttpResponse:
    rows = selectors.with_people_and_places(selectors.calls_for(request.user))
    return render(request, "care/mine.html", {"page": page(rows, descending=True, cursor=request.GET.get("cursor", ""))})


@require_safe
@provider_required
def figures(request: PersonRequest) -> HttpResponse:
    """Show what is owed, done and late, month by month, by kind, office and person."""
    at, form = now(), MonthForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    first = _first_month(wanted.get("since") or "", timezone.localdate(at))
    midnight = datetime(first.year, first.month, 1, tzinfo=timezone.get_current_timezone())
    rows = selectors.calls_for(request.user).filter(due_at__gte=midnight, due_at__lt=midnight + relativedelta(months=SHOWN_MONTHS))
    rows = rows.filter(**{name: wanted[name] for name in ("kind", "office") if wanted.get(name)})
    by_month = selectors.months(rows, at)
    given = {
        "form": MonthForm({**request.GET.dict(), "since": f"{first:%Y-%m}"}),
        "figures": selectors.figures(rows, at),
        "by_month": by_month,
        "chart": charts.months(by_month),
        "groups": [(group, selectors.figures_by(rows, group, at)) for group in ("kind", "office", "person")],
    }
    return render(request, "care/figures.html", given)


def _first_month(said: str, today: date) -> date:
    if said:
        return date(int(said[:4]), int(said[5:]), 1)
    return today.replace(day=1) - relativedelta(months=SHOWN_MONTHS - 2)


@require_safe
@provider_required
def coverage(request: PersonRequest) -> HttpResponse:
    """Show how far a quarter's inquiries are, by region, contract and person."""
    at, form = now(), QuarterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    period = wanted.get("period") or this_quarter()
    scope = {"call__office": wanted["office"]} if wanted.get("office") else {}
    first = date(int(period[:4]), int(period[-1]) * 3 - 2, 1)
    weeks = selectors.asked_by_week(period, first, periods.last_day(periods.QUARTER, first), **scope)
    groups = [(group, selectors.covered(period, group, at, **scope)) for group in ("region", "contract", "person")]
    given = {
        "form": QuarterForm({**request.GET.dict(), "period": period}),
        "period": period,
        "weeks": weeks,
        "chart": charts.weeks(weeks, timezone.localdate(at)),
        "groups": groups,
        "total": {name: sum(getattr(row, name) for row in groups[0][1]) for name in ("owed", "done", "late", "spared", "feedback")},
        "before": _beside(first, -1),
        "after": _beside(first, 93),
    }
    return render(request, "care/coverage.html", given)


def _beside(first: date, days: int) -> str:
    return periods.key(periods.QUARTER, first + timedelta(days=days))
