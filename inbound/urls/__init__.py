"""Where the pages of sources are."""

from django.urls import path

from inbound.views import arrivals, sources, tray

app_name = "inbound"

urlpatterns = [
    path("inbound/", sources.overview, name="list"),
    path("inbound/new/<slug:kind>/", sources.new, name="new"),
    path("inbound/tray/", tray.overview, name="tray"),
    path("inbound/tray/<int:pk>/", tray.case, name="case"),
    path("inbound/tray/<int:pk>/dismiss/", tray.dismiss, name="dismiss"),
    path("inbound/<int:pk>/", sources.source, name="source"),
    path("inbound/<int:pk>/edit/", sources.edit, name="edit"),
    path("inbound/<int:pk>/pause/", sources.pause, name="pause"),
    path("inbound/<int:pk>/resume/", sources.resume, name="resume"),
    path("inbound/<int:pk>/rotate/", sources.rotate, name="rotate"),
    path("inbound/<int:pk>/try/", arrivals.rehearse, name="rehearse"),
    path("inbound/<int:pk>/messages/<int:row>/", arrivals.arrival, name="arrival"),
    path("inbound/<int:pk>/messages/<int:row>/again/", arrivals.again, name="again"),
]
