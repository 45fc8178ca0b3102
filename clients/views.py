"""Clients of the REST interface: what managers see of them and do with them, and where programs fetch tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from oauth2_provider import views as library

from accounts.access import manager_required
from clients import scopes, selectors, services
from clients.forms import ClientForm, RotateForm
from core.errors import DomainError
from core.forms import carried_out
from core.pages import page
from core.time import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from accounts.access import PersonRequest
    from clients.models import ApiClient


def _find(request: PersonRequest, pk: int) -> ApiClient:
    found: ApiClient = get_object_or_404(selectors.clients_for(request.user), pk=pk)
    return found


@require_safe
@manager_required
def overview(request: PersonRequest) -> HttpResponse:
    """List the clients, the newest first."""
    found = page(selectors.clients_for(request.user), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "clients/list.html", {"page": found})


@require_http_methods(["GET", "POST"])
@manager_required
@never_cache
@sensitive_variables("secret", "made")
def new(request: PersonRequest) -> HttpResponse:
    """Make a client and show its secret, this once."""
    form = ClientForm(request.POST if request.method == "POST" else None, user=request.user)
    made: list[tuple[ApiClient, str]] = []

    def act(account: Any, **given: Any) -> None:
        made.append(services.create_client(user=account, **given, actor=request.user, at=now()))

    if carried_out(form, act):
        row, secret = made[0]
        return _page(request, _find(request, row.pk), secret=secret)
    return render(request, "clients/form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@manager_required
def client(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a client with its record."""
    return _page(request, _find(request, pk))


def _page(request: PersonRequest, shown: ApiClient, *, secret: str = "", rotate_form: RotateForm | None = None) -> HttpResponse:
    at, words = now(), dict(scopes.choices())
    given = {
        "client": shown,
        "secret": secret,
        "both_hold": shown.both_hold(at),
        "living_tokens": selectors.living_tokens(shown, at),
        "scopes": [(scope, words[scope]) for scope in scopes.in_order(shown.scopes)],
        "record": list(selectors.record(shown)),
        "rotate_form": rotate_form or RotateForm(),
    }
    return render(request, "clients/client.html", given, status=422 if rotate_form and rotate_form.errors else 200)


@require_http_methods(["GET", "POST"])
@manager_required
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change what a client is called and what it may."""
    found = _find(request, pk)
    form = ClientForm(request.POST if request.method == "POST" else None, user=request.user, shown=found)

    def act(**given: Any) -> None:
        services.change_client(found, **given, actor=request.user, at=now())

    if carried_out(form, act):
        messages.success(request, _("Saved."))
        return redirect(found)
    return render(request, "clients/form.html", {"form": form, "client": found}, status=422 if form.errors else 200)


def _done(request: PersonRequest, found: ApiClient, act: Callable[..., object], said: str, **given: Any) -> HttpResponse:
    try:
        act(found, **given, actor=request.user, at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(found)


@require_POST
@manager_required
def switch_off(request: PersonRequest, pk: int) -> HttpResponse:
    """Let a client in no more, for a while."""
    return _done(request, _find(request, pk), services.switch, _("Switched off: it is refused until you switch it on."), on=False)


@require_POST
@manager_required
def switch_on(request: PersonRequest, pk: int) -> HttpResponse:
    """Let a client in again."""
    return _done(request, _find(request, pk), services.switch, _("Switched on."), on=True)


@require_POST
@manager_required
def revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """End a client for good."""
    return _done(request, _find(request, pk), services.revoke, _("Revoked: neither its secret nor its tokens open anything."))


@require_POST
@manager_required
@never_cache
@sensitive_variables("secret", "made")
def rotate(request: PersonRequest, pk: int) -> HttpResponse:
    """Make a new secret and show it, this once."""
    found, form = _find(request, pk), RotateForm(request.POST)
    made: list[tuple[ApiClient, str]] = []

    def act(overlap_hours: int) -> None:
        made.append(services.rotate(found, overlap_hours=overlap_hours, actor=request.user, at=now()))

    if carried_out(form, act):
        row, secret = made[0]
        return _page(request, row, secret=secret)
    return _page(request, found, rotate_form=form)


class Token(library.TokenView):
    """Where a client fetches a token (RFC 6749, section 4.4)."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a token; of the library's other ways to one there is none here."""
        answer: HttpResponse = self.authorization_flow_token_response(request)
        return answer


class Revocation(library.RevokeTokenView):
    """Where a client gives a token back (RFC 7009)."""
