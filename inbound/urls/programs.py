"""Addresses under /api/ that sources send to."""

from django.urls import path

from inbound.api import senders as api

urlpatterns = [
    path("inbound/<slug:key>/", api.take, name="inbound-take"),
    path("tickets.json/", api.osticket_json, name="inbound-osticket"),
    path("tickets.xml/", api.osticket_xml, name="inbound-osticket-xml"),
]
