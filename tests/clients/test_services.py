"""What is done with clients, by whom, and what stays on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from clients import selectors, services
from clients.models import ApiClient
from core.errors import Invalid, NotAllowed, NotNow
from core.time import now
from tests.clients.programs import shows

pytestmark = pytest.mark.django_db
TICKETS = "/api/v1/tickets/"


def test_two_secrets_open_while_one_is_being_changed(make, world):
    program = make()
    _client, fresh = services.rotate(program.client, overlap_hours=24, actor=world.manager, at=now())
    assert program.ask_for_token().status_code == 200
    assert program.ask_for_token(secret=fresh).status_code == 200
    ApiClient.objects.update(old_until=now())
    assert program.ask_for_token().status_code == 401
    assert program.ask_for_token(secret=fresh).status_code == 200


def test_without_an_overlap_the_old_secret_ends_with_all_tokens(make, world):
    program = make()
    client = program.logged_in()
    _client, fresh = services.rotate(program.client, overlap_hours=0, actor=world.manager, at=now())
    assert client.get(TICKETS).status_code == 401
    assert program.ask_for_token().status_code == 401
    assert program.ask_for_token(secret=fresh).status_code == 200


@pytest.mark.parametrize("hours", [-1, 169])
def test_an_overlap_has_bounds(make, world, hours):
    with pytest.raises(Invalid):
        services.rotate(make().client, overlap_hours=hours, actor=world.manager, at=now())


def test_what_is_switched_off_opens_nothing_until_it_is_on_again(make, world):
    program = make()
    client = program.logged_in()
    services.switch(program.client, on=False, actor=world.manager, at=now())
    assert client.get(TICKETS).status_code == 401
    assert program.ask_for_token().status_code == 401
    services.switch(program.client, on=True, actor=world.manager, at=now())
    assert client.get(TICKETS).status_code == 200


def test_a_client_ends_with_its_account(make, world):
    program = make()
    client = program.logged_in()
    world.engineer.is_active = False
    world.engineer.save()
    assert client.get(TICKETS).status_code == 401
    assert program.ask_for_token().status_code == 401


def test_what_is_revoked_stays_so(make, world):
    program = make()
    token = program.token()
    services.revoke(program.client, actor=world.manager, at=now())
    assert Client().get(TICKETS, headers=shows(token)).status_code == 401
    assert program.ask_for_token().status_code == 401
    for act in (
        lambda: services.switch(program.client, on=True, actor=world.manager, at=now()),
        lambda: services.rotate(program.client, overlap_hours=1, actor=world.manager, at=now()),
        lambda: services.change_client(program.client, name="x", scopes=["tickets:read"], rate=1, actor=world.manager, at=now()),
    ):
        with pytest.raises(NotNow):
            act()
    services.revoke(program.client, actor=world.manager, at=now() + timedelta(days=1))
    assert program.client.history.count() == 2


def test_the_record_says_who_did_what_and_when(make, world):
    client, at, who = make().client, now(), {"actor": world.admin}
    services.change_client(client, name="another", scopes=["tickets:read"], rate=1, at=at + timedelta(hours=1), **who)
    services.rotate(client, overlap_hours=1, at=at + timedelta(hours=2), **who)
    services.switch(client, on=False, at=at + timedelta(hours=3), **who)
    services.switch(client, on=True, at=at + timedelta(hours=4), **who)
    services.revoke(client, at=at + timedelta(hours=5), **who)
    lines = list(selectors.record(client))
    assert [[str(deed) for deed in line.deeds] for line in lines] == [
        ["已吊销"],
        ["已启用"],
        ["已停用"],
        ["更换密钥"],
        ["更改名称", "更改权限范围", "更改速率"],
        ["创建"],
    ]
    assert [line.who for line in lines] == [world.admin] * 5 + [world.manager]
    assert [line.at for line in lines][:5] == [at + timedelta(hours=hours) for hours in (5, 4, 3, 2, 1)]


@pytest.mark.parametrize("role", ["customer", "supervisor", "engineer", "dispatcher"])
def test_clients_are_for_managers(make, world, role):
    with pytest.raises(NotAllowed):
        make(actor=world.person(role))
    with pytest.raises(NotAllowed):
        services.revoke(make().client, actor=world.person(role), at=now())
    assert not selectors.clients_for(world.person(role)).exists()


def test_what_administrators_may_is_handed_out_by_administrators(make, world):
    with pytest.raises(Invalid):
        make(user=world.admin)
    high = make(user=world.admin, actor=world.admin).client
    with pytest.raises(NotAllowed):
        services.rotate(high, overlap_hours=0, actor=world.manager, at=now())
    assert list(selectors.clients_for(world.manager)) == []
    assert list(selectors.clients_for(world.admin)) == [high]


@pytest.mark.parametrize(
    "wrong",
    [{"scopes": []}, {"scopes": ["everything"]}, {"scopes": ["tickets:read", "x:write"]}, {"rate": 0}, {"rate": 100_001}, {"name": " "}],
)
def test_what_cannot_be_is_refused(make, wrong):
    with pytest.raises(Invalid):
        make(**wrong)
    assert not ApiClient.objects.exists()


@pytest.mark.parametrize("wrong", [{"rate": 0}, {"old_digest": "x", "old_until": None}])
def test_the_database_refuses_it_too(make, wrong):
    make()
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiClient.objects.update(**wrong)
