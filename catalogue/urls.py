"""Where its pages are."""

from django.urls import path

from catalogue.views import browse, campaigns, managing, requests

app_name = "catalogue"

urlpatterns = [
    path("catalogue/", browse.catalogue, name="list"),
    path("catalogue/manage/", managing.items, name="manage"),
    path("catalogue/manage/new/", managing.new, name="new"),
    path("catalogue/manage/<slug:code>/", managing.edit, name="edit"),
    path("catalogue/manage/<slug:code>/offer/", managing.offer, name="offer"),
    path("catalogue/<slug:code>/", browse.item, name="item"),
    path("catalogue/<slug:code>/terms/", browse.terms, name="terms"),
    path("service-requests/", requests.requests, name="requests"),
    path("service-requests/<int:pk>/", requests.request_page, name="request"),
    path("service-requests/<int:pk>/quote/", requests.quote, name="quote"),
    path("service-requests/<int:pk>/answer/", requests.answer, name="answer"),
    path("service-requests/<int:pk>/override/", requests.override, name="override"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.new, name="new_campaign"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/step/", campaigns.step, name="step"),
    path("campaigns/<int:pk>/refresh/", campaigns.refresh, name="refresh"),
    path("campaigns/<int:pk>/close/", campaigns.close, name="close"),
]
