"""Customers, on pages and over REST."""

from tests.access import CUSTOMERS, OWN, PEOPLE, STAFF, Row, own, row


def reading(name: str, thing: str) -> list[Row]:
    """A list that holds what the caller may see, and one row of it."""
    one = f"api/v1/{name}/(?P<pk>[0-9]+)/"
    return [row(f"api/v1/{name}/", let_in=PEOPLE), own(one, f"/api/v1/{name}/{{{thing}.pk}}/")]


ROWS = [
    row("portal/contracts/", let_in=CUSTOMERS),
    own("contracts/<int:pk>/", "/contracts/{contract.pk}/"),
    row("customers/", let_in=STAFF),
    row("customers/<int:pk>/", "/customers/{organization.pk}/", let_in=STAFF),
    own("equipment/<int:pk>/", "/equipment/{equipment.pk}/"),
    own("equipment/<int:pk>/", "/equipment/{other_equipment.pk}/", let_in=STAFF | {"supervisor"}, customer="missing"),
    own("equipment/<int:pk>/qr.svg", "/equipment/{equipment.pk}/qr.svg"),
    own("e/<slug:qr_id>/", "/e/{equipment.qr_id}/"),
    *reading("organizations", "organization"),
    *reading("sites", "site"),
    *reading("equipment", "equipment"),
    *reading("contracts", "contract"),
    own("api/v1/sites/(?P<pk>[0-9]+)/entitlement/", "/api/v1/sites/{site.pk}/entitlement/", let_in=STAFF | OWN),
    own("api/v1/equipment/(?P<pk>[0-9]+)/entitlement/", "/api/v1/equipment/{equipment.pk}/entitlement/"),
]
