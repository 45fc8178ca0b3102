"""The way in and a person's own account."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("accounts.urls.entry")),
    path("", include("accounts.urls.own")),
]
