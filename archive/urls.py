"""Where its pages are."""

from django.urls import path

from archive import views

app_name = "archive"
urlpatterns = [
    path("archive/", views.find, name="find"),
    path("archive/exports/", views.exports, name="exports"),
    path("archive/exports/<int:pk>/", views.export, name="export"),
    path("archive/exports/<int:pk>/progress/", views.progress, name="progress"),
    path("archive/exports/<int:pk>/file/", views.file, name="file"),
    path("archive/<slug:of>/<int:pk>/", views.timeline, name="timeline"),
    path("archive/<slug:of>/<int:pk>/latest/", views.latest, name="latest"),
    path("archive/<slug:of>/<int:pk>/export/", views.new_export, name="new_export"),
]
