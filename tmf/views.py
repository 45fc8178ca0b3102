"""TMF621 as managers see it: how accounts speak, and what other helpdesks pushed to us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import manager_required
from core.forms import carried_out
from core.pages import page
from core.time import now
from tmf import selectors, services
from tmf.forms import ProfileForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from tmf.models import Profile

LOG_SIZE = 25


@require_safe
@manager_required
def overview(request: PersonRequest) -> HttpResponse:
    """List the profiles, and the newest of what was pushed to us."""
    profiles = page(selectors.profiles_for(request.user), descending=True, cursor=request.GET.get("cursor", ""))
    received = selectors.received_for(request.user).defer("body").order_by("-id")[:LOG_SIZE]
    hubs = selectors.hubs_for(request.user).order_by("-id")[:LOG_SIZE]
    return render(request, "tmf/list.html", {"page": profiles, "received": received, "hubs": hubs})


@require_http_methods(["GET", "POST"])
@manager_required
def new(request: PersonRequest) -> HttpResponse:
    """Say how an account speaks."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@manager_required
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change how an account speaks."""
    return _form(request, get_object_or_404(selectors.profiles_for(request.user), pk=pk))


def _form(request: PersonRequest, profile: Profile | None) -> HttpResponse:
    form = ProfileForm(request.POST if request.method == "POST" else None, profile=profile, user=request.user)

    def act(account: Any = None, **given: Any) -> None:
        services.save_profile(profile.account if profile else account, **given, actor=request.user, at=now())

    if carried_out(form, act):
        messages.success(request, _("Saved."))
        return redirect("tmf:list")
    return render(request, "tmf/form.html", {"form": form, "profile": profile}, status=422 if form.errors else 200)
