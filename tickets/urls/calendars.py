"""Addresses of what a calendar's draft would do to tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from tickets.views import calendars

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("calendars/<slug:code>/preview/", calendars.calendar_preview, name="calendar_preview"),
]
