"""Addresses of the ticket pages."""

from tickets.urls import calendars, dashboard, desk, portal, why

app_name = "tickets"
urlpatterns = [*portal.urlpatterns, *desk.urlpatterns, *dashboard.urlpatterns, *why.urlpatterns, *calendars.urlpatterns]
