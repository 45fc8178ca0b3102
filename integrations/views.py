"""Webhooks: the endpoints a person looks after, their log, and what can be done about them."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import login_required
from core.errors import DomainError
from core.forms import carried_out
from core.pages import page
from core.time import now
from integrations import selectors, services
from integrations.forms import EndpointForm, LogForm, ReplayForm, RotateForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from accounts.access import PersonRequest
    from integrations.models import WebhookDelivery, WebhookEndpoint

    View = Callable[..., HttpResponseBase]

LOG_SIZE = 25


def _keepers_only(view: View) -> View:
    """Let in who looks after endpoints: managers, and customers' supervisors."""

    @wraps(view)
    @login_required
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not selectors.may_manage(request.user):
            raise PermissionDenied(_("Webhooks are for managers, and for the supervisors of customers."))
        return view(request, *args, **kwargs)

    return guarded


def _find(request: PersonRequest, pk: int) -> WebhookEndpoint:
    return get_object_or_404(selectors.endpoints_for(request.user), pk=pk)


def _find_delivery(request: PersonRequest, pk: int, row: int) -> WebhookDelivery:
    rows = selectors.deliveries_for(request.user, _find(request, pk))
    return get_object_or_404(rows.select_related("ticket", "endpoint"), pk=row)


@require_safe
@_keepers_only
def overview(request: PersonRequest) -> HttpResponseBase:
    """List the endpoints, the newest first."""
    found = page(selectors.listed(request.user), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "integrations/list.html", {"page": found})


@require_http_methods(["GET", "POST"])
@_keepers_only
@never_cache
@sensitive_variables("secret")
def new(request: PersonRequest) -> HttpResponseBase:
    """Make an endpoint and show its secret, this once."""
    form = EndpointForm(request.POST if request.method == "POST" else None, user=request.user)
    made: list[WebhookEndpoint] = []

    def act(organization: Any = None, **given: Any) -> None:
        made.append(services.create_endpoint(organization=organization, **given, actor=request.user, at=now()))

    if carried_out(form, act):
        return _page(request, _find(request, made[0].pk), secret=made[0].secret)
    return render(request, "integrations/form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@_keepers_only
def endpoint(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Show an endpoint with its log."""
    return _page(request, _find(request, pk))


def _page(
    request: PersonRequest,
    shown: WebhookEndpoint,
    *,
    secret: str = "",
    rotate_form: RotateForm | None = None,
    replay_form: ReplayForm | None = None,
) -> HttpResponse:
    chosen = LogForm(request.GET)
    log = page(selectors.log(request.user, shown, chosen.text()), descending=True, cursor=request.GET.get("cursor", ""), size=LOG_SIZE)
    given = {
        "endpoint": shown,
        "page": log,
        "filter": chosen,
        "secret": secret,
        "both_sign": bool(shown.old_secret) and shown.old_secret_until is not None and shown.old_secret_until > now(),
        "rotate_form": rotate_form or RotateForm(),
        "replay_form": replay_form or ReplayForm(),
    }
    wrong = any(form is not None and form.errors for form in (rotate_form, replay_form))
    return render(request, "integrations/endpoint.html", given, status=422 if wrong else 200)


@require_http_methods(["GET", "POST"])
@_keepers_only
def edit(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Change an endpoint."""
    found = _find(request, pk)
    form = EndpointForm(request.POST if request.method == "POST" else None, user=request.user, endpoint=found)

    def act(**given: Any) -> None:
        services.change_endpoint(found, **given, actor=request.user, at=now())

    if carried_out(form, act):
        messages.success(request, _("Saved."))
        return redirect(found)
    return render(request, "integrations/form.html", {"form": form, "endpoint": found}, status=422 if form.errors else 200)


def _done(request: PersonRequest, found: Any, act: Callable[..., object], said: str) -> HttpResponseBase:
    try:
        act(found, actor=request.user, at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(found)


@require_POST
@_keepers_only
def pause(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Keep what happens until it goes on."""
    return _done(request, _find(request, pk), services.pause, _("Paused. What happens meanwhile is kept and sent afterwards, for 30 days."))


@require_POST
@_keepers_only
def resume(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Send again."""
    return _done(request, _find(request, pk), services.resume, _("It goes on."))


@require_POST
@_keepers_only
def test(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Send a message that speaks of no ticket."""
    return _done(request, _find(request, pk), services.send_test, _("A test is on its way; its answer appears in the log within seconds."))


@require_POST
@_keepers_only
@never_cache
@sensitive_variables("secret")
def rotate(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Make a new secret and show it, this once."""
    found, form = _find(request, pk), RotateForm(request.POST)
    made: list[WebhookEndpoint] = []

    def act(overlap_hours: int) -> None:
        made.append(services.rotate(found, overlap_hours=overlap_hours, actor=request.user, at=now()))

    if carried_out(form, act):
        return _page(request, made[0], secret=made[0].secret)
    return _page(request, found, rotate_form=form)


@require_POST
@_keepers_only
def replay_lost(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Send again all that was given up since a time."""
    found, form = _find(request, pk), ReplayForm(request.POST)
    count: list[int] = []

    def act(since: Any) -> None:
        count.append(services.replay_lost(found, since=since, actor=request.user, at=now()))

    if not carried_out(form, act):
        return _page(request, found, replay_form=form)
    said = ngettext("%(count)s delivery is sent again.", "%(count)s deliveries are sent again.", count[0])
    messages.success(request, said % {"count": count[0]})
    return redirect(found)


@require_safe
@_keepers_only
def delivery(request: PersonRequest, pk: int, row: int) -> HttpResponseBase:
    """Show what was sent and what was answered."""
    found = _find_delivery(request, pk, row)
    return render(request, "integrations/delivery.html", {"delivery": found, "endpoint": found.endpoint})


@require_POST
@_keepers_only
def replay(request: PersonRequest, pk: int, row: int) -> HttpResponseBase:
    """Send one again."""
    return _done(request, _find_delivery(request, pk, row), services.replay, _("It is sent again, under the same id."))
