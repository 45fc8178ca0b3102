"""Upgrade campaigns: how far everything is, and steps with chosen equipment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import dispatcher_required, login_required
from catalogue import selectors, services
from catalogue.forms import CampaignFilter, ReleaseForm, StepForm
from catalogue.models import State
from core.errors import DomainError, Invalid
from core.forms import refuse
from core.pages import PAGE_SIZE, page
from core.time import now

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from catalogue.models import Campaign, CampaignItem

SHOWN = 200
"""Equipment that the preview of a release lists."""


@require_safe
@login_required
def campaigns(request: PersonRequest) -> HttpResponse:
    """Show the campaigns with how far each is: staff all, customers those that concern them."""
    found = page(selectors.campaigns_for(request.user), descending=True, cursor=request.GET.get("cursor", ""))
    counts = selectors.counts_of([row.pk for row in found], selectors.items_for(request.user))
    rows = [(row, counts[row.pk], sum(counts[row.pk].values()), selectors.open_of(counts[row.pk])) for row in found]
    return render(request, "catalogue/campaigns.html", {"page": found, "rows": rows})


def _campaign_or_404(request: PersonRequest, pk: int) -> Campaign:
    return get_object_or_404(selectors.campaigns_for(request.user), pk=pk)


@require_safe
@login_required
def campaign(request: PersonRequest, pk: int) -> HttpResponse:
    """Show how far a campaign is, and its equipment."""
    return _page(request, _campaign_or_404(request, pk), StepForm(ours=request.user.is_provider))


def _page(request: PersonRequest, row: Campaign, form: StepForm, chosen: list[int] | None = None) -> HttpResponse:
    """Show the campaign; ``chosen``: what a step was refused for, so that it is there to be sent again wherever in the list it stands."""
    mine = selectors.items_for(request.user).filter(campaign=row)
    narrow = CampaignFilter(request.GET)
    shown = mine.filter(pk__in=chosen) if chosen else _narrowed(mine, narrow)
    found = page(selectors.with_equipment(shown), cursor=request.GET.get("cursor", ""), size=max(PAGE_SIZE, len(chosen or ())))
    counts = selectors.counts_of([row.pk], mine)[row.pk]
    given = {
        "campaign": row,
        "release": row.release,
        "page": found,
        "filter": narrow,
        "form": form,
        "chosen": set(request.POST.getlist("items")),
        "counts": [(State(state).label, number, state) for state, number in counts.items()],
        "open": selectors.open_of(counts),
        "organizations": selectors.by_organization(row, mine) if request.user.is_provider else (),
        "chart": _chart(counts),
        "today": timezone.localdate(now()),
    }
    return render(request, "catalogue/campaign.html", given, status=422 if form.errors else 200)


def _narrowed(rows: QuerySet[CampaignItem], form: CampaignFilter) -> QuerySet[CampaignItem]:
    wanted = form.cleaned_data if form.is_valid() else {}
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    if words := wanted.get("find", "").strip():
        named = Q(equipment__name__icontains=words) | Q(equipment__site__name__icontains=words) | Q(equipment__serial_number__iexact=words)
        rows = rows.filter(named | Q(organization__name__icontains=words) | Q(organization__short_name__icontains=words))
    return rows


def _chart(counts: dict[str, int]) -> dict[str, Any]:
    labels = [str(State(state).label) for state in counts]
    return {"labels": labels, "series": [{"name": _("Equipment"), "values": list(counts.values())}]}


@require_POST
@login_required
def step(request: PersonRequest, pk: int) -> HttpResponse:
    """Do one step with the chosen equipment, all or none."""
    row = _campaign_or_404(request, pk)
    form = StepForm(request.POST, ours=request.user.is_provider)
    keys = [int(key) for key in request.POST.getlist("items") if key.isascii() and key.isdecimal() and len(key) < 19]  # noqa: PLR2004
    items = list(selectors.items_for(request.user).filter(campaign=row, pk__in=keys))
    if form.is_valid():
        try:
            done = services.STEPS[form.cleaned_data["step"]](items, form.cleaned_data, {"actor": request.user, "at": now()})
        except DomainError as refusal:
            refuse(form, _about(refusal))
        else:
            number = len(done)
            said = ngettext("%(number)s equipment is up to date.", "%(number)s equipment are up to date.", number) % {"number": number}
            messages.success(request, said)
            return redirect(row)
    return _page(request, row, form, [item.pk for item in items])


def _about(refusal: DomainError) -> DomainError:
    """Answer the refusal with the name its field has in this form."""
    names = {"risk": "text", "on": "day", "wanted_on": "day"}
    return Invalid(refusal.sentence, field=names.get(refusal.field, refusal.field))


@require_http_methods(["GET", "POST"])
@dispatcher_required
def new(request: PersonRequest) -> HttpResponse:
    """Enter a release; what it concerns is looked at before the campaign begins."""
    form = ReleaseForm(request.POST if request.method == "POST" else None, initial={"published_on": timezone.localdate(now())})
    found = None
    if form.is_valid():
        if "open" in request.POST:
            try:
                made = services.open_campaign(form.draft(), actor=request.user, at=now())
            except DomainError as refusal:
                refuse(form, refusal)
            else:
                messages.success(request, _("The campaign has begun; its equipment waits to be assessed."))
                return redirect(made)
        found = selectors.concerning(form.draft().release())
    given = {"form": form, "found": found, "shown": (found or [])[:SHOWN]}
    return render(request, "catalogue/new_campaign.html", given, status=422 if form.errors else 200)


@require_POST
@dispatcher_required
def refresh(request: PersonRequest, pk: int) -> HttpResponse:
    """Take in equipment that the release concerns by now."""
    row = _campaign_or_404(request, pk)
    try:
        number = services.refresh(row, actor=request.user, at=now())
        messages.success(
            request, ngettext("%(number)s equipment was added.", "%(number)s equipment were added.", number) % {"number": number}
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(row)


@require_POST
@dispatcher_required
def close(request: PersonRequest, pk: int) -> HttpResponse:
    """End a campaign in which nothing is left to do."""
    row = _campaign_or_404(request, pk)
    try:
        services.close_campaign(row, actor=request.user, at=now())
        messages.success(request, _("The campaign is closed."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(row)
