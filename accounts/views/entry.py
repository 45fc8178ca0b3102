"""Where a person lands, and in which language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts import services
from accounts.access import login_required
from accounts.languages import is_offered, remember_language
from core.navigation import links

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the first page of the person's own work."""
    own = links(request)
    return redirect(own[0].url if own else "accounts:profile")


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages, and of the person if there is one."""
    code = request.POST.get("language", "")
    answer = HttpResponseRedirect(_way_back(request))
    if not is_offered(code):
        return answer
    if request.user.is_authenticated:
        services.choose_language(request.user, code)
    return remember_language(answer, code)
