"""Chats and phones: a person's own, and for managers those of teams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import login_required
from core.errors import DomainError
from core.forms import carried_out
from core.pages import page
from core.time import now
from notifications import chat, selectors, services
from notifications.forms import ChannelForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from notifications.models import ChatChannel

LOG = 20


def _find(request: PersonRequest, pk: int) -> ChatChannel:
    found: ChatChannel = get_object_or_404(selectors.channels_for(request.user), pk=pk)
    return found


@require_safe
@login_required
def overview(request: PersonRequest) -> HttpResponse:
    """List the channels, the newest first."""
    found = page(selectors.channels_for(request.user), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "notifications/channels.html", {"page": found, "kinds": chat.KINDS})


@sensitive_post_parameters("url")
@require_http_methods(["GET", "POST"])
@login_required
@never_cache
@sensitive_variables()
def new(request: PersonRequest) -> HttpResponse:
    """Make a channel."""
    form = ChannelForm(request.POST if request.method == "POST" else None, user=request.user)
    made: list[ChatChannel] = []

    def act(**given: Any) -> None:
        made.append(services.make_channel(**given, actor=request.user, at=now()))

    if carried_out(form, act):
        messages.success(request, _("Saved. Send a test: from then on it is told."))
        return redirect(made[0])
    return render(request, "notifications/channel.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_post_parameters("url")
@require_http_methods(["GET", "POST"])
@login_required
@never_cache
@sensitive_variables()
def channel(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a channel with what it was told, and change it."""
    found = _find(request, pk)
    form = ChannelForm(request.POST if request.method == "POST" else None, user=request.user, shown=found)

    def act(**given: Any) -> None:
        services.change_channel(found, **given, actor=request.user, at=now())

    if carried_out(form, act):
        messages.success(request, _("Saved."))
        return redirect(found)
    log = found.deliveries.select_related("message").order_by("-id")[:LOG]
    given = {"form": form, "channel": found, "kind": chat.KINDS.get(found.kind, found.kind), "log": log}
    return render(request, "notifications/channel.html", given, status=422 if form.errors else 200)


def _done(request: PersonRequest, act: Callable[[], object], said: str, back: Any) -> HttpResponse:
    try:
        act()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(back)


@require_POST
@login_required
def test(request: PersonRequest, pk: int) -> HttpResponse:
    """Send a test now."""
    found = _find(request, pk)
    said = _("The test has arrived. From now on it is told.")
    return _done(request, lambda: services.try_channel(found, actor=request.user, at=now()), said, found)


@require_POST
@login_required
def pause(request: PersonRequest, pk: int) -> HttpResponse:
    """Tell it nothing until a test is sent again."""
    found = _find(request, pk)
    said = _("Paused. Send a test to go on.")
    return _done(request, lambda: services.pause_channel(found, actor=request.user, at=now()), said, found)


@require_POST
@login_required
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Remove a channel."""
    found = _find(request, pk)
    return _done(request, lambda: services.remove_channel(found, actor=request.user, at=now()), _("Removed."), "notifications:channels")
