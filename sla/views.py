"""Service plans to read and to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from accounts.access import login_required, provider_required
from core.time import now
from sla import sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from accounts.models import User
    from sla.models import Plan, PlanVersion


@require_safe
@provider_required
def plans(request: PersonRequest) -> HttpResponse:
    """List the service plans and the calendars they count in."""
    at = now()
    return render(request, "sla/plans.html", {"plans": sheet.plans(at), "calendars": sheet.calendars(at)})


@require_safe
@login_required
def plan(request: PersonRequest, code: str) -> HttpResponse:
    """Show what a plan promises: the version that holds, or ?version= another one."""
    at = now()
    found = get_object_or_404(_seen_by(request.user), code=code)
    versions = list(sheet.versions_of(found))
    version = _chosen(versions, request.GET.get("version", ""), at)
    given = {"plan": found, "versions": versions, "sheet": sheet.sheet(versions, version, at) if version else None}
    return render(request, "sla/plan.html", given)


@require_safe
@login_required
def changes(request: PersonRequest, code: str) -> HttpResponse:
    """Show what a version says otherwise than another: ?to= beside ?from=, by default the one in force and the one before."""
    at = now()
    found = get_object_or_404(_seen_by(request.user), code=code)
    versions = list(sheet.versions_of(found))
    after = _chosen(versions, request.GET.get("to", ""), at)
    if not request.GET.get("to") and not request.GET.get("from") and _before(versions, after) is None:
        after = versions[0] if versions else None  # nothing came before the one in force: what is coming is of interest
    before = _chosen(versions, request.GET["from"], at) if request.GET.get("from") else _before(versions, after)
    given: dict[str, Any] = {"plan": found, "versions": versions, "before": before, "after": after}
    if before and after:
        given["changes"] = sheet.compare(before, after, at, with_ladder=request.user.is_provider)
    return render(request, "sla/changes.html", given)


def _before(versions: Sequence[PlanVersion], version: PlanVersion | None) -> PlanVersion | None:
    """Answer the version that a version followed; the newest stands first."""
    return next((other for other in versions if version is not None and other.number < version.number), None)


def _seen_by(user: User) -> QuerySet[Plan]:
    """Ask whoever knows the contracts which plans a person may read; this app does not know who has signed what."""
    rows: QuerySet[Plan] = import_string(settings.PLANS_SEEN_BY)(user)
    return rows


def _chosen(versions: Sequence[PlanVersion], number: str, at: datetime) -> PlanVersion | None:
    if not number:
        return sheet.in_force(versions, at)
    chosen = next((version for version in versions if str(version.number) == number), None)
    if chosen is None:
        raise Http404
    return chosen
