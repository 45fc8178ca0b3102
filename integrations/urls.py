"""Where webhooks are."""

from django.urls import path

from integrations import views

app_name = "integrations"

urlpatterns = [
    path("webhooks/", views.overview, name="list"),
    path("webhooks/new/", views.new, name="new"),
    path("webhooks/<int:pk>/", views.endpoint, name="endpoint"),
    path("webhooks/<int:pk>/edit/", views.edit, name="edit"),
    path("webhooks/<int:pk>/pause/", views.pause, name="pause"),
    path("webhooks/<int:pk>/resume/", views.resume, name="resume"),
    path("webhooks/<int:pk>/test/", views.test, name="test"),
    path("webhooks/<int:pk>/rotate/", views.rotate, name="rotate"),
    path("webhooks/<int:pk>/replay/", views.replay_lost, name="replay_lost"),
    path("webhooks/<int:pk>/deliveries/<int:row>/", views.delivery, name="delivery"),
    path("webhooks/<int:pk>/deliveries/<int:row>/replay/", views.replay, name="replay"),
]
