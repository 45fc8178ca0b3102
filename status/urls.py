"""Where the desk says how it is."""

from django.urls import path

from status import views

app_name = "status"

urlpatterns = [
    path("status/", views.page, name="page"),
    path("metrics", views.metrics, name="metrics"),
]
