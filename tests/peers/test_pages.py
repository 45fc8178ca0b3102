"""The pages: what is typed, what is never shown, what only an administrator allows, what others do not see."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from standardwebhooks import Webhook

from core.errors import DomainError
from core.time import now
from peers import sealing, services
from peers.errors import SecretUnreadable
from peers.models import Connection, Link, Outgoing
from tests import worlds
from tests.access.peers import GIVEN
from tests.worlds import make_ticket

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"peers:{name}", args=args)


@pytest.fixture
def as_manager(client, world):
    client.force_login(world.manager)
    return client


@pytest.fixture
def account(world):
    return worlds.make_user("peer@example.com", role="dispatcher", office=world.office)


def test_a_connection_is_made_and_its_secret_is_nowhere_to_be_read(as_manager, account):
    page = as_manager.post(url("new"), {**GIVEN, "account": account.email, "secret": "sdk_very-secret"})
    made = Connection.objects.get()
    assert page.headers["Location"] == url("mappings", made.pk)
    assert (sealing.opened(made.secret), "very" in made.secret) == ("sdk_very-secret", False)
    for name in ("connection", "edit"):
        assert b"very-secret" not in as_manager.get(url(name, made.pk)).content
    assert not any("secret" in field.name for field in made.history.model._meta.fields)
    assert made.mappings.filter(what="status", way="out", ours="in_progress").get().theirs == "accepted"


def test_a_secret_is_not_shown_to_another_address(as_manager, make, account):
    made = make()
    given = {**GIVEN, "account": made.account.email, "name": made.name, "auth": "bearer"}
    page = as_manager.post(url("edit", made.pk), {**given, "url": "https://elsewhere.example.com"})
    assert (page.status_code, "secret" in page.context["form"].errors) == (422, True)
    assert as_manager.post(url("edit", made.pk), {**given, "url": made.url, "name": "renamed"}).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.url) == ("renamed", "https://desk.example.com")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"url": "http://desk.example.com"}, "url"), ({"url": "https://10.0.0.1"}, "url"), ({"account": "nobody@example.com"}, "account")],
)
def test_what_is_wrong_is_said_at_the_field(as_manager, account, wrong, field):
    page = as_manager.post(url("new"), {**GIVEN, "account": account.email, "secret": "s", **wrong})
    assert (page.status_code, field in page.context["form"].errors) == (422, True)
    assert not Connection.objects.exists()


def test_only_an_administrator_allows_addresses_inside(world, make):
    with pytest.raises(DomainError):
        make(allow_private=True)
    made = make()
    given = {"name": made.name, "url": "http://10.0.0.1", "account": made.account, "allow_private": True, "secret": "s"}
    assert services.change_connection(made, **given, actor=world.admin, at=now()).url == "http://10.0.0.1"


def test_a_secret_of_another_key_is_asked_for_again(settings):
    sealed = sealing.seal("words")
    settings.SECRET_KEY = "another"
    with pytest.raises(SecretUnreadable):
        sealing.opened(sealed)


def test_mappings_are_changed_as_a_table(as_manager, make):
    made = make()
    rows = {"pairs-TOTAL_FORMS": 3, "pairs-INITIAL_FORMS": 1, "what": "site", "way": "out"}
    given = {**rows, "pairs-0-ours": "1", "pairs-0-theirs": "7", "pairs-1-ours": "*", "pairs-1-theirs": "9"}
    assert as_manager.post(url("mappings", made.pk), given).status_code == 302
    assert list(made.mappings.filter(what="site", way="out").values_list("ours", "theirs")) == [("1", "7"), ("*", "9")]
    page = as_manager.post(url("mappings", made.pk), {**given, "pairs-1-ours": "1"})
    assert (page.status_code, page.context["refusal"] != "") == (422, True)


def test_a_dry_run_shows_fields_and_refuses_what_is_no_document(as_manager, make, world):
    made, ticket = make(), make_ticket(world)
    assert ticket.subject in as_manager.post(url("try", made.pk), {"number": ticket.number}).content.decode()
    assert as_manager.post(url("try", made.pk), {"document": json.dumps({"severity": 2, "kind": "fault"})}).status_code == 200
    assert as_manager.post(url("try", made.pk), {"document": "no"}).status_code == 422
    assert as_manager.post(url("try", made.pk), {"number": "nothing"}).status_code == 404


def test_a_ticket_shows_where_it_is_and_can_be_sent(client, make, world):
    made, ticket = make(sends="chosen"), make_ticket(world)
    client.force_login(world.engineer)
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert url("send", ticket.number) in page
    client.post(url("send", ticket.number), {"connection": made.pk})
    Link.objects.update(key="TT-77", problem="something is wrong")
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert "TT-77" in page
    assert "something is wrong" in page
    client.force_login(world.customer)
    assert "TT-77" not in client.get(ticket.get_absolute_url()).content.decode()


def test_a_nudge_is_taken_from_who_can_sign_it(client, as_manager, make):
    made = make()
    page = as_manager.post(url("hook", made.pk))
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert secret not in as_manager.get(url("connection", made.pk)).content.decode()
    Connection.objects.update(pull_at=datetime(2099, 1, 1, tzinfo=UTC))
    body, at = '{"type": "ticket.noted"}', datetime.now(UTC)
    signed = {"webhook-id": "1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": Webhook(secret).sign("1", at, body)}
    address = url("nudge", made.hook)
    assert client.post(address, body, content_type="application/json", headers={**signed, "webhook-id": "2"}).status_code == 401
    assert Connection.objects.get().pull_at.year == 2099
    assert client.post(address, body, content_type="application/json", headers=signed).status_code == 204
    assert Connection.objects.get().pull_at <= now()


def test_lists_ask_the_same_however_long_they_are(as_manager, make, world, django_assert_max_num_queries):
    made = make()
    for _each in range(8):
        ticket = make_ticket(world)
        Link.objects.filter(ticket=ticket).update(problem="wrong", key=ticket.number)
    for name in ("list", "links", "log", "conflicts", "differences", "connection"):
        with django_assert_max_num_queries(16):
            assert as_manager.get(url(name, *([] if name == "list" else [made.pk]))).status_code == 200
    assert Outgoing.objects.count() == 8


def test_one_value_stands_for_one_only(make):
    made = make()
    with pytest.raises(ValidationError):
        type(made.mappings.first())(connection=made, what="severity", way="out", ours="1", theirs="3").full_clean()
