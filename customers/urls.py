"""Pages about customers."""

from django.urls import path

from customers import views

app_name = "customers"
urlpatterns = [
    path("portal/contracts/", views.contracts, name="contracts"),
    path("contracts/<int:pk>/", views.contract, name="contract"),
    path("customers/", views.organizations, name="organizations"),
    path("customers/<int:pk>/", views.organization, name="organization"),
    path("equipment/<int:pk>/", views.equipment, name="equipment"),
    path("equipment/<int:pk>/qr.svg", views.qr_image, name="qr_image"),
    path("e/<slug:qr_id>/", views.label, name="label"),
]
