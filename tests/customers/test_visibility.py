"""Who sees what of the customers: on pages, over REST, anywhere."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import get_user_model

from customers import selectors
from customers.models import Contract, Equipment, Organization, Site
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.make_world()


def seen(rows):
    return set(rows.values_list("pk", flat=True))


@pytest.mark.parametrize("role", ["engineer", "dispatcher", "manager", "admin"])
def test_staff_see_every_customer(world, role):
    user = world.person(role)
    assert seen(selectors.organizations_for(user)) == seen(Organization.objects)
    assert seen(selectors.sites_for(user)) == seen(Site.objects)
    assert seen(selectors.equipment_for(user)) == seen(Equipment.objects)
    assert seen(selectors.contracts_for(user)) == seen(Contract.objects)


def test_a_supervisor_sees_the_whole_organization_and_nothing_else(world):
    user = world.supervisor
    worlds.make_contract()
    assert seen(selectors.organizations_for(user)) == {world.organization.pk}
    assert seen(selectors.sites_for(user)) == {world.site.pk, world.other_site.pk}
    assert seen(selectors.equipment_for(user)) == {world.equipment.pk, world.other_equipment.pk}
    assert seen(selectors.contracts_for(user)) == {world.contract.pk}


def test_a_customer_sees_their_sites(world):
    user = world.customer
    assert seen(selectors.organizations_for(user)) == {world.organization.pk}
    assert seen(selectors.sites_for(user)) == {world.site.pk}
    assert seen(selectors.equipment_for(user)) == {world.equipment.pk}


def test_a_customer_sees_the_contracts_that_cover_their_sites(world):
    here = worlds.make_contract(world.organization, equipment=[world.equipment])
    both = worlds.make_contract(world.organization, equipment=[world.equipment, world.other_equipment])
    worlds.make_contract(world.organization, equipment=[world.other_equipment])
    assert seen(selectors.contracts_for(world.customer)) == {world.contract.pk, here.pk, both.pk}


def test_a_customer_without_sites_sees_no_places_and_no_contracts(world):
    user = worlds.make_customer(world.organization)
    assert seen(selectors.sites_for(user)) == set()
    assert seen(selectors.equipment_for(user)) == set()
    assert seen(selectors.contracts_for(user)) == set()


@pytest.mark.parametrize("role", ["customer", "supervisor"])
def test_a_customer_without_an_organization_sees_nothing(world, role):
    user = worlds.make_user(role=role)
    for rows in (selectors.organizations_for, selectors.sites_for, selectors.equipment_for, selectors.contracts_for):
        assert seen(rows(user)) == set()


# --- Over REST ---------------------------------------------------------------------------------------------


def addresses(world):
    return {
        "organizations": (world.organization, "code"),
        "sites": (world.site, "name"),
        "equipment": (world.equipment, "qr_id"),
        "contracts": (world.contract, "number"),
    }


@pytest.mark.parametrize("what", ["organizations", "sites", "equipment", "contracts"])
@pytest.mark.parametrize(
    ("role", "status"), [("engineer", 200), ("customer", 200), ("supervisor", 200), ("stranger", 404), ("anonymous", 401)]
)
def test_a_strangers_row_is_not_found(client, world, what, role, status):
    row, _field = addresses(world)[what]
    if role != "anonymous":
        client.force_login(world.person(role))
    answer = client.get(f"/api/v1/{what}/{row.pk}/")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("application/json" if status == 200 else "application/problem+json")


@pytest.mark.parametrize("what", ["organizations", "sites", "equipment", "contracts"])
def test_a_list_holds_only_ones_own_rows(client, world, what):
    row, field = addresses(world)[what]
    client.force_login(world.supervisor)
    own = client.get(f"/api/v1/{what}/").json()["results"]
    client.force_login(world.stranger)
    strangers = client.get(f"/api/v1/{what}/").json()["results"]
    assert getattr(row, field) in [item[field] for item in own]
    assert not {item["id"] for item in own} & {item["id"] for item in strangers}


@pytest.mark.parametrize("what", ["organizations", "sites", "equipment", "contracts"])
def test_a_list_costs_the_same_however_long(client, world, what, django_assert_max_num_queries):
    for _i in range(12):
        equipment = worlds.make_equipment(world.site)
        worlds.make_site(world.organization, region=world.region)
        worlds.make_contract(world.organization, equipment=[equipment])
    client.force_login(world.engineer)
    client.get(f"/api/v1/{what}/")
    with django_assert_max_num_queries(5):  # session, person, rows, and what contracts cover
        answer = client.get(f"/api/v1/{what}/")
    assert answer.status_code == 200


@pytest.mark.parametrize("what", ["organizations", "sites", "equipment", "contracts"])
@pytest.mark.parametrize("method", ["put", "delete"])
def test_nothing_is_put_in_the_place_of_another_or_removed_over_rest(client, world, what, method):
    client.force_login(world.admin)
    row, _field = addresses(world)[what]
    assert getattr(client, method)(f"/api/v1/{what}/{row.pk}/", {}, content_type="application/json").status_code == 405


def test_a_contract_names_only_equipment_the_caller_may_see(client, world):
    contract = worlds.make_contract(world.organization, equipment=[world.equipment, world.other_equipment])
    client.force_login(world.customer)
    found = client.get(f"/api/v1/contracts/{contract.pk}/").json()
    assert found["equipment"] == [world.equipment.pk]
    assert found["covers_all"] is False
    assert client.get(f"/api/v1/contracts/{world.contract.pk}/").json()["covers_all"] is True


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("organization={organization}", True),
        ("site={site}", True),
        ("serial_number=SN-0001", True),
        ("organization=999999", False),
        ("kind=hardware", False),
    ],
)
def test_equipment_is_filtered(client, world, query, found):
    client.force_login(world.customer)
    given = query.format(organization=world.organization.pk, site=world.site.pk)
    assert bool(client.get(f"/api/v1/equipment/?{given}").json()["results"]) == found


def test_a_filter_that_makes_no_sense_is_a_problem_that_names_it(client, world):
    client.force_login(world.customer)
    answer = client.get("/api/v1/equipment/?organization=abc")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/organization"


def test_a_cursor_that_makes_no_sense_is_a_problem_that_names_it(client, world):
    client.force_login(world.customer)
    answer = client.get("/api/v1/equipment/?cursor=nonsense")
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_cursor"
    assert answer.json()["errors"][0]["pointer"] == "/cursor"


@pytest.mark.parametrize("what", ["sites", "equipment"])
def test_the_entitlement_of_today(client, world, what):
    client.force_login(world.customer)
    row, _field = addresses(world)[what]
    found = client.get(f"/api/v1/{what}/{row.pk}/entitlement/").json()
    assert found["contract"] == world.contract.number
    assert found["plan"] == world.contract.plan.code
    assert found["office"] == world.office.code
    assert found["free_until"] == str(date(2027, 5, 31))
    client.force_login(world.stranger)
    assert client.get(f"/api/v1/{what}/{row.pk}/entitlement/").status_code == 404


def test_the_newest_stands_first_and_pages_follow(client, world):
    for _i in range(3):
        worlds.make_equipment(world.site)
    client.force_login(world.customer)
    first = client.get("/api/v1/equipment/?page_size=2").json()
    second = client.get(first["next"]).json()
    ids = [item["id"] for item in first["results"] + second["results"]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 4
    assert second["next"] is None


def test_the_world_has_one_person_of_each_role(world):
    assert get_user_model().objects.values("role").distinct().count() == 6
