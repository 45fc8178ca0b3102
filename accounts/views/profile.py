"""A person's own data and the keys made for their programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts import selectors, services
from accounts.access import login_required
from accounts.forms import ProfileForm, TokenForm
from accounts.languages import remember_language
from core.time import now

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from accounts.models import User


def _page(request: PersonRequest, profile_form: ProfileForm, token_form: TokenForm, *, secret: str = "") -> HttpResponse:
    tokens = selectors.tokens_of(request.user)
    given = {"profile_form": profile_form, "token_form": token_form, "tokens": tokens, "secret": secret, "at": now()}
    wrong = profile_form.errors or token_form.errors
    return render(request, "accounts/profile.html", given, status=422 if wrong else 200)


def _profile_form(user: User) -> ProfileForm:
    # A copy of the row: a form that is refused must not leave its values on the person of the request.
    return ProfileForm(instance=selectors.fresh(user))


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    """Show and correct a person's own data."""
    if request.method == "GET":
        return _page(request, _profile_form(request.user), TokenForm())
    form = ProfileForm(request.POST, instance=selectors.fresh(request.user))
    if not form.is_valid():
        return _page(request, form, TokenForm())
    user = services.change_profile(form.instance, **form.cleaned_data, actor=request.user)
    messages.success(request, _("Your profile was saved."))
    return remember_language(redirect("accounts:profile"), user.language)


@login_required
@never_cache
@require_POST
@sensitive_variables("secret")
def issue_token(request: PersonRequest) -> HttpResponse:
    """Make a key and show its secret, this once."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, _profile_form(request.user), form)
    _token, secret = services.issue_token(request.user, **form.cleaned_data, actor=request.user, at=now())
    return _page(request, _profile_form(request.user), TokenForm(), secret=secret)


@login_required
@never_cache
@require_POST
@sensitive_variables("secret")
def rotate_token(request: PersonRequest, pk: int) -> HttpResponse:
    """Give one of the person's own keys a new secret and show it, this once."""
    token = get_object_or_404(selectors.tokens_of(request.user), pk=pk)
    secret = services.rotate_token(token, actor=request.user, at=now())
    return _page(request, _profile_form(request.user), TokenForm(), secret=secret)


@login_required
@require_POST
def revoke_token(request: PersonRequest, pk: int) -> HttpResponse:
    """Make one of the person's own keys useless."""
    token = get_object_or_404(selectors.tokens_of(request.user), pk=pk)
    services.revoke_token(token, actor=request.user, at=now())
    messages.success(request, _("The token “%(name)s” no longer opens anything.") % {"name": token.name})
    return redirect("accounts:profile")
