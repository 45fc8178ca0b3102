"""Lists of appointments: conditions, order, pages, a constant number of queries; and words of any kind, made up."""

from __future__ import annotations

import random
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now
from tests.tmf.programs import MONDAY, Planner, engineer
from tests.visits.worlds import make_visit
from tests.worlds import make_promising_world, make_ticket
from visits.models import Visit


def make_three():
    """One visit of the desk, one that was booked with words, one that was called off."""
    world = make_promising_world()
    planner = Planner(world, "dispatcher")
    own = make_visit(world, make_ticket(world, at=now()), at=now() - timedelta(days=3), lead=None, starts_at=None, ends_at=None)
    given = {"externalId": "A-1", "category": "swap", "description": "alpha, beta", "note": [{"text": "room 7"}]}
    first = planner.booked(make_ticket(world, at=now()), relatedParty=[engineer(world.engineer)], **given)
    off = planner.booked(make_ticket(world, at=now(), site=world.other_site, equipment=None, actor=world.supervisor), description="gone")
    planner.patch(off["id"], {"status": "cancelled"})
    return world, {own.number: "own", first["id"]: "first", off["id"]: "off"}


@pytest.fixture
def three(db):
    world, names = make_three()
    return names, Planner(world, "manager"), world


ASKED = [
    ("", ["off", "first", "own"]),
    ("status=initialized", ["own"]),
    ("status=confirmed;status=cancelled", ["off", "first"]),
    ("status.ne=cancelled", ["first", "own"]),
    ("status=nonsense", []),
    ("id={first}", ["first"]),
    ("id=nonsense", []),
    ("externalId=A-1", ["first"]),
    ("category=swap", ["first"]),
    ("category=onSiteSupport", ["off", "own"]),
    ("category.regex=^onSite", ["off", "own"]),
    ("description=alpha, beta", ["first"]),
    ("description.regex=^电话", ["own"]),
    ("note.text=room 7", ["first"]),
    ("relatedEntity.id={ticket}", ["own"]),
    ("relatedEntity.id=SN-0001", ["first", "own"]),
    ("relatedParty.id={engineer}", ["first"]),
    ("relatedParty.id={customer}", ["off", "first", "own"]),
    ("relatedPlace.name=住院楼机房", ["off"]),
    ("relatedPlace.id={site}", ["first", "own"]),
    ("relatedPlace.id=x", []),
    ("calendarEvent.id={uid}", ["own"]),
    ("calendarEvent.id=x", []),
    ("validFor.startDateTime.gte={monday}", ["off", "first"]),
    ("validFor.endDateTime.lt=2020-01-01", []),
    ("creationDate.lt={today}", ["own"]),
    ("lastUpdate.gt=2020-01-01", ["off", "first", "own"]),
    ("@type=Appointment&category=swap", ["first"]),
    ("@type=Other", []),
    ("sort=creationDate", ["own", "first", "off"]),
    ("sort=-validFor.startDateTime,id&status.ne=cancelled", ["first", "own"]),
    ("sort=id&limit=1&offset=2", ["off"]),
]  # fmt: skip


def test_a_list_is_narrowed_down_and_put_in_order(three):
    names, planner, world = three
    keys = {name: key for key, name in names.items()}
    own = Visit.objects.get(lead=None, starts_at=None)
    told = {
        "first": keys["first"], "ticket": own.ticket.number, "engineer": str(world.engineer.pk), "customer": world.organization.code,
        "site": str(world.site.pk), "uid": str(own.uid), "monday": MONDAY.isoformat(), "today": (now() - timedelta(days=1)).isoformat(),
    }  # fmt: skip
    for query, found in ASKED:
        answer = planner.get(query=quote(query.format(**told), safe="=&;.@"))
        assert answer.status_code == 200, answer.content
        assert [names[row["id"]] for row in answer.json()] == found, query
        assert "offset" in query or answer.headers["X-Total-Count"] == str(len(found))


REFUSED = [
    ("colour=red", 400), ("id.gt=VIS-000001", 400), ("status.gt=x", 400), ("creationDate.regex=x", 400), ("creationDate=soon", 400),
     ("sort=description", 400), ("contactMedium.mediumType=x", 501), ("relatedParty.name=x", 501), ("href=x", 501), ("status.x=1", 400),
     ("relatedPlace.id.gt=1", 400), ("filter=$.x", 501), ("after=x", 400), ("description.regex=(a%2B)%2B", 501),
]  # fmt: skip


def test_what_cannot_be_asked_is_said(three):
    for query, status in REFUSED:
        answer = three[1].get(query=query)
        assert (answer.status_code, answer.json()["status"]) == (status, str(status)), query


def test_pages_lead_on_and_fields_are_those_that_are_asked_for(three):
    _names, planner, _world = three
    page = planner.get(query="limit=2&fields=status")
    assert [set(row) for row in page.json()] == [{"id", "status"}] * 2
    assert (page.headers["X-Total-Count"], page.headers["X-Result-Count"]) == ("3", "2")
    assert 'offset=2&limit=2>; rel="next"' in page.headers["Link"]
    assert "/tmf-api/appointment/v4/appointment?" in page.headers["Link"]


def test_a_long_list_takes_as_many_queries_as_a_short_one(three):
    _names, planner, world = three

    def asked(query):
        with CaptureQueriesContext(connection) as found:
            assert planner.get(query=query).status_code == 200
        return len(found)

    asked("")
    few = asked("")
    for _ in range(3):
        planner.booked(make_ticket(world, at=now()), note=[{"text": "x"}], relatedParty=[], externalId="")
    assert asked("") == few


def test_made_up_documents_are_refused_and_never_fail(three):
    _names, planner, world = three
    rng = random.Random(646)
    ticket = make_ticket(world, at=now())
    odd = [
        None,
        "",
        "\0",
        "\ud800",
        7,
        -1.5,
        True,
        [],
        {},
        [None],
        {"id": None},
        {"id": "x", "role": "engineer", "@referredType": "y"},
        "9" * 400,
    ]
    whole = planner.asked(
        ticket, note=[{"text": "x"}], contactMedium=[{}], relatedPlace={"role": "r"}, calendarEvent={"id": "c"}, category="x"
    )
    key = planner.booked(ticket)["id"]
    for _ in range(25):
        sent = {**whole, **{name: rng.choice(odd) for name in rng.sample([*whole, "status", "externalId", "description", "attachment"], 2)}}
        for answer in (planner.post(sent), planner.patch(key, sent), planner.post(sent, "searchTimeSlot")):
            assert answer.status_code in {200, 201, 400, 403, 409}, (sent, answer.content)
            assert answer.status_code < 400 or answer.json()["code"]
