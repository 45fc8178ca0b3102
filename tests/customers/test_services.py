"""Changes to customers: checked, signed, on record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.errors import Invalid
from customers import selectors, services
from customers.models import Equipment
from tests import worlds

pytestmark = pytest.mark.django_db
LATER = worlds.NOON + timedelta(hours=1)


@pytest.fixture
def world():
    return worlds.make_world()


def test_who_and_when_stand_in_the_history(world):
    site = services.update_site(world.site, actor=world.manager, at=LATER, address="新址")
    line = site.history.first()
    assert (line.history_user, line.history_date, line.address) == (world.manager, LATER, "新址")
    assert site.history.last().history_user is None


def test_what_a_contract_covers_stands_in_the_history_too(world):
    contract = services.update_contract(world.contract, actor=world.manager, at=LATER, equipment=[world.equipment])
    newest, *_older = contract.history.all()
    assert [row.equipment for row in newest.equipment.all()] == [world.equipment]
    assert newest.history_user == world.manager


def test_whose_sites_a_person_sees_stands_in_the_history_too(world):
    membership = services.update_membership(world.customer.membership, sites=[world.other_site], actor=world.admin, at=LATER)
    newest = membership.history.first()
    assert [row.site for row in newest.sites.all()] == [world.other_site]
    assert (newest.history_user, newest.history_date) == (world.admin, LATER)


def test_each_equipment_has_a_label_of_its_own(world):
    labels = set(Equipment.objects.values_list("qr_id", flat=True))
    assert len(labels) == Equipment.objects.count()
    assert all(len(label) == 10 and not set(label) & set("01ILO") for label in labels)


DONE = {"actor": None, "at": LATER}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param(lambda w: services.create_organization(code=w.organization.code, name="x", **DONE), "code", id="code taken"),
        pytest.param(lambda w: services.update_organization(w.organization, name="", **DONE), "name", id="no name"),
        pytest.param(lambda w: services.create_site(w.organization, name=w.site.name, region=w.region, **DONE), "", id="twice"),
        pytest.param(lambda w: services.update_site(w.site, organization=theirs().organization, **DONE), "organization", id="given away"),
        pytest.param(lambda w: services.create_equipment(w.site, name="x", kind="boat", **DONE), "kind", id="unknown kind"),
        pytest.param(lambda w: services.update_equipment(w.equipment, site=theirs(), **DONE), "site", id="moved to others"),
        pytest.param(lambda w: services.update_contract(w.contract, equipment=[not_ours()], **DONE), "equipment", id="others' equipment"),
        pytest.param(
            lambda w: services.update_contract(w.contract, organization=theirs().organization, **DONE), "organization", id="resold"
        ),
        pytest.param(lambda w: services.update_contract(w.contract, ends_on=date(2020, 1, 1), **DONE), "", id="ends before it begins"),
        pytest.param(lambda w: services.create_membership(w.engineer, w.organization, **DONE), "user", id="staff"),
        pytest.param(lambda w: services.create_membership(w.customer, w.organization, **DONE), "user", id="a second place"),
        pytest.param(lambda w: services.update_membership(w.customer.membership, sites=[theirs()], **DONE), "sites", id="others' site"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_about_the_field(world, change, field):
    with pytest.raises(Invalid) as refused:
        change(world)
    assert refused.value.field == field
    assert str(refused.value)


def theirs():
    return worlds.make_site()


def not_ours():
    return worlds.make_equipment(theirs())


def test_equipment_moves_between_sites_of_its_customer(world):
    moved = services.update_equipment(world.equipment, site=world.other_site, actor=world.engineer, at=LATER)
    assert moved.site == world.other_site
    (step,) = selectors.equipment_changes(moved)
    assert step["who"] == world.engineer
    assert [(str(change["old"]), str(change["new"])) for change in step["changes"]] == [(str(world.site.pk), str(world.other_site.pk))]
