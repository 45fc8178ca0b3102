"""Where connections to peer helpdesks are."""

from django.urls import path

from peers import views

app_name = "peers"

urlpatterns = [
    path("peers/", views.overview, name="list"),
    path("peers/new/", views.new, name="new"),
    path("peers/<int:pk>/", views.connection, name="connection"),
    path("peers/<int:pk>/edit/", views.edit, name="edit"),
    path("peers/<int:pk>/pause/", views.pause, name="pause"),
    path("peers/<int:pk>/resume/", views.resume, name="resume"),
    path("peers/<int:pk>/hook/", views.hook, name="hook"),
    path("peers/<int:pk>/compare/", views.compare, name="compare"),
    path("peers/<int:pk>/mappings/", views.mappings, name="mappings"),
    path("peers/<int:pk>/try/", views.dry_run, name="try"),
    path("peers/<int:pk>/tickets/", views.links, name="links"),
    path("peers/<int:pk>/log/", views.log, name="log"),
    path("peers/<int:pk>/conflicts/", views.conflicts, name="conflicts"),
    path("peers/<int:pk>/differences/", views.differences, name="differences"),
    path("peers/<int:pk>/differences/<int:row>/mend/", views.mend, name="mend"),
    path("peers/<int:pk>/tickets/<int:row>/retry/", views.retry, name="retry"),
    path("peers/<int:pk>/tickets/<int:row>/skip/", views.skip, name="skip"),
    path("peers/send/<str:number>/", views.send, name="send"),
    path("peers/hooks/<uuid:hook>/", views.nudge, name="nudge"),
    path("peers/hooks/<uuid:hook>/<str:token>/", views.told, name="told"),
    path("peers/hooks/<uuid:hook>/<str:token>/<path:event>", views.told, name="told-event"),
]
