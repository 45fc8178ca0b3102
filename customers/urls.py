"""Pages about customers."""

from django.urls import path

from customers import views

app_name = "customers"
urlpatterns = [
    path("portal/contracts/", views.contracts, name="contracts"),
    path("contracts/<int:pk>/", views.contract, name="contract"),
    path("contracts/<int:pk>/agreed/", views.agree, name="agree"),
    path("contracts/<int:pk>/agreed/<int:row>/drop/", views.drop, name="drop_agreed"),
    path("heightened/", views.periods, name="periods"),
    path("heightened/new/", views.new_period, name="new_period"),
    path("heightened/<int:pk>/", views.period, name="heightened"),
    path("heightened/<int:pk>/edit/", views.edit_period, name="edit_period"),
    path("heightened/<int:pk>/announce/", views.announce, name="announce_period"),
    path("heightened/<int:pk>/duty/", views.duty, name="duty"),
    path("heightened/<int:pk>/duty/<int:row>/relieve/", views.relieve, name="relieve"),
    path("customers/", views.organizations, name="organizations"),
    path("customers/<int:pk>/", views.organization, name="organization"),
    path("equipment/<int:pk>/", views.equipment, name="equipment"),
    path("equipment/<int:pk>/downtime/", views.take_down, name="take_down"),
    path("equipment/<int:pk>/qr.svg", views.qr_image, name="qr_image"),
    path("e/<slug:qr_id>/", views.label, name="label"),
]
