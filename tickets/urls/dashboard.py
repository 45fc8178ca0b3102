"""Addresses of the dashboard pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from tickets.views import dashboard

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/tables/<slug:name>.<slug:kind>", dashboard.export, name="figures_export"),
    path("dashboard/tickets/", dashboard.behind, name="figures_tickets"),
    path("dashboard/tickets.<slug:kind>", dashboard.export_behind, name="figures_tickets_export"),
]
