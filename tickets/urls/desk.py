"""Addresses of the desk pages, and those of a ticket that staff and customers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path, re_path

from tickets.views import errand
from tickets.views.desk import audits, escalations, people, queue, rehearsals, shared, workspace

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("queue/", queue.queue, name="queue"),
    path("queue/next/", queue.take_next, name="take_next"),
    path("queue/assign/", queue.assign_many, name="assign_many"),
    path("queue/views/", queue.save_view, name="save_view"),
    path("queue/views/<int:pk>/forget/", queue.forget_view, name="forget_view"),
    path("queue/people/", people.people, name="people"),
    path("tickets/<str:number>/", shared.ticket, name="ticket"),
    path("tickets/<str:number>/moves/<slug:name>/", shared.move, name="move"),
    path("tickets/<str:number>/files/<int:pk>/", shared.attachment, name="attachment"),
    path("tickets/<str:number>/history/", workspace.history, name="history"),
    path("tickets/<str:number>/presence/", workspace.presence, name="presence"),
    path("audits/", audits.audits, name="audits"),
    path("audits/<str:day>/", audits.audit, name="audit"),
    path("rehearsals/", rehearsals.rehearsals, name="rehearsals"),
    path("rehearsals/new/", rehearsals.new_rehearsal, name="new_rehearsal"),
    path("rehearsals/<int:pk>/", rehearsals.rehearsal, name="rehearsal"),
    path("rehearsals/<int:pk>/progress/", rehearsals.rehearsal_progress, name="rehearsal_progress"),
    path("rehearsals/<int:pk>/cancel/", rehearsals.cancel_rehearsal, name="cancel_rehearsal"),
    path("rehearsals/<int:pk>/tickets.<slug:kind>", rehearsals.export_rehearsal, name="export_rehearsal"),
    path("escalations/", escalations.escalations, name="escalations"),
    path("escalations/acknowledge/", escalations.acknowledge_many, name="acknowledge_many"),
    path("escalations/<int:pk>/acknowledge/", escalations.acknowledge, name="acknowledge"),
    re_path(r"^take/(?P<token>[A-Za-z0-9._-]{1,200})/$", errand.errand, name="errand"),
]
