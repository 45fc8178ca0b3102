"""A visit's life through TMF646: planned, moved, called off; the same services, words beside them, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.time import now
from tests.tmf.programs import MONDAY, Helpdesk, Planner, engineer, names, window
from tests.visits import worlds as visits_made
from tests.worlds import make_ticket, make_user
from tmf.models import Appointment
from visits import services as visits
from visits.models import Visit, VisitEvent

DECIDED = {"Prefer": "handling=lenient"}


@pytest.fixture
def ticket(world):
    return make_ticket(world, at=now())


@pytest.fixture
def planner(world):
    """A program of the provider's dispatchers."""
    return Planner(world, "dispatcher")


def visit_of(document):
    return Visit.objects.get(pk=int(document["id"].removeprefix("VIS-")))


def test_an_appointment_is_a_visit_of_its_ticket_and_says_what_the_desk_knows(planner, world, ticket):
    made = planner.booked(ticket, description="更换电源", relatedParty=[engineer(world.engineer)], category="repair")
    visit = visit_of(made)
    assert (visit.ticket, visit.lead, visit.reason, visit.starts_at, visit.created_by) == (
        ticket, world.engineer, "更换电源", MONDAY, world.dispatcher)  # fmt: skip
    assert ticket.events.filter(type="onsite_requested").exists(), "the promises on site begin"
    assert (made["status"], made["category"], made["description"]) == ("confirmed", "repair", "更换电源")
    assert made["validFor"] == {
        "startDateTime": f"{MONDAY:%Y-%m-%dT%H:%M:%SZ}",
        "endDateTime": f"{MONDAY + timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}",
    }
    assert made["relatedEntity"] == [names(ticket), {"id": "SN-0001", "name": "HIS 数据库", "role": "affected", "@referredType": "Asset"}]
    customer, comes = made["relatedParty"]
    assert (customer["id"], customer["role"]) == (world.organization.code, "customer")
    assert comes == {**engineer(world.engineer), "name": world.engineer.name}
    assert made["relatedPlace"]["name"] == world.site.name
    assert made["calendarEvent"]["id"] == str(visit.uid)
    answer = planner.get(f"appointment/{made['id']}")
    assert answer.json() == made
    assert planner.get(f"appointment/{made['id']}", **{"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert planner.get(f"appointment/{made['id']}", "fields=status,validFor.startDateTime").json() == {
        "status": "confirmed", "validFor": {"startDateTime": made["validFor"]["startDateTime"]}}  # fmt: skip


def test_without_an_engineer_it_waits_on_the_board_at_the_time_that_is_wished(planner, world, ticket):
    made = planner.booked(ticket)
    assert (made["status"], visit_of(made).lead, visit_of(made).starts_at) == ("initialized", None, MONDAY)
    assert made["description"], "why somebody comes is what the ticket says"
    given = planner.patch(made["id"], {"relatedParty": [engineer(world.engineer)]}, **DECIDED).json()
    assert (given["status"], given["validFor"]) == ("confirmed", made["validFor"])
    assert VisitEvent.objects.filter(visit=visit_of(made), type="told").exists(), "the customer is told of it"


def test_the_ticket_may_be_named_by_its_address(planner, world, ticket):
    at = f"https://desk.example.com/tmf-api/troubleTicket/v5/troubleTicket/{ticket.number}"
    for said in ({"id": at}, {"id": "theirs", "href": at}):
        assert visit_of(planner.booked(ticket, relatedEntity=[{**names(ticket), **said}])).ticket == ticket


def test_the_words_of_the_caller_come_back_and_stand_where_engineers_read(planner, world, ticket):
    contact = [{"mediumType": "mobile", "preferred": True, "characteristic": {"phoneNumber": "138 0000 0000"}}]
    party = {"id": "c-7", "name": "Li", "role": "customer contact", "@referredType": "Individual"}
    note = {"author": "Li", "text": "gate 4"}
    said = {
        "contactMedium": contact,
        "calendarEvent": {"id": "cal-1"},
        "externalId": "A-1",
        "relatedPlace": {"role": "on site", "id": "theirs", "name": world.site.name},
    }
    made = planner.booked(ticket, relatedParty=[party, engineer(world.engineer)], note=[note], **said)
    assert {name: made[name] for name in said} == said
    assert [each.get("name") for each in made["relatedParty"]] == ["Li", str(world.organization), world.engineer.name]
    assert {name: made["note"][0][name] for name in note} == note
    record = visit_of(made).events.filter(type="noted").values_list("text", flat=True)
    assert record[0] == "gate 4"
    assert "138 0000 0000" in record[1]
    page = Planner(world, "engineer").http
    page.force_login(world.engineer)
    assert "gate 4" in page.get(f"/visits/{visit_of(made).pk}/").content.decode()


def test_the_same_external_id_is_one_appointment_and_not_two(planner, world, ticket):
    made = planner.booked(ticket, externalId="A-1")
    assert planner.booked(ticket, externalId="A-1")["id"] == made["id"]
    answer = planner.post(planner.asked(ticket, externalId="A-1", description="another"))
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")
    assert made["id"] in answer.json()["message"]
    assert Planner(world, "manager").booked(ticket, externalId="A-1")["id"] != made["id"], "each account has names of its own"
    other = planner.booked(ticket)
    assert planner.patch(other["id"], {"externalId": "A-1"}).json()["code"] == "duplicate"
    assert planner.patch(made["id"], {"externalId": None}).status_code == 200
    assert planner.patch(other["id"], {"externalId": "A-1"}).json()["externalId"] == "A-1"


def test_it_is_moved_given_away_and_called_off_by_the_boards_own_services(planner, world, ticket):
    made = planner.booked(ticket, relatedParty=[engineer(world.engineer)])
    later = window(MONDAY + timedelta(hours=5), 1)
    moved = planner.patch(made["id"], {"validFor": later}, **DECIDED).json()
    assert visit_of(made).starts_at == MONDAY + timedelta(hours=5)
    assert planner.patch(made["id"], {"validFor": {"endDateTime": later["endDateTime"]}}).json()["validFor"] == moved["validFor"]
    colleague = make_user(office=world.office)
    assert planner.patch(made["id"], {"relatedParty": [engineer(colleague)]}, **DECIDED).json()["relatedParty"][1]["name"] == colleague.name
    off = planner.patch(made["id"], {"status": "cancelled", "note": [{"text": "works again"}]}).json()
    visit = visit_of(made)
    assert (off["status"], visit.status, visit.ended_because) == ("cancelled", "cancelled", "works again")
    assert visit.events.filter(type="scheduled").count() == 2
    assert planner.patch(made["id"], {"status": "cancelled"}).status_code == 200, "it is so already"
    assert planner.patch(made["id"], {"validFor": window(MONDAY, 1)}).json()["code"] == "visit_not_now"


def test_nothing_could_be_done_is_said_with_the_reason(planner, world, ticket):
    made = planner.booked(ticket, relatedParty=[engineer(world.engineer)])
    assert planner.patch(made["id"], {"status": "failed"}).status_code == 400
    assert planner.patch(made["id"], {"status": "failed", "note": [{"text": "flooded"}]}).json()["status"] == "failed"
    assert (visit_of(made).failure, visit_of(made).ended_because) == ("other", "flooded")


def test_the_states_of_a_visit_read_as_the_standards(planner, world):
    visit = visits_made.approve(
        visits_made.make_visit(world, at=now(), starts_at=MONDAY, ends_at=MONDAY + timedelta(hours=2)), world, now()
    )
    key = visit.number
    seen = [planner.get(f"appointment/{key}").json()["status"]]
    for step in (
        lambda: visits.depart(visit, actor=world.engineer, at=now()),
        lambda: visits.check_in(visit, actor=world.engineer, at=now()),
        lambda: visits.add_photo(visit, visits_made.photo(), actor=world.engineer, at=now()),
        lambda: visits.check_out(visit, actor=world.engineer, at=now(), work="done", result="solved"),
    ):
        step()
        seen.append(planner.get(f"appointment/{key}").json()["status"])
        assert planner.get(query=f"status={seen[-1]}").json()[0]["id"] == key
    assert seen == ["confirmed", "confirmed", "confirmed", "confirmed", "completed"]
    picture = planner.get(f"appointment/{key}").json()["attachment"][0]
    assert b"".join(planner.http.get(picture["url"]).streaming_content).startswith(b"\x89PNG")
    assert Planner(world, "stranger").http.get(picture["url"]).status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"validFor": None}, 400, "bad_document"),
        ({"validFor": {}}, 400, "bad_document"),
        ({"validFor": {"startDateTime": "2030-01-01T00:00:00Z"}}, 400, "bad_document"),
        ({"validFor": window(MONDAY, -1)}, 400, "ends_before"),
        ({"validFor": window(MONDAY - timedelta(days=30), 2)}, 400, "past"),
        ({"validFor": window(MONDAY, 15 * 24)}, 400, "out_of_range"),
        ({"validFor": {"startDateTime": "9999-12-31T00:00:00Z", "endDateTime": "9999-12-31T02:00:00Z"}}, 400, "out_of_range"),
        ({"validFor": {"startDateTime": "0001-01-01T00:00:00Z", "endDateTime": "9999-12-31T02:00:00Z"}}, 400, "out_of_range"),
        ({"relatedEntity": []}, 400, "ticket_unknown"),
        ({"relatedEntity": [{"id": "SD-1", "role": "r", "@referredType": "TroubleTicket"}]}, 400, "ticket_unknown"),
        ({"relatedEntity": [{"id": "SD-1", "role": "r"}]}, 400, "bad_document"),
        ({"relatedPlace": {"role": "on site", "name": "elsewhere"}}, 400, "place_unknown"),
        ({"relatedPlace": {"role": "on site", "id": "0"}}, 400, "place_unknown"),
        ({"relatedPlace": {"role": "on site", "street": "Main Street"}}, 400, "place_unknown"),
        ({"relatedPlace": {"name": "elsewhere"}}, 400, "bad_document"),
        ({"relatedParty": [{"id": "0", "role": "engineer", "@referredType": "Individual"}]}, 400, "engineer_unknown"),
        ({"attachment": [{"name": "a.txt", "content": "aGVsbG8="}]}, 400, "attachments_elsewhere"),
        ({"contactMedium": [{"preferred": "yes"}]}, 400, "bad_document"),
        ({"externalId": "x" * 256}, 400, "bad_document"),
        ({"externalId": 7}, 400, "bad_document"),
        ({"note": {"text": "x"}}, 400, "bad_document"),
    ],
)  # fmt: skip
def test_what_cannot_become_an_appointment_is_refused(planner, ticket, change, status, code):
    answer = planner.post({**planner.asked(ticket), **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert not Visit.objects.exists()


def test_what_speaks_against_a_plan_is_said_and_not_done(planner, world, ticket):
    planner.booked(ticket, relatedParty=[engineer(world.engineer)])
    twice = planner.asked(ticket, relatedParty=[engineer(world.engineer)])
    answer = planner.post(twice)
    assert (answer.status_code, answer.json()["code"]) == (409, "visit_disputed")
    assert "VIS-" in answer.json()["message"]
    made = planner.post(twice, **DECIDED)
    assert made.status_code == 201
    assert "double" in visit_of(made.json()).events.get(type="planned").facts["overridden"]
    sunday = window(MONDAY - timedelta(hours=10), 1)
    assert planner.post(planner.asked(ticket, validFor=sunday, relatedParty=[engineer(world.engineer)])).json()["code"] == "visit_disputed"
    closed = make_ticket(world, at=now())
    from tickets import services as tickets

    tickets.cancel(closed, actor=world.dispatcher, at=now(), reason="x")
    assert planner.post(planner.asked(closed)).json()["code"] == "visit_not_now"


@pytest.mark.parametrize(
    ("who", "patch", "status", "code"),
    [
        ("dispatcher", {"status": "nonsense"}, 400, "invalid_choice"),
        ("dispatcher", {"status": "completed"}, 409, "status_not_possible"),
        ("dispatcher", {"status": "initialized"}, 409, "status_not_possible"),
        ("dispatcher", {"validFor": None}, 400, "bad_document"),
        ("dispatcher", {"validFor": {"startDateTime": "soon"}}, 400, "bad_document"),
        ("dispatcher", {"relatedPlace": {"name": "nowhere"}}, 400, "place_unknown"),
        ("dispatcher", {"relatedPlace": {"role": None}}, 400, "bad_document"),
        ("dispatcher", {"attachment": [{"name": "x"}]}, 400, "attachments_elsewhere"),
        ("dispatcher", [], 400, "bad_document"),
        ("colleague", {"description": "mine"}, 403, "visit_not_yours"),
        ("supervisor", {"description": "mine"}, 403, "visit_not_yours"),
        ("supervisor", {"status": "cancelled"}, 403, "visit_not_yours"),
        ("supervisor", {"validFor": window(MONDAY + timedelta(hours=5), 1)}, 403, "visit_not_yours"),
        ("supervisor", {"relatedParty": []}, 403, "visit_not_yours"),
    ],
)  # fmt: skip
def test_what_a_change_may_not_do(planner, world, ticket, who, patch, status, code):
    made = planner.booked(ticket, relatedParty=[engineer(world.engineer)])
    object.__setattr__(world, "colleague", make_user(office=world.office)) if who == "colleague" else None
    answer = Planner(world, who).patch(made["id"], patch)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert planner.get(f"appointment/{made['id']}").json() == made


def test_an_appointment_stays_with_its_ticket(planner, world, ticket):
    made, other = planner.booked(ticket), make_ticket(world, at=now())
    answer = planner.patch(made["id"], {"relatedEntity": [names(other)]})
    assert (answer.status_code, answer.json()["code"]) == (409, "status_not_possible")
    asset = {"id": "X-1", "role": "spare", "@referredType": "Asset"}
    assert [each["id"] for each in planner.patch(made["id"], {"relatedEntity": [asset]}).json()["relatedEntity"]] == [
        "X-1",
        ticket.number,
        "SN-0001",
    ]


def test_who_is_served_reads_and_writes_notes_that_somebody_is_told(planner, world, ticket):
    theirs = Planner(world, "supervisor")
    answer = theirs.post(theirs.asked(ticket))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    made = planner.booked(ticket, relatedParty=[engineer(world.engineer)])
    shown = theirs.get(f"appointment/{made['id']}").json()
    assert (shown["status"], shown["relatedParty"]) == ("confirmed", made["relatedParty"])
    said = theirs.patch(made["id"], {**shown, "note": [{"author": "Li", "text": "ring twice"}]})
    assert [note["text"] for note in said.json()["note"]] == ["ring twice"]
    assert "ring twice" in ticket.events.get(type="replied").text
    again = theirs.patch(made["id"], said.json())
    assert (again.status_code, len(again.json()["note"])) == (200, 1), "what is known is not said again"


def test_an_engineer_plans_for_themselves_only(world, ticket):
    program, colleague = Planner(world, "engineer"), make_user(office=world.office)
    answer = program.post(program.asked(ticket, relatedParty=[engineer(colleague)]))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    made = program.booked(ticket, relatedParty=[engineer(world.engineer)], note=[{"text": "x"}])
    assert program.patch(made["id"], {"validFor": window(MONDAY + timedelta(hours=5), 1)}, **DECIDED).status_code == 200
    assert len(program.booked(ticket, validFor=window(MONDAY + timedelta(days=1), 1), note=[{"text": "y"}])["note"]) == 1


def test_a_visit_of_the_desk_reads_in_its_words_and_takes_others(planner, world):
    visit = visits_made.make_visit(world, at=now(), lead=None, starts_at=None, ends_at=None)
    shown = planner.get(f"appointment/{visit.number}").json()
    assert (shown["status"], shown["category"], shown["description"], shown["validFor"]) == (
        "initialized",
        "onSiteSupport",
        visit.reason,
        {},
    )
    changed = planner.patch(visit.number, {"category": "swap", "description": "其他"}).json()
    assert (changed["category"], changed["description"]) == ("swap", "其他")
    assert visit.events.filter(type="noted").get().facts["tmf"]["changed"] == ["category", "description"]
    assert planner.patch(visit.number, {"category": None}).json()["category"] == "onSiteSupport"
    assert "note" not in changed


def test_a_json_patch_and_a_condition_work_as_for_tickets(planner, ticket):
    made = planner.booked(ticket, description="one")
    tag = planner.get(f"appointment/{made['id']}").headers["ETag"]
    kind = "application/json-patch+json"
    operations = [{"op": "test", "path": "/description", "value": "one"}, {"op": "replace", "path": "/description", "value": "two"},
                  {"op": "add", "path": "/note/-", "value": {"text": "more"}}]  # fmt: skip
    after = planner.patch(made["id"], operations, kind, **{"If-Match": tag}).json()
    assert (after["description"], after["note"][0]["text"]) == ("two", "more")
    assert planner.patch(made["id"], {"description": "three"}, **{"If-Match": tag}).status_code == 412
    assert planner.patch(made["id"], operations[:1], kind).status_code == 400
    assert planner.patch(made["id"], {}, "text/plain").status_code == 415
    answer = planner.post(planner.asked(ticket, colour="red"), Prefer="handling=strict")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_document")


def test_only_an_administrator_deletes_and_the_record_stays(planner, world, ticket):
    made = planner.booked(ticket, externalId="A-1")
    answer = planner.delete(made["id"])
    assert (answer.status_code, answer.json()["code"]) == (403, "administrator_only")
    admin = Planner(world, "admin")
    assert admin.delete(made["id"]).status_code == 204
    assert admin.delete(made["id"]).status_code == 404
    assert planner.get(f"appointment/{made['id']}").status_code == 404
    assert planner.get().json() == []
    assert visit_of(made).status == "cancelled"
    assert planner.booked(ticket, externalId="A-1")["id"] != made["id"]
    assert Appointment.objects.count() == 2


def test_another_customers_visit_is_not_there(planner, world, ticket):
    made = planner.booked(ticket)
    stranger = Planner(world, "stranger")
    for answer in (stranger.get(f"appointment/{made['id']}"), stranger.patch(made["id"], {"note": [{"text": "x"}]})):
        assert answer.status_code == 404
    assert stranger.get().json() == []
    for query in (f"id={made['id']}", f"relatedEntity.id={ticket.number}", "relatedPlace.name.regex=.*"):
        assert stranger.get(query=query).json() == []


@pytest.mark.parametrize("key", ["0", "VIS-", "VIS-0", "VIS-1", "VIS-000000", "VIS-999999", "VIS-٣", "x" * 500, "%00", "VIS-" + "9" * 40])
def test_an_unknown_id_of_any_form_is_not_found(planner, key):
    answer = planner.get(f"appointment/{key}")
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (404, "404", "not_found")


def test_the_two_interfaces_name_the_same_ticket(planner, world, ticket):
    made = planner.booked(ticket)
    plain = planner.patch(made["id"], {"relatedEntity": None}).json()["relatedEntity"][0]
    assert Helpdesk(world, "supervisor").http.get(plain["href"]).json()["id"] == ticket.number
