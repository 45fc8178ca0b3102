"""Where visits are."""

from django.urls import path

from visits.views import mine, visit

app_name = "visits"

urlpatterns = [
    path("visits/mine/", mine.mine, name="mine"),
    path("visits/<int:pk>/", visit.visit, name="visit"),
]
