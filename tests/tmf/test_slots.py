"""Free times by TMF646: what the board proposes, within what is asked; kept for a day for who asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.time import now
from tests.tmf.programs import MONDAY, Planner, engineer, names, window
from tests.visits.worlds import make_visit
from tests.worlds import make_ticket
from tickets import services as tickets
from tmf import services
from tmf.models import SlotSearch
from tmf.services import slots
from visits import services as visits
from visits.models import Visit

HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(world):
    return make_ticket(world, at=now())


@pytest.fixture
def planner(world):
    return Planner(world, "dispatcher")


def asked(thing, *windows, **more):
    wanted = {"requestedTimeSlot": [{"validFor": each} for each in windows]} if windows else {}
    return {"relatedEntity": [thing if isinstance(thing, dict) else names(thing)], **wanted, **more}


def starts(document):
    return [slot["validFor"]["startDateTime"] for slot in document.get("availableTimeSlot", ())]


def test_a_slot_that_is_offered_can_be_booked_as_it_is(planner, world, ticket):
    answer = planner.post(asked(ticket, window(MONDAY - 3 * HOUR, 24)), "searchTimeSlot")
    found = answer.json()
    assert (answer.status_code, found["status"], found["searchResult"]) == (201, "done", "success")
    morning = (MONDAY - HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert starts(found)[0] == morning, "office hours begin at nine"
    slot = found["availableTimeSlot"][0]
    assert slot["relatedParty"] == {**engineer(world.engineer), "name": world.engineer.name}
    assert slot["reason"]
    made = planner.booked(ticket, validFor=slot["validFor"], relatedParty=[slot["relatedParty"]])
    assert (made["status"], made["validFor"]) == ("confirmed", slot["validFor"])
    assert planner.http.get(answer.headers["Location"]).json() == found
    again = planner.post(asked(ticket, window(MONDAY - 3 * HOUR, 24)), "searchTimeSlot").json()
    assert morning not in starts(again), "the engineer is taken then"


def test_what_is_said_openly_with_an_offer_is_not_asked_about_again(planner, world, ticket):
    made = planner.booked(ticket)  # the promise to be there runs now, and Monday is after it
    offer = planner.post(asked({"id": made["id"], "role": "move", "@referredType": "Appointment"}, window(MONDAY, 8)), "searchTimeSlot")
    slot = offer.json()["availableTimeSlot"][1]
    assert SlotSearch.objects.get().found[1]["agreed"] == ["late"]
    change = {"validFor": slot["validFor"], "relatedParty": [slot["relatedParty"]]}
    assert Planner(world, "manager").patch(made["id"], change).json()["code"] == "visit_disputed", "it was not offered to them"
    assert planner.patch(made["id"], change).json()["status"] == "confirmed"
    assert Visit.objects.get().events.get(type="scheduled").facts["overridden"] == ["late"]


def test_only_the_engineer_who_is_asked_for_is_offered(planner, world, ticket):
    wanted = window(MONDAY, 8)
    assert starts(planner.post(asked(ticket, wanted, relatedParty=engineer(world.engineer)), "searchTimeSlot").json())
    other = planner.post(asked(ticket, wanted, relatedParty=engineer(world.dispatcher)), "searchTimeSlot").json()
    assert (other["status"], other["searchResult"], starts(other)) == ("done", "fail", [])
    assert other["reason"]


def test_without_a_time_the_next_two_weeks_are_looked_at(planner, ticket):
    found = planner.post(asked(ticket), "searchTimeSlot").json()
    assert len(starts(found)) > 20
    assert starts(found) == sorted(starts(found))


def test_a_window_shorter_than_a_visit_says_how_long_it_is(planner, ticket):
    (slot,) = planner.post(asked(ticket, window(MONDAY, 0.5)), "searchTimeSlot").json()["availableTimeSlot"]
    assert slot["validFor"] == {"startDateTime": f"{MONDAY:%Y-%m-%dT%H:%M:%SZ}", "endDateTime": f"{MONDAY + HOUR / 2:%Y-%m-%dT%H:%M:%SZ}"}


@pytest.mark.parametrize(
    ("when", "why"),
    [(window(MONDAY - timedelta(days=30), 2), "past"), (window(MONDAY + timedelta(days=30), 2), "too far"),
     ({"startDateTime": "9999-12-30T00:00:00Z", "endDateTime": "9999-12-31T00:00:00Z"}, "further still")],
)  # fmt: skip
def test_what_cannot_be_searched_is_rejected_with_the_reason(planner, ticket, when, why):
    found = planner.post(asked(ticket, when), "searchTimeSlot").json()
    assert (found["status"], found["searchResult"], len(found["reason"])) == ("rejected", "fail", 1), why


def test_of_what_is_over_nothing_is_searched(planner, world, ticket):
    visit = make_visit(world, ticket, at=now(), starts_at=MONDAY, ends_at=MONDAY + HOUR)
    visits.cancel(visit, actor=world.dispatcher, at=now(), reason="x")
    moved = asked({"id": visit.number, "role": "r", "@referredType": "Appointment"})
    assert planner.post(moved, "searchTimeSlot").json()["status"] == "rejected"
    tickets.cancel(ticket, actor=world.dispatcher, at=now(), reason="x")
    assert planner.post(asked(ticket), "searchTimeSlot").json()["status"] == "rejected"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"relatedEntity": []}, "ticket_unknown"),
        ({"relatedEntity": [{"id": "VIS-999999", "role": "r", "@referredType": "Appointment"}]}, "appointment_unknown"),
        ({"relatedPlace": {"role": "r", "name": "elsewhere"}}, "place_unknown"),
        ({"requestedTimeSlot": [{}]}, "bad_document"),
        ({"requestedTimeSlot": [{"validFor": window(MONDAY, -1)}]}, "ends_before"),
        ({"requestedTimeSlot": [{"validFor": window(MONDAY, 1)}] * 51}, "bad_document"),
        ({"relatedParty": []}, "bad_document"),
    ],
)
def test_what_is_no_question_is_refused(planner, ticket, change, code):
    answer = planner.post({**asked(ticket, window(MONDAY, 8)), **change}, "searchTimeSlot")
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.content
    assert not SlotSearch.objects.exists()


def test_searches_are_for_staff_and_each_accounts_own(planner, world, ticket, monkeypatch):
    answer = Planner(world, "supervisor").post(asked(ticket), "searchTimeSlot")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    first, second = (planner.post(asked(ticket, window(MONDAY, 8)), "searchTimeSlot").json()["id"] for _ in range(2))
    assert [row["id"] for row in planner.get("searchTimeSlot").json()] == [second, first]
    assert [row["id"] for row in planner.get("searchTimeSlot", "sort=searchDate,id&status=done&limit=1").json()] == [first]
    assert planner.get("searchTimeSlot", "status=rejected").json() == []
    for query, status in (("colour=red", 400), ("searchResult=fail", 501), ("sort=status", 400)):
        assert planner.get("searchTimeSlot", query).status_code == status
    other = Planner(world, "manager")
    assert other.get("searchTimeSlot").json() == []
    for ask in (other.get, lambda path: other.delete(path.partition("/")[2], "searchTimeSlot")):
        assert ask(f"searchTimeSlot/{first}").status_code == 404
    assert planner.get(f"searchTimeSlot/{first}", "fields=status").json() == {"status": "done"}
    assert planner.http.patch(planner.url(f"searchTimeSlot/{first}"), "{}", content_type="application/json").status_code == 405
    assert planner.delete(first, "searchTimeSlot").status_code == 204
    assert planner.get("searchTimeSlot/nonsense").status_code == 404
    monkeypatch.setattr(slots, "MOST_KEPT", 1)
    planner.post(asked(ticket, window(MONDAY, 8)), "searchTimeSlot")
    assert len(planner.get("searchTimeSlot").json()) == 1


def test_a_search_is_forgotten_after_a_day(planner, ticket):
    planner.post(asked(ticket, window(MONDAY, 8)), "searchTimeSlot")
    assert services.forget_next_searches(now()) == 0
    assert services.forget_next_searches(now() + timedelta(hours=25)) == 1
    assert not SlotSearch.objects.exists()
