"""Lists of TMF621: conditions of every kind, order, pages, counts, a constant number of queries, and refusals in the standard's form."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now
from tests.remembering import remembered
from tests.tmf.programs import Helpdesk
from tests.worlds import make_promising_world, make_ticket
from tmf import queries
from tmf.models import Profile
from tmf.selectors import listing

AT = now() - timedelta(days=3)


@remembered
def make_three():
    """Three tickets of one customer: one reported here, two by TMF621."""
    world = make_promising_world()
    helpdesk = Helpdesk(world, "supervisor")
    own = make_ticket(world, at=AT, external_id="OWN-1")
    said = {"note": [{"author": "Li", "text": "room 7"}], "relatedParty": [{"id": "p1", "role": "Owner", "@referredType": "Person"}]}
    wish = "2026-12-01T08:00:00+08:00"
    first = helpdesk.made(name="alpha", priority="P1", externalId="INC-1", requestedResolutionDate=wish, **said)
    second = helpdesk.made(name="beta, gamma", severity="Low", ticketType="request",
                           relatedEntity=[{"id": "SN-0001", "role": "affected", "@referredType": "Asset"}])  # fmt: skip
    return world, {own.number: "own", first["id"]: "first", second["id"]: "second"}


@pytest.fixture
def three(db):
    world, names = make_three()
    ours = Helpdesk(world, "manager")
    ours.patch(next(key for key, name in names.items() if name == "second"), {"status": "inProgress"})
    return names, {version: Helpdesk(world, "supervisor", version) for version in ("v4", "v5")}, world


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["second", "first", "own"]),
        ("status=acknowledged", ["first", "own"]),
        ("status=acknowledged;status=inProgress", ["second", "first", "own"]),
        ("status=inProgress,pending", ["second"]),
        ("status.ne=acknowledged", ["second"]),
        ("status!=acknowledged".replace("!", "%21"), ["second"]),
        ("status=resolved", []),
        ("status=nonsense", []),
        ("severity=High&status=acknowledged", ["first"]),
        ("severity=Low,High", ["second", "first"]),
        ("severity.regex=^H", ["first"]),
        ("severity" + quote("*=") + "H.*h", ["first"]),
        ("ticketType=fault", ["own"]),
        ("ticketType.eq=request", ["second"]),
        ("name=beta%2C%20gamma", ["second"]),
        ("name.gt=alpha&name.lte=beta%2C%20gamma", ["second"]),
        ("description.regex=" + quote("挂号.*打不开"), ["second", "first", "own"]),
        ("priority=P1", ["first"]),
        ("note.text=room%207", ["first"]),
        ("note.author=Li", ["first"]),
        ("creationDate.gt={AT}", ["second", "first"]),
        ("creationDate%3C%3D{AT}", ["own"]),
        ("creationDate.lt=2020-01-01", []),
        ("lastUpdate.gte=2020-01-01T00:00:00Z&severity=Low", ["second"]),
        ("requestedResolutionDate=2026-12-01T00:00:00Z", ["first"]),
        ("requestedResolutionDate.lt=2026-12-02", ["first"]),
        ("resolutionDate.gt=2020-01-01", []),
        ("@type=TroubleTicket", ["second", "first", "own"]),
        ("severity=High;ticketType=fault", ["first", "own"]),
        ("sort=creationDate", ["own", "first", "second"]),
        ("sort=-severity", ["own", "second", "first"]),
        ("sort=status,name", None),
        ("sort=lastUpdate&limit=1&offset=2", None),
    ],
)  # fmt: skip
def test_a_list_is_narrowed_down_and_put_in_order(three, query, found):
    names, helpdesks, _world = three
    for helpdesk in helpdesks.values():
        answer = helpdesk.get(query=query.replace("{AT}", quote((AT + timedelta(hours=1)).isoformat())))
        assert answer.status_code == 200, answer.content
        if found is not None:
            assert [names[row["id"]] for row in answer.json()] == found
            assert answer.headers["X-Total-Count"] == answer.headers["X-Result-Count"] == str(len(found))


@pytest.mark.parametrize(
    ("version", "query", "found"),
    [
        ("v4", "externalId=INC-1", ["first"]),
        ("v4", "externalId=OWN-1", ["own"]),
        ("v5", "externalIdentifier.id=INC-1", ["first"]),
        ("v5", "externalIdentifier.id=OWN-1", ["own"]),
        ("v4", "relatedParty.role=Owner&relatedParty.id=p1", ["first"]),
        ("v5", "relatedParty.partyOrPartyRole.id=p1", ["first"]),
        ("v4", "relatedEntity.id=SN-0001", ["second"]),
        ("v5", "relatedEntity.entity.id=SN-0001", ["second"]),
    ],
)
def test_each_version_asks_in_its_own_spelling(three, version, query, found):
    names, helpdesks, _world = three
    assert [names[row["id"]] for row in helpdesks[version].get(query=query).json()] == found


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("colour=red", 400, "bad_query"),
        ("severity.colour=red", 400, "bad_query"),
        ("severity", 400, "bad_query"),
        ("=x", 400, "bad_query"),
        ("offset=-1", 400, "bad_query"),
        ("limit=many", 400, "bad_query"),
        ("sort=colour", 400, "bad_query"),
        ("creationDate.gt=soon", 400, "bad_query"),
        ("status.gt=held", 400, "bad_query"),
        ("after=nonsense", 400, "bad_cursor"),
        ("filter=$.x", 501, "not_implemented"),
        ("filter=x", 400, "bad_query"),
        ("description.regex=" + quote("(a+)+$"), 501, "not_implemented"),
        ("description.regex=" + "a" * 201, 501, "not_implemented"),
        ("statusChangeDate.gt=2020-01-01", 501, "not_implemented"),
        ("&".join(f"name={number}" for number in range(50)), 400, "bad_query"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said(three, query, status, code):
    for helpdesk in three[1].values():
        answer = helpdesk.get(query=query)
        assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (status, code, str(status))


def links(answer):
    """Where the header leads."""
    return {rel: url for url, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers["Link"])}


def test_pages_lead_to_their_neighbours(three):
    names, helpdesks, _world = three
    helpdesk = helpdesks["v4"]
    first = helpdesk.get(query="limit=2")
    assert [names[row["id"]] for row in first.json()] == ["second", "first"]
    assert (first.headers["X-Total-Count"], first.headers["X-Result-Count"]) == ("3", "2")
    assert set(links(first)) == {"self", "first", "next", "last"}
    rest = helpdesk.http.get(links(first)["next"])
    assert [names[row["id"]] for row in rest.json()] == ["own"]
    assert set(links(rest)) == {"self", "first", "prev", "last"}
    assert helpdesk.get(query="offset=99").json() == []
    assert helpdesk.get(query=f"offset={10**30}").json() == []
    assert helpdesk.get(query="limit=0").json() == []


def test_places_of_version_5_hold_while_tickets_come(three):
    names, helpdesks, _world = three
    helpdesk = helpdesks["v5"]
    from core.pages import Cursor

    newest = helpdesk.get(query="limit=1").json()[0]["id"]
    from tickets.models import Ticket

    cursor = Cursor("pk", backward=False, value=0, pk=Ticket.objects.get(number=newest).pk).encode()
    after = helpdesk.get(query=f"after={cursor}&limit=1")
    assert [names[row["id"]] for row in after.json()] == ["first"]
    assert [names[row["id"]] for row in helpdesk.http.get(links(after)["next"]).json()] == ["own"]


def test_a_part_is_206_for_who_wants_it_so(three):
    helpdesk = three[1]["v4"]
    Profile.objects.create(account=helpdesk.person, is_partial=True, created_at=now())
    assert helpdesk.get(query="limit=2").status_code == 206
    assert helpdesk.get().status_code == 200


def test_a_long_list_takes_as_many_queries_as_a_short_one(three, monkeypatch):
    helpdesk = three[1]["v5"]

    def asked(query):
        with CaptureQueriesContext(connection) as found:
            assert helpdesk.get(query=query).status_code == 200
        return len(found)

    asked("limit=1")
    assert asked("limit=1") == asked("limit=2") <= 13
    monkeypatch.setattr(listing, "MANY", 2)
    asked("severity.ne=x")
    cache_hit = asked("severity.ne=x")
    cache.clear()
    assert cache_hit <= asked("severity.ne=x")


def test_fields_may_name_what_lies_within(three):
    names, helpdesks, _world = three
    key = next(key for key, name in names.items() if name == "first")
    assert helpdesks["v4"].get(f"troubleTicket/{key}", "fields=note.text,name").json() == {"name": "alpha", "note": [{"text": "room 7"}]}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "nothing", 404, "not_found"),
        ("get", "troubleTicket/x/y/z", 404, "not_found"),
        ("put", "troubleTicket", 405, "method_not_allowed"),
        ("delete", "troubleTicket", 405, "method_not_allowed"),
        ("post", "troubleTicket/x", 405, "method_not_allowed"),
        ("get", "hub", 405, "method_not_allowed"),
    ],
)  # fmt: skip
def test_refusals_have_the_standards_form_wherever_they_are_made(three, method, path, status, code):
    for version, helpdesk in three[1].items():
        answer = getattr(helpdesk.http, method)(helpdesk.url(path))
        said = answer.json()
        assert (answer.status_code, said["code"], said["status"]) == (status, code, str(status))
        assert said["reason"]
        assert ("@type" in said) == (version == "v5")
        assert answer.headers["Content-Type"].startswith("application/json")


def test_strangers_readers_and_broken_bodies_are_refused_in_the_standards_form(three, settings):
    helpdesk = three[1]["v4"]
    world = three[2]
    nobody = Helpdesk(world, "anonymous")
    answer = nobody.get()
    assert (answer.status_code, answer.json()["status"]) == (401, "401")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    reader = Helpdesk(world, "supervisor", scope="read")
    assert reader.get().status_code == 200
    answer = reader.post(reader.ticket())
    assert (answer.status_code, answer.json()["code"]) == (403, "token_reads_only")
    for kind, body, status in (("application/json", "{", 400), ("text/xml", "<a/>", 415), ("application/json", "[]", 400)):
        answer = helpdesk.http.post(helpdesk.url(), body, content_type=kind)
        assert (answer.status_code, answer.json()["status"]) == (status, str(status))
    settings.API_RATE = "1/min"
    helpdesk.get()
    answer = helpdesk.get()
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize("pattern", ["abc", "^a.c$", ".*a.*", r"a\.b", "a b", "挂.*"])
def test_patterns_that_are_safe_are_taken(pattern):
    assert re.compile(queries.safe_pattern(pattern))


@pytest.mark.parametrize("pattern", ["a+", "(a)", "a{2}", "[a]", "a|b", r"\d", "a*b", ".*" * 6, "\\"])
def test_other_patterns_are_not(pattern):
    assert queries.safe_pattern(pattern) is None
