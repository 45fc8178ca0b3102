"""Where the pages of TMF621 are."""

from django.urls import path

from tmf import views

app_name = "tmf"

urlpatterns = [
    path("tmf/", views.overview, name="list"),
    path("tmf/profiles/new/", views.new, name="new"),
    path("tmf/profiles/<int:pk>/", views.edit, name="edit"),
]
