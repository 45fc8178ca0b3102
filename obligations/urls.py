"""Where obligations are."""

from django.urls import path

from obligations import views

app_name = "obligations"

urlpatterns = [
    path("obligations/", views.overview, name="list"),
    path("obligations/kept/", views.kept, name="kept"),
    path("obligations/export/<slug:kind>/", views.export, name="export"),
    path("obligations/<int:pk>/", views.obligation, name="obligation"),
    path("obligations/<int:pk>/meet/", views.meet, name="meet"),
    path("obligations/<int:pk>/waive/", views.waive, name="waive"),
]
