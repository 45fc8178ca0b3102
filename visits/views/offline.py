"""Without network: the service worker, what it shows where nothing is kept, and the key that what waited is sent with."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import provider_required

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.access import PersonRequest

ASSETS = (
    "ui/app.css", "css/desk.css", "css/visits.css", "ui/app.js", "ui/icons.svg", "img/logo.svg",
    "js/shell.js", "js/clocks.js", "js/visits.js", "js/visits-queue.js",
)  # fmt: skip
"""What the pages that are kept are drawn with."""


@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """Answer the service worker, from the root so that it may keep pages below it; it changes with what it keeps."""
    kept = {"assets": [static(name) for name in ASSETS], "offline": reverse("visits:offline"), "login": reverse("account_login")}
    version = sha256(json.dumps(kept).encode()).hexdigest()[:12]
    said = json.dumps({**kept, "version": version, "logout": reverse("account_logout")})
    body = f'self.KEPT = {said};\nimportScripts("{static("js/visits-worker.js")}");\n'
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers={"Service-Worker-Allowed": "/"})


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Say that this page was not kept; it says nothing of anybody."""
    return render(request, "visits/offline.html")


@require_safe
@never_cache
@provider_required
def token(request: PersonRequest) -> JsonResponse:
    """Answer who is logged in, and a fresh key against forged requests: what waited may be older than the last login."""
    return JsonResponse({"person": request.user.pk, "csrf": get_token(request)})
