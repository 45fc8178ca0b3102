"""Sources over REST: made with a secret that is told once, changed by who has read them, and each mistake said where it stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from accounts.models import KeyedRequest
from inbound.models import Source
from tests.inbound.conftest import Sender, alert, group
from tests.tickets.rest import Program

if TYPE_CHECKING:
    from tests.worlds import World

pytestmark = pytest.mark.django_db
PATH = "inbound-sources/"
WEBHOOK = {"kind": "webhook", "name": "Zabbix", "mapping": {"templates": {"title": "{title}", "external_id": "{id}"}}}


def ask(program: Program, method: str, path: str, body: Any = None, **headers: str) -> Any:
    given = {"headers": {name.replace("_", "-"): value for name, value in headers.items()}}
    if method == "get":
        return program.client.get(f"/api/v1/{path}", **given)
    call = getattr(program.client, method)
    return call(f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", **given)


@pytest.fixture
def ours(world: World) -> Program:
    return Program(world, "manager")


def made(ours: Program, world: World, **facts: Any) -> Any:
    return ask(ours, "post", PATH, {**WEBHOOK, "account": world.dispatcher.email.upper(), "site": world.site.pk, **facts})


def test_a_source_is_made_and_its_secret_opens(ours: Program, world: World) -> None:
    answer = made(ours, world)
    assert answer.status_code == 201, answer.content
    said = answer.json()
    row = Source.objects.get()
    assert said["source"] == ask(ours, "get", f"{PATH}{row.pk}/").json()
    assert (said["source"]["account"], said["source"]["severities"]["critical"]) == (world.dispatcher.email, 1)
    assert Sender(row, said["secret"]).send({"title": "x", "id": 1}).status_code == 200
    assert said["secret"] not in ask(ours, "get", PATH).content.decode()
    [message] = ask(ours, "get", f"{PATH}{row.pk}/messages/").json()["results"]
    assert (message["state"], message["outcomes"][0]["what"]) == ("taken", "opened")
    how = ask(ours, "get", f"{PATH}{row.pk}/how/").json()
    assert (how["received"], how["opened"], how["waiting"]) == (1, 1, 0)


def test_what_is_usual_for_alertmanager_need_not_be_said(ours: Program, world: World) -> None:
    body = {"kind": "alertmanager", "name": "Prometheus", "account": world.dispatcher.email}
    said = ask(ours, "post", PATH, body).json()
    assert said["source"]["labels"] == ["serial_number", "asset", "instance"]
    assert said["source"]["mapping"] == {"severity_label": "severity"}
    assert Sender(Source.objects.get(), said["secret"]).send(group(alert())).status_code == 200


def test_a_secret_is_kept_nowhere_not_even_for_a_request_that_is_sent_again(ours: Program, world: World) -> None:
    body = {**WEBHOOK, "account": world.dispatcher.email}
    first = ask(ours, "post", PATH, body, Idempotency_Key="k")
    again = ask(ours, "post", PATH, body, Idempotency_Key="k")
    assert (first.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (201, 201, "true")
    assert again.json() == {**first.json(), "secret": None}
    assert first.json()["secret"].encode() not in bytes(KeyedRequest.objects.get().answer)
    assert Source.objects.count() == 1


def test_it_is_changed_by_who_has_read_it_and_what_is_not_sent_stays(ours: Program, world: World) -> None:
    path = f"{PATH}{made(ours, world).json()['source']['id']}/"
    assert ask(ours, "patch", path, {"rate": 5}).status_code == 428
    tag = ask(ours, "get", path).headers["ETag"]
    changed = ask(ours, "patch", path, {"rate": 5, "severities": {" High ": 2}, "site": None}, If_Match=tag)
    assert changed.status_code == 200, changed.content
    said = changed.json()
    assert (said["rate"], said["severities"], said["site"], said["mapping"]) == (5, {"high": 2}, None, WEBHOOK["mapping"])
    assert ask(ours, "patch", path, {"rate": 6}, If_Match=tag).json()["code"] == "stale"
    Sender(Source.objects.get(), ask(ours, "post", f"{path}rotate/").json()["secret"]).send({"title": "x"})
    rotated = ask(ours, "get", path)
    assert rotated.headers["ETag"] != changed.headers["ETag"], "another secret is a change"
    Sender(Source.objects.get(), "none").send({"title": "y"})
    assert ask(ours, "get", path).headers["ETag"] == rotated.headers["ETag"], "what it sends is none"


def test_it_is_paused_and_given_a_new_secret(ours: Program, world: World) -> None:
    answer = made(ours, world).json()
    row, old, path = Source.objects.get(), answer["secret"], f"{PATH}{answer['source']['id']}/"
    assert ask(ours, "post", f"{path}pause/").json()["is_paused"] is True
    assert Sender(row, old).send({"title": "x"}).status_code == 503
    assert ask(ours, "post", f"{path}resume/").json()["is_paused"] is False
    new = ask(ours, "post", f"{path}rotate/", {"overlap_hours": 0}).json()["secret"]
    assert [Sender(row, secret).send({"title": "x"}).status_code for secret in (old, new)] == [401, 200]
    assert ask(ours, "post", f"{path}rotate/", {"overlap_hours": 169}).json()["errors"][0]["pointer"] == "/overlap_hours"


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"account": "nobody@example.com"}, "/account"),
        ({"account": "admin"}, "/account"),
        ({"mapping": {"templates": {"title": "{"}}}, "/mapping/templates/title"),
        ({"mapping": {"templates": {"description": "x"}}}, "/mapping/templates/title"),
        ({"mapping": {"templates": {"colour": "x"}}}, "/mapping/templates/colour"),
        ({"mapping": {"templates": {"title": "x"}, "each": "a..b"}}, "/mapping/each"),
        ({"mapping": {"templates": {"title": "x"}, "actions": {"bad": "sing"}}}, "/mapping/actions"),
        ({"mapping": {"severity_label": "x"}}, "/mapping/severity_label"),
        ({"labels": ["instance"]}, "/labels"),
        ({"kind": "osticket", "mapping": {"kinds": {"2": "joy"}}}, "/mapping/kinds"),
        ({"kind": "osticket", "mapping": {}, "site": None}, "/site"),
        ({"addresses": ["here"]}, "/addresses"),
        ({"severities": {"high": 9}}, "/severities/high"),
        ({"ticket_kind": "complaint"}, "/ticket_kind"),
        ({"rate": 0}, "/rate"),
    ],
)
def test_a_mistake_is_said_where_it_stands(ours: Program, world: World, facts: dict[str, Any], pointer: str) -> None:
    given = {**facts, "account": world.admin.email} if facts.get("account") == "admin" else facts
    answer = made(ours, world, **given)
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert not Source.objects.exists()
