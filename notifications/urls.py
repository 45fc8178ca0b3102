"""Where the inbox is."""

from django.urls import path

from notifications import chat_views, views

app_name = "notifications"

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/bell/", views.bell, name="bell"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/<int:pk>/read/", views.read, name="read"),
    path("inbox/<int:pk>/open/", views.follow, name="open"),
    path("inbox/quiet/", views.quiet_hours, name="quiet_hours"),
    path("inbox/chats/", chat_views.overview, name="channels"),
    path("inbox/chats/new/", chat_views.new, name="new_channel"),
    path("inbox/chats/<int:pk>/", chat_views.channel, name="channel"),
    path("inbox/chats/<int:pk>/test/", chat_views.test, name="test_channel"),
    path("inbox/chats/<int:pk>/pause/", chat_views.pause, name="pause_channel"),
    path("inbox/chats/<int:pk>/remove/", chat_views.remove, name="remove_channel"),
    path("inbox/outbox/", views.outbox, name="outbox"),
    path("inbox/outbox/resend/", views.resend_all, name="resend_all"),
    path("inbox/outbox/<int:pk>/resend/", views.resend, name="resend"),
]
