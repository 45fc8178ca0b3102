"""Where its pages are."""

from __future__ import annotations

from django.urls import path

from loops.views import pages

app_name = "loops"

urlpatterns = [
    path("complaints/", pages.overview, name="list"),
    path("complaints/new/", pages.new, name="new"),
    path("complaints/<str:number>/", pages.loop, name="loop"),
    path("complaints/<str:number>/do/<slug:step>/", pages.act, name="act"),
    path("complaints/<str:number>/opinions/<int:pk>/", pages.answer, name="answer"),
]
