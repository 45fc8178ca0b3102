"""Finding people, guarding pages, keeping people in the administration."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from accounts import access, selectors
from accounts.models import Role, User
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.make_world()


# --- The ladder ------------------------------------------------------------------------------------


def lead(office, person):
    office.lead = person
    office.save()


def test_the_ladder_of_an_office(world):
    boss = worlds.make_user(role=Role.MANAGER, office=world.office.parent)
    lead(world.office, world.engineer)
    lead(world.office.parent, boss)
    assert selectors.office_lead(world.office) == world.engineer
    assert selectors.managers(world.office) == [world.manager]
    assert selectors.director() == boss


def test_an_office_without_a_manager_is_watched_by_all(world):
    lonely = worlds.make_office(parent=world.office.parent)
    assert selectors.managers(lonely) == [world.manager]
    assert selectors.managers(None) == [world.manager]


def test_who_left_is_asked_no_more(world):
    lead(world.office, world.engineer)
    lead(world.office.parent, world.engineer)
    User.objects.filter(pk__in=[world.engineer.pk, world.manager.pk]).update(is_active=False)
    office = type(world.office).objects.get(pk=world.office.pk)
    assert selectors.office_lead(office) is None
    assert selectors.managers(office) == []
    assert selectors.director() is None


def test_the_directory_says_the_same_for_all_offices_in_two_queries(world, django_assert_max_num_queries):
    lead(world.office, world.engineer)
    lead(world.office.parent, world.manager)
    worlds.make_office(parent=world.office)
    with django_assert_max_num_queries(3):
        directory = selectors.ladder_directory()
    for office in type(world.office).objects.all():
        ladder = directory[office.pk]
        found = selectors.office_lead(office)
        assert ladder.lead == (found and found.pk)
        assert list(ladder.managers) == [person.pk for person in selectors.managers(office)]
        assert ladder.director == world.manager.pk
    assert directory[None].managers == (world.manager.pk,)


def test_without_offices_there_is_a_ladder_without_rungs():
    assert selectors.ladder_directory() == {None: selectors.Ladder(None, (), None)}


# --- Guards ----------------------------------------------------------------------------------------

ALLOWED = {
    access.provider_required: {"engineer", "dispatcher", "manager", "admin"},
    access.customer_required: {"customer", "supervisor", "stranger"},
    access.dispatcher_required: {"dispatcher", "manager", "admin"},
    access.manager_required: {"manager", "admin"},
    access.login_required: {"engineer", "dispatcher", "manager", "admin", "customer", "supervisor", "stranger"},
}


@pytest.mark.parametrize("guard", ALLOWED)
@pytest.mark.parametrize("role", ["engineer", "dispatcher", "manager", "admin", "customer", "supervisor", "stranger"])
def test_each_guard_lets_its_roles_in_and_tells_the_others_what_to_do(world, guard, role):
    view = guard(lambda _request: HttpResponse("in"))
    request = RequestFactory().get("/")
    request.user = world.person(role)
    if role in ALLOWED[guard]:
        assert view(request).content == b"in"
    else:
        with pytest.raises(PermissionDenied) as refused:
            view(request)
        assert len(str(refused.value)) > 10


@pytest.mark.parametrize("base", [access.ProviderRequired, access.CustomerRequired, access.DispatcherRequired, access.ManagerRequired])
def test_the_mixins_guard_alike(world, base):
    from django.views import View

    class Page(base, View):
        def get(self, request):
            return HttpResponse("in")

    request = RequestFactory().get("/")
    request.user = world.supervisor
    if base is access.CustomerRequired:
        assert Page.as_view()(request).content == b"in"
    else:
        with pytest.raises(PermissionDenied):
            Page.as_view()(request)


# --- Rows --------------------------------------------------------------------------------------------


def test_one_address_is_one_account_whatever_its_case():
    worlds.make_user("wang@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        User(email="WANG@example.com", name="x").save()


def test_offices_are_named_in_the_language_of_the_page(world):
    from django.utils.translation import override

    with override("en"):
        assert str(world.office) == "East China office"
    with override("zh-hans"):
        assert str(world.office) == "华东办事处"


# --- Administration ------------------------------------------------------------------------------------


def test_an_administrator_makes_an_account_and_its_history_names_them(client, world):
    client.force_login(world.admin)
    new = {"email": "Li@Example.com", "name": "李强", "role": "engineer", "usable_password": "true"}
    answer = client.post("/admin/accounts/user/add/", {**new, "password1": worlds.PASSWORD, "password2": worlds.PASSWORD})
    user = User.objects.get(name="李强")
    assert answer.status_code == 302
    assert user.email == "li@example.com"
    assert user.check_password(worlds.PASSWORD)
    assert user.history.last().history_user == world.admin


@pytest.mark.parametrize("model", ["user", "office", "team", "region", "skill", "apitoken"])
@pytest.mark.parametrize("page", ["", "add/"])
def test_the_administrations_pages_open(client, world, model, page):
    client.force_login(world.admin)
    status = client.get(f"/admin/accounts/{model}/{page}").status_code
    assert status == (403 if (model, page) == ("apitoken", "add/") else 200)


def test_the_history_of_an_account_can_be_read_but_never_its_password(client, world):
    client.force_login(world.admin)
    page = client.get(f"/admin/accounts/user/{world.engineer.pk}/history/")
    assert page.status_code == 200
    assert not hasattr(world.engineer.history.first(), "password")


def test_the_administration_revokes_tokens(client, world):
    from accounts import services

    token, _secret = services.issue_token(world.engineer, name="x", scope="read", actor=None, at=worlds.NOON)
    client.force_login(world.admin)
    client.post("/admin/accounts/apitoken/", {"action": "revoke", "_selected_action": [token.pk]})
    token.refresh_from_db()
    assert token.revoked_at
    assert token.history.first().history_user == world.admin
