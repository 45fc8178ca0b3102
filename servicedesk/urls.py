"""Where everything is."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from servicedesk.health import deep, healthz

PAGES = (
    *("tickets", "visits", "documents", "customers", "inspections", "parts"),
    *("obligations", "knowledge", "loops", "care", "catalogue", "entitlements", "training", "archive", "scoresheets"),
    *("surveys", "reports", "notifications", "sla", "accounts", "status", "integrations", "clients", "transfer", "inbound", "tmf"),
    *("mailroom", "peers"),
)


def _parts() -> list[URLResolver]:
    """Include the pages of each app that has any, and the API."""
    pages = [path("", include(f"{app}.urls")) for app in PAGES if find_spec(app) and find_spec(f"{app}.urls")]
    api = [path("api/", include("servicedesk.api_urls"))] if find_spec("servicedesk.api_urls") else []
    tmf = [path("tmf-api/", include("tmf.api_urls"))]
    return pages + api + tmf


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("healthz/deep", deep, name="healthz_deep"),
    path("admin/", admin.site.urls),
    *_parts(),
]

handler400 = "servicedesk.problems.bad_request"
handler403 = "servicedesk.problems.forbidden"
handler404 = "servicedesk.problems.not_found"
handler500 = "servicedesk.problems.failed"
