"""Escalations of all tickets: those nobody has taken on come first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import provider_required, who
from core.errors import DomainError
from core.pages import BadCursor, Page, page
from core.time import now
from sla.models import Escalation
from tickets import selectors, services
from tickets.forms.desk import EscalationFilter
from tickets.views.desk.back import way_back
from tickets.views.desk.escalated import reached

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User

MANY = 100
"""More than a message names are not taken on at once."""
TOO_LONG = 19
"""Digits that no id has."""


@require_safe
@provider_required
@never_cache
def escalations(request: HttpRequest) -> HttpResponse:
    """Show the levels that were reached and wait for a name; on request those that have one."""
    form = EscalationFilter(request.GET)
    found = _page(request, _found(form.chosen, cast("User", request.user)))
    return render(request, "tickets/desk/escalations.html", {"form": form, "page": found, "rows": reached(found)})


def _found(chosen: dict[str, Any], user: User) -> QuerySet[Escalation]:
    rows = selectors.escalations_for(user)
    if chosen.get("state") != "all":
        rows = rows.filter(acknowledged_at__isnull="state" not in chosen)
    if "office" in chosen:
        rows = rows.filter(clock__commitment__ticket__office=chosen["office"])
    if "mine" in chosen:
        rows = rows.filter(clock__commitment__ticket__assignee=user)
    return rows.select_related(
        "acknowledged_by", "clock__commitment__ticket__organization", "clock__commitment__ticket__assignee",
        "clock__commitment__ticket__office",
    )  # fmt: skip


def _page(request: HttpRequest, rows: QuerySet[Escalation]) -> Page[Escalation]:
    try:
        return page(rows, descending=True, cursor=request.GET.get("cursor", ""))
    except BadCursor as refusal:
        messages.warning(request, str(refusal))
        return page(rows, descending=True)


@require_POST
@provider_required
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one's name to an escalation."""
    rows = Escalation.objects.exclude(clock__commitment__ticket__in=selectors.hidden_from(who(request)).values("ticket"))
    row = get_object_or_404(rows.filter(clock__commitment__ticket__is_canary=False), pk=pk)
    try:
        services.acknowledge(row, actor=cast("User", request.user), at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The escalation carries your name now."))
    return redirect(way_back(request, reverse("tickets:escalations")))


@require_POST
@provider_required
def acknowledge_many(request: HttpRequest) -> HttpResponse:
    """Put one's name to several escalations; what others took on meanwhile stays theirs."""
    wanted = [int(given) for given in request.POST.getlist("escalation")[:MANY] if given.isdecimal() and len(given) < TOO_LONG]
    rows = Escalation.objects.filter(pk__in=wanted, clock__commitment__ticket__isnull=False).order_by("pk")
    taken = services.take_care(rows, actor=cast("User", request.user), at=now())
    said = ngettext("%(count)s escalation carries your name now.", "%(count)s escalations carry your name now.", taken)
    messages.success(request, said % {"count": taken})
    return redirect(way_back(request, reverse("tickets:escalations")))
