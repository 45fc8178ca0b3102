"""Addresses of TMF621, the same for both versions but for what only version 5 has."""

from __future__ import annotations

from django.urls import path

from tmf.api import hubs, specifications, tickets
from tmf.shapes import V5, VERSIONS

urlpatterns = [
    *(path(f"troubleTicket/{version}/troubleTicket/", tickets.TicketsView.as_view(spoken=version)) for version in VERSIONS),
    *(path(f"troubleTicket/{version}/troubleTicket/<str:id>/", tickets.TicketView.as_view(spoken=version)) for version in VERSIONS),
    *(
        path(f"troubleTicket/{version}/troubleTicket/<str:id>/attachment/<int:file>/", tickets.FileView.as_view(spoken=version))
        for version in VERSIONS
    ),
    *(path(f"troubleTicket/{version}/hub/", hubs.HubsView.as_view(spoken=version)) for version in VERSIONS),
    *(
        path(f"troubleTicket/{version}/hub/<str:id>/", (hubs.HubV5View if version == V5 else hubs.HubV4View).as_view(spoken=version))
        for version in VERSIONS
    ),
    *(path(f"troubleTicket/{version}/listener/<str:event>/", hubs.ListenerView.as_view(spoken=version)) for version in VERSIONS),
    path("troubleTicket/v5/troubleTicketSpecification/", specifications.SpecificationsView.as_view()),
    path("troubleTicket/v5/troubleTicketSpecification/<str:id>/", specifications.SpecificationView.as_view()),
]
