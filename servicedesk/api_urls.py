"""Addresses of the REST interface; everything below /api/ answers JSON."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.routers import SimpleRouter

from servicedesk.conditional import conditional
from servicedesk.problems import not_found

PARTS = (
    *("tickets", "visits", "customers", "inspections", "parts", "surveys"),
    *("obligations", "knowledge", "loops", "care", "catalogue", "entitlements", "training", "archive", "scoresheets"),
    *("integrations", "mailroom", "transfer", "inbound", "documents"),
)

router = SimpleRouter()
for part in PARTS:
    if find_spec(f"{part}.api_urls"):
        for prefix, view, name in import_module(f"{part}.api_urls").router.registry:
            router.register(prefix, conditional(view), name)

OPEN = {"permission_classes": [AllowAny], "authentication_classes": []}
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("inbound.urls.programs")),
    path("v1/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(**OPEN), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema", **OPEN), name="api-docs"),
    re_path(r"^.*$", not_found),
]
