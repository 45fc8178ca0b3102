"""Where clients are, and where they fetch tokens."""

from django.urls import path

from clients import views

app_name = "clients"

urlpatterns = [
    path("clients/", views.overview, name="list"),
    path("clients/new/", views.new, name="new"),
    path("clients/<int:pk>/", views.client, name="client"),
    path("clients/<int:pk>/edit/", views.edit, name="edit"),
    path("clients/<int:pk>/off/", views.switch_off, name="off"),
    path("clients/<int:pk>/on/", views.switch_on, name="on"),
    path("clients/<int:pk>/rotate/", views.rotate, name="rotate"),
    path("clients/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("oauth/token/", views.Token.as_view(), name="token"),
    path("oauth/revoke/", views.Revocation.as_view(), name="revoke_token"),
]
