"""Where the inbox is."""

from django.urls import path

from notifications import views

app_name = "notifications"

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/bell/", views.bell, name="bell"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/<int:pk>/read/", views.read, name="read"),
    path("inbox/<int:pk>/open/", views.follow, name="open"),
    path("inbox/quiet/", views.quiet_hours, name="quiet_hours"),
    path("inbox/outbox/", views.outbox, name="outbox"),
    path("inbox/outbox/resend/", views.resend_all, name="resend_all"),
    path("inbox/outbox/<int:pk>/resend/", views.resend, name="resend"),
]
