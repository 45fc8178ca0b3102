"""Addresses of TMF621, the same for both versions but for what only version 5 has, and of TMF646."""

from __future__ import annotations

from django.urls import path

from tmf.api import appointments, hubs, specifications, tickets
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
    path("appointment/v4/appointment/", appointments.AppointmentsView.as_view()),
    path("appointment/v4/appointment/<str:id>/", appointments.AppointmentView.as_view()),
    path("appointment/v4/appointment/<str:id>/attachment/<int:photo>/", appointments.PictureView.as_view()),
    path("appointment/v4/searchTimeSlot/", appointments.SearchesView.as_view()),
    path("appointment/v4/searchTimeSlot/<str:id>/", appointments.SearchView.as_view()),
    path("appointment/v4/hub/", appointments.HubsView.as_view()),
    path("appointment/v4/hub/<str:id>/", appointments.HubView.as_view()),
    path("appointment/v4/listener/<str:event>/", appointments.ListenerView.as_view()),
]
