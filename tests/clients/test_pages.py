"""The pages of clients: what is shown once, what is asked for, and what nobody else sees."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.secrets import PREFIX
from clients.models import ApiClient
from core.time import now
from tests.clients.programs import Program

GIVEN = {"name": "对方服务台", "account": "", "rate": 120, "scopes": ["tickets:read", "tickets:write"]}


def url(name, *args):
    return reverse(f"clients:{name}", args=args)


@pytest.fixture
def as_manager(client, world):
    client.force_login(world.manager)
    return client


@pytest.fixture
def given(world):
    return {**GIVEN, "account": world.engineer.email.upper()}


def secret_on(page):
    assert "no-store" in page.headers["Cache-Control"]
    return re.search(rf"{PREFIX}[\w-]{{20,}}", page.content.decode()).group()


def test_the_secret_is_shown_once_when_it_is_made_and_when_it_is_changed(as_manager, given, world):
    secret = secret_on(as_manager.post(url("new"), given))
    made = ApiClient.objects.get()
    assert (made.user, made.created_by, made.rate, made.scopes) == (world.engineer, world.manager, 120, GIVEN["scopes"])
    assert Program(made, secret).ask_for_token().status_code == 200
    page = as_manager.get(url("client", made.pk)).content.decode()
    assert secret not in page
    assert made.client_id in page
    changed = secret_on(as_manager.post(url("rotate", made.pk), {"overlap_hours": 24}))
    assert changed != secret
    assert Program(made, changed).ask_for_token().status_code == 200
    assert as_manager.post(url("rotate", made.pk), {"overlap_hours": 500}).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"account": "nobody@example.com"}, "account"),
        ({"account": "no address"}, "account"),
        ({"name": ""}, "name"),
        ({"rate": 0}, "rate"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(as_manager, given, wrong, field):
    page = as_manager.post(url("new"), {**given, **wrong})
    assert page.status_code == 422
    assert page.context["form"].errors[field]
    assert not ApiClient.objects.exists()


def test_a_manager_chooses_no_administrator(as_manager, given, world):
    page = as_manager.post(url("new"), {**given, "account": world.admin.email})
    assert page.context["form"].errors["account"]
    as_manager.force_login(world.admin)
    assert as_manager.post(url("new"), {**given, "account": world.admin.email}).status_code == 200


def test_it_is_changed_switched_off_and_on_and_revoked(as_manager, make, world):
    row = make().client
    page = as_manager.post(url("edit", row.pk), {"name": "改名", "rate": 5, "scopes": ["visits:read"]}, follow=True)
    assert "改名" in page.content.decode()
    assert 'name="account"' not in as_manager.get(url("edit", row.pk)).content.decode()
    as_manager.post(url("off", row.pk))
    row.refresh_from_db()
    assert (row.name, row.rate, row.scopes, row.is_enabled) == ("改名", 5, ["visits:read"], False)
    as_manager.post(url("on", row.pk))
    page = as_manager.post(url("revoke", row.pk), follow=True).content.decode()
    row.refresh_from_db()
    assert (row.is_enabled, row.revoked_at is not None) == (True, True)
    assert url("rotate", row.pk) not in page
    assert url("edit", row.pk) not in page
    refused = as_manager.post(url("on", row.pk), follow=True).content.decode()
    assert "已吊销" in refused


def test_the_list_says_whose_it_is_and_when_it_was_used(as_manager, make, world, django_assert_max_num_queries):
    assert "还没有" in as_manager.get(url("list")).content.decode()
    for user in (world.supervisor, world.engineer, world.dispatcher):
        make(user=user)
    ApiClient.objects.filter(user=world.engineer).update(last_used_at=now())
    with django_assert_max_num_queries(6):
        page = as_manager.get(url("list")).content.decode()
    assert str(world.organization) in page
    assert page.count("尚未使用") == 2


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_speak_both_languages(as_manager, make, world, language):
    row = make().client
    world.manager.language = language
    world.manager.save()
    as_manager.cookies["django_language"] = language
    for address in (url("list"), url("new"), url("client", row.pk), url("edit", row.pk)):
        page = as_manager.get(address).content.decode()
        assert ("API clients" in page) == (language == "en")
        assert ("API 客户端" in page) == (language != "en")


def test_the_administration_reads_clients_and_shows_nothing_that_opens(client, make, world):
    row = make().client
    client.force_login(world.admin)
    assert "oauth2_provider" not in client.get("/admin/").content.decode()
    page = client.get("/admin/clients/apiclient/").content.decode()
    assert row.client_id in page
    page = client.get(f"/admin/clients/apiclient/{row.pk}/change/").content.decode()
    assert row.digest not in page
    assert client.get("/admin/clients/apiclient/add/").status_code == 403
