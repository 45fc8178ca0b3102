"""Campaigns: who is chosen is shown before anything is sent, and how far it is while workers send it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import dispatcher_required, manager_required
from core.errors import DomainError
from core.forms import carried_out
from core.pages import page
from core.time import now
from surveys import selectors, services
from surveys.forms import CampaignForm
from surveys.models import SurveyCampaign
from surveys.views.shared import form_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest

SHOWN = 30


@require_safe
@dispatcher_required
def campaigns(request: PersonRequest) -> HttpResponse:
    """Show the campaigns."""
    found = page(selectors.campaigns(), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "surveys/campaigns.html", {"page": found})


@require_http_methods(["GET", "POST"])
@manager_required
def new(request: PersonRequest) -> HttpResponse:
    """Write a campaign."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@manager_required
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a campaign that has not begun."""
    return _form(request, get_object_or_404(SurveyCampaign, pk=pk, state=SurveyCampaign.State.DRAFT))


def _form(request: PersonRequest, row: SurveyCampaign | None) -> HttpResponse:
    form, saved = CampaignForm(request.POST or None, instance=row), []

    def save(**given: Any) -> None:
        saved.append(services.save_campaign(row, actor=request.user, at=now(), **given))

    if carried_out(form, save):
        return redirect(saved[0])
    back = row.get_absolute_url() if row else reverse("surveys:campaigns")
    title = str(row) if row else _("New campaign")
    return form_page(request, form, title, back=back, back_label=_("Campaigns"), button=_("Save and see who is chosen"))


@require_safe
@dispatcher_required
def campaign(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a campaign: whom it will reach, or how far it is and what came back."""
    row = get_object_or_404(selectors.campaigns(), pk=pk)
    given: dict[str, object] = {"campaign": row}
    if row.state == SurveyCampaign.State.DRAFT:
        given |= _chosen(row)
    else:
        sent = selectors.with_everything(selectors.surveys_for(request.user).filter(campaign=row))
        given["page"] = page(sent, descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "surveys/campaign.html", given)


def _chosen(row: SurveyCampaign) -> dict[str, object]:
    people = selectors.campaign_people(row, timezone.localdate(now()))
    total, shown = people.count(), list(people[:SHOWN])
    return {"total": total, "people": services.foreseen(row, shown, at=now()), "more": total - len(shown)}


STEPS = {
    "start": (services.start_campaign, gettext_lazy("The campaign is being sent.")),
    "stop": (services.stop_campaign, gettext_lazy("Nothing more is sent.")),
}


@require_POST
@manager_required
def step(request: PersonRequest, pk: int, step: str) -> HttpResponse:
    """Start a campaign, or stop it."""
    if step not in STEPS:
        raise Http404(step)
    row = get_object_or_404(SurveyCampaign, pk=pk)
    act, sentence = STEPS[step]
    try:
        act(row, actor=request.user, at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(sentence))
    return redirect(row)
