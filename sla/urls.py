"""Pages about service plans and the calendars they count in."""

from django.urls import path

from sla import views
from sla.calendars import views as calendars

app_name = "sla"
urlpatterns = [
    path("plans/", views.plans, name="plans"),
    path("plans/<slug:code>/", views.plan, name="plan"),
    path("plans/<slug:code>/changes/", views.changes, name="changes"),
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/feed/<str:token>.ics", calendars.feed, name="calendar_feed"),
    path("calendars/<slug:code>/", calendars.calendar, name="calendar"),
    path("calendars/<slug:code>/days.<slug:ending>", calendars.export, name="calendar_export"),
    path("calendars/<slug:code>/draft/", calendars.draft, name="calendar_draft"),
    path("calendars/<slug:code>/draft/week/", calendars.edit_week, name="calendar_week"),
    path("calendars/<slug:code>/draft/days/", calendars.edit_days, name="calendar_days"),
    path("calendars/<slug:code>/draft/import/", calendars.import_file, name="calendar_import"),
    path("calendars/<slug:code>/draft/discard/", calendars.discard, name="calendar_discard"),
]
