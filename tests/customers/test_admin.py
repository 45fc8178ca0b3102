"""Customers in the administration: it keeps the rules that the services keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from customers.models import Contract, Site
from tests import worlds

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client: Client) -> worlds.World:
    world = worlds.make_world()
    client.force_login(world.admin)
    return world


def other_site(world: worlds.World) -> Site:
    site = Site.objects.exclude(organization=world.organization).first()
    assert site is not None
    return site


def test_a_contract_covers_nothing_of_another_customer(client: Client, world: worlds.World) -> None:
    stranger = worlds.make_equipment(other_site(world))
    contract = world.contract
    given = {
        "organization": contract.organization_id,
        "number": contract.number,
        "name": contract.name,
        "plan": contract.plan_id,
        "accepted_on": contract.accepted_on,
        "warranty_months": 12,
        "free_service_months": 12,
    }
    address = reverse("admin:customers_contract_change", args=[contract.pk])
    refused = client.post(address, {**given, "equipment": [stranger.pk]})
    assert refused.status_code == 200
    assert "合同只能覆盖签约单位自己的设备。" in refused.content.decode()
    assert client.post(address, {**given, "equipment": [world.equipment.pk]}).status_code == 302
    assert list(Contract.objects.get(pk=contract.pk).equipment.all()) == [world.equipment]


def test_a_site_stays_with_its_customer(client: Client, world: worlds.World) -> None:
    address = reverse("admin:customers_site_change", args=[world.site.pk])
    given = {"organization": other_site(world).organization_id, "name": world.site.name, "region": world.site.region_id}
    assert client.post(address, given).status_code == 200
    world.site.refresh_from_db()
    assert world.site.organization == world.organization


def test_equipment_moves_only_between_sites_of_its_customer(client: Client, world: worlds.World) -> None:
    address = reverse("admin:customers_equipment_change", args=[world.equipment.pk])
    given = {"site": other_site(world).pk, "kind": world.equipment.kind, "name": "x"}
    assert client.post(address, given).status_code == 200
    world.equipment.refresh_from_db()
    assert world.equipment.site == world.site
