"""Addresses of the portal pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from tickets.views import portal

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("portal/", portal.portal, name="portal"),
    path("portal/report/", portal.report, name="report"),
    path("portal/report/places/", portal.report_places, name="report_places"),
    path("portal/report/terms/", portal.report_terms, name="report_terms"),
    path("tickets/new/", portal.log, name="log"),
    path("tickets/new/places/", portal.log_places, name="log_places"),
    path("tickets/new/terms/", portal.log_terms, name="log_terms"),
]
