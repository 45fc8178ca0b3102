"""Addresses of the pages that explain clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from tickets.views import why

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("tickets/<str:number>/clocks/<int:pk>/", why.clock, name="clock"),
]
