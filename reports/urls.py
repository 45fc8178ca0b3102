"""Where monthly reports are."""

from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("reports/", views.overview, name="list"),
    path("reports/make/", views.make, name="make"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/report.<slug:kind>", views.file, name="file"),
    path("reports/<int:pk>/send/", views.send, name="send"),
    path("reports/<int:pk>/correct/", views.correct, name="correct"),
]
