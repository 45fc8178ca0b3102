"""Lists of visits: one after another, and a year at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import login_required
from core.pages import page
from core.time import now
from inspections import selectors, services
from inspections.forms import FilterForm
from inspections.models import Status

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from accounts.models import User
    from inspections.models import Inspection

STATES = {
    "open": Q(status__in=[Status.PLANNED, Status.UNDER_WAY]),
    "unsigned": Q(status=Status.DONE, signed_at=None, refusal_reason=""),
    "done": Q(status=Status.DONE),
    "missed": Q(status=Status.MISSED),
    "cancelled": Q(status__in=[Status.CANCELLED, Status.REFUSED]),
    "all": Q(),
}
FIRST_YEAR, LAST_YEAR = 2000, 2100


@require_safe
@login_required
def visits(request: PersonRequest) -> HttpResponse:
    """Show the visits: what is to be done first, in the order of its day."""
    scopes, usual = _scopes(request.user)
    scope = request.GET.get("scope", "")
    scope = scope if scope in scopes else usual
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    show = wanted.get("show") or ("open" if request.user.is_provider else "all")
    found = _scoped(selectors.inspections_for(request.user), request.user, scope).filter(STATES[show])
    if words := wanted.get("find", "").strip():
        found = found.filter(
            Q(organization__name__icontains=words) | Q(organization__short_name__icontains=words) | Q(site__name__icontains=words)
        )
    rows = page(
        selectors.with_people_and_places(found),
        by="planned_on",
        descending=show != "open",
        cursor=request.GET.get("cursor", ""),
    )
    given = {"page": rows, "scopes": scopes, "scope": scope, "show": show, "form": FilterForm({"show": show, "find": words})}
    return render(request, "inspections/list.html", given | {"today": timezone.localdate(now())})


def _scopes(user: User) -> tuple[dict[str, str], str]:
    """Answer whose visits a person can choose between, and the usual one."""
    if not user.is_provider:
        return {}, ""
    if user.office_id is None:
        return {"mine": _("Mine"), "all": _("All offices")}, "all" if user.dispatches else "mine"
    usual = "all" if user.manages else "office" if user.dispatches else "mine"
    return {"mine": _("Mine"), "office": _("My office"), "all": _("All offices")}, usual


def _scoped(found: QuerySet[Inspection], user: User, scope: str) -> QuerySet[Inspection]:
    if scope == "mine":
        return selectors.mine(found, user)
    return found.filter(office=user.office_id) if scope == "office" else found


@require_safe
@login_required
def year(request: PersonRequest) -> HttpResponse:
    """Show what a year owes and holds, a line a plan and a column a quarter."""
    this_year = timezone.localdate(now()).year
    wanted = request.GET.get("year", "")
    shown = int(wanted) if wanted.isdecimal() and FIRST_YEAR <= int(wanted[:5]) <= LAST_YEAR else this_year
    plans = page(selectors.plans_for(request.user), by="pk", cursor=request.GET.get("cursor", ""))
    today = timezone.localdate(now())
    by_plan = selectors.year_of(plans.rows, shown)
    to_come = services.to_come(plans.rows, by_plan, shown, at=now())
    names = [_("1st quarter"), _("2nd quarter"), _("3rd quarter"), _("4th quarter")]
    lines = [
        (plan, list(zip(names, selectors.quarters(by_plan[plan.pk]), to_come[plan.pk], strict=True)), _counted(by_plan[plan.pk]))
        for plan in plans
    ]
    given = {"page": plans, "lines": lines, "names": names, "year": shown, "before": shown - 1, "after": shown + 1, "today": today}
    return render(request, "inspections/year.html", given)


def _counted(visits: list[Inspection]) -> dict[str, int]:
    done = sum(1 for visit in visits if visit.status == Status.DONE)
    return {"done": done, "made": len(visits), "missed": sum(1 for visit in visits if visit.missed_at)}
