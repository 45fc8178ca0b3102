"""The pages of training, and the same over REST."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from surveys.models import SurveyAnswer, SurveyVersion
from tests.documents.worlds import STROKES
from tests.training.worlds import PDF, STARTS, close, hold, invite, make_course, make_material, make_session, owe
from tests.worlds import NOON, make_customer, make_office, make_world
from training import selectors, services
from training.models import Attendee, Certificate, Course, Presence, Session

if TYPE_CHECKING:
    from django.test import Client

    from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ENDS = STARTS + timedelta(hours=6)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """The pages' own clock stands at the worlds' noon unless a test moves it."""
    clock = {"at": NOON}
    for module in ("lists", "courses", "session", "people"):
        monkeypatch.setattr(f"training.views.{module}.now", lambda: clock["at"])
    monkeypatch.setattr("training.api.now", lambda: clock["at"])
    return clock


def get(client: Client, person: Any, address: str, status: int = 200, **query: Any) -> str:
    client.force_login(person)
    answer = client.get(address, query, headers={"Accept-Language": "en"})
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def post(client: Client, person: Any, address: str, **data: Any) -> int:
    client.force_login(person)
    return client.post(address, data).status_code


def send(client: Client, person: Any, address: str, status: int = 200, **data: Any) -> Any:
    client.force_login(person)
    answer = client.post(f"/api/v1/training/{address}", data, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def read(client: Client, person: Any, address: str, **query: Any) -> Any:
    client.force_login(person)
    return client.get(f"/api/v1/training/{address}", query).json()


def test_a_session_is_planned_on_the_page_and_shows_what_it_fulfils(client, world):
    owe(world)
    course = make_course(world)
    first = get(client, world.dispatcher, "/training/new/")
    assert world.organization.name in first or str(world.organization) in first
    address = f"/training/new/?organization={world.organization.pk}&contract={world.contract.pk}"
    assert "Basic training" in get(client, world.dispatcher, address)
    facts = {
        "course": course.pk, "contract": world.contract.pk, "site": world.site.pk, "trainers": [world.engineer.pk], "capacity": 8,
        "starts_at": "2026-11-30T09:00", "ends_at": "2026-11-30T16:00",
    }  # fmt: skip
    assert post(client, world.dispatcher, address, **{**facts, "ends_at": "2026-11-30T08:00"}) == 422
    assert post(client, world.dispatcher, address, **facts) == 302
    session = Session.objects.get()
    assert "Basic training" in get(client, world.dispatcher, session.get_absolute_url())
    assert post(client, world.dispatcher, f"/training/{session.pk}/announce/") == 302
    assert get(client, world.dispatcher, "/training/owed/").count("planned") > 1
    get(client, world.dispatcher, "/training/new/?organization=999999", 404)


def test_it_is_corrected_moved_and_called_off_on_the_page(client, world):
    session = make_session(world)
    here = f"/training/{session.pk}/"
    facts = {"course": session.course_id, "site": world.site.pk, "trainers": [world.engineer.pk], "capacity": 9, "room": "B201"}
    assert "B201" not in get(client, world.dispatcher, f"{here}edit/")
    assert post(client, world.dispatcher, f"{here}edit/", **facts) == 302
    times = {"move-starts_at": "2026-12-05T09:00", "move-ends_at": "2026-12-05T12:00"}
    assert post(client, world.dispatcher, f"{here}move/", **times) == 422
    assert post(client, world.dispatcher, f"{here}move/", **times, **{"move-reason": "会议室被占用"}) == 302
    page = get(client, world.customer, here)
    assert "会议室被占用" in page
    assert "B201" in page
    assert post(client, world.dispatcher, f"{here}cancel/", **{"cancel-reason": ""}) == 422
    assert post(client, world.dispatcher, f"{here}cancel/", **{"cancel-reason": "客户搬迁"}) == 302
    assert "客户搬迁" in get(client, world.customer, here)
    assert post(client, world.dispatcher, f"{here}dance/") == 404


def test_a_customer_signs_up_a_colleague_and_reads_nobodys_phone(client, world):
    session = make_session(world)
    invite(world, session, name="王工", phone="13800001111", email="wang@example.com")
    here = f"/training/{session.pk}/"
    page = get(client, world.customer, here)
    assert "王工" in page
    assert "13800001111" not in page
    assert "4 seats left" in page
    assert "13800001111" in get(client, world.engineer, here)
    assert post(client, world.customer, f"{here}invite/", user=world.supervisor.pk) == 302
    assert post(client, world.customer, f"{here}invite/") == 422
    assert post(client, world.customer, f"{here}invite/", user=world.stranger.pk) == 422
    who = Attendee.objects.get(user=world.supervisor)
    assert post(client, world.supervisor, f"/training/attendees/{who.pk}/confirm/") == 302
    who.refresh_from_db()
    assert who.presence == Presence.CONFIRMED
    assert post(client, world.customer, f"/training/attendees/{who.pk}/remove/") == 302
    assert not Attendee.objects.filter(pk=who.pk).exists()
    assert post(client, world.customer, f"/training/attendees/{Attendee.objects.get().pk}/dance/") == 404


def test_who_is_too_late_to_sign_up_reads_why(client, world, at_noon):
    session = make_session(world)
    at_noon["at"] = STARTS
    client.force_login(world.customer)
    late = client.post(f"/training/{session.pk}/invite/", {"name": "王工"}, headers={"Accept-Language": "en"})
    assert (late.status_code, "ask the trainer to add somebody" in late.content.decode()) == (422, True)


@pytest.mark.parametrize("year", ["0001", "1026", "9999"])
def test_a_year_that_nobody_means_is_refused_at_its_field(client, world, year):
    course = make_course(world)
    facts = {
        "course": course.pk, "site": world.site.pk, "trainers": [world.engineer.pk], "capacity": 8,
        "starts_at": f"{year}-01-01T00:00", "ends_at": "2026-11-30T16:00",
    }  # fmt: skip
    client.force_login(world.dispatcher)
    refused = client.post(f"/training/new/?organization={world.organization.pk}", facts)
    assert (refused.status_code, 'id="id_starts_at_error"' in refused.content.decode()) == (422, True)


def test_a_course_without_hours_and_one_that_is_there_are_refused_at_their_fields(client, world):
    known = make_course(world)
    facts = {"code": "new", "name": "课程", "kind": "basic", "hours": "6"}
    client.force_login(world.manager)
    for wrong, field in (({"hours": "0"}, "hours"), ({"code": known.code}, "code"), ({"pass_mark": "101"}, "pass_mark")):
        refused = client.post("/training/courses/new/", {**facts, **wrong})
        shown = refused.content.decode()
        assert (refused.status_code, f'id="id_{field}_error"' in shown, "a_course_takes" in shown) == (422, True, False)


def test_a_session_keeps_its_course_when_that_is_not_offered_any_more(client, world):
    session = make_session(world)
    services.save_course(session.course, actor=world.manager, at=NOON, is_active=False)
    assert session.course.name_en in get(client, world.dispatcher, f"/training/{session.pk}/edit/").split("<form", 1)[1]
    facts = {"course": session.course_id, "site": world.site.pk, "trainers": [world.engineer.pk], "capacity": 9}
    assert post(client, world.dispatcher, f"/training/{session.pk}/edit/", **facts) == 302


def test_the_trainer_takes_attendance_on_a_phone(client, world, at_noon):
    session = make_session(world)
    who, other = invite(world, session), invite(world, session, name="王工")
    day = f"/training/{session.pk}/day/"
    assert "It has not begun yet." in get(client, world.engineer, day)
    at_noon["at"] = STARTS
    assert post(client, world.engineer, f"/training/attendees/{other.pk}/mark/absent/") == 302
    assert "I took part" in get(client, world.engineer, f"/training/attendees/{who.pk}/sign/")
    assert post(client, world.engineer, f"/training/attendees/{who.pk}/sign/") == 422  # neither drawn nor ticked
    assert post(client, world.engineer, f"/training/attendees/{who.pk}/sign/", strokes=json.dumps(STROKES)) == 302
    assert post(client, world.engineer, f"/training/{session.pk}/invite/", name="到场者", day="1") == 302
    page = get(client, world.engineer, day)
    assert "1 of 3 are there" in page
    assert "signature-drawing" in page
    client.force_login(world.engineer)
    held = client.post(f"/training/{session.pk}/hold/")
    assert "/sign/" in held.headers["Location"]
    assert post(client, world.engineer, f"/training/attendees/{other.pk}/mark/present/") == 302
    other.refresh_from_db()
    assert other.presence == Presence.ABSENT  # too late: refused with a sentence
    assert "signature" in get(client, world.engineer, session.get_absolute_url())
    get(client, world.engineer, f"/training/attendees/{who.pk}/mark/maybe/", 405)
    assert post(client, world.engineer, f"/training/attendees/{who.pk}/mark/maybe/") == 404


def test_a_person_signs_with_their_own_account_when_it_has_begun(client, world, at_noon):
    session = make_session(world)
    who = invite(world, session)
    address = f"/training/attendees/{who.pk}/sign/"
    assert address not in get(client, world.customer, session.get_absolute_url())
    at_noon["at"] = STARTS
    assert address in get(client, world.customer, session.get_absolute_url())
    assert post(client, world.customer, address, typed="on") == 302
    get(client, world.supervisor, address, 403)
    assert post(client, world.customer, address, strokes="not json") == 422


def test_points_are_entered_and_the_training_closed_on_the_page(client, world):
    session = make_session(world, make_course(world, pass_mark=60))
    who = invite(world, session)
    hold(world, session, who)
    here = f"/training/{session.pk}/"
    assert post(client, world.engineer, f"{here}close/") == 422
    assert post(client, world.engineer, f"{here}scores/", **{f"points-{who.pk}": "101"}) == 422
    assert post(client, world.engineer, f"{here}scores/", **{f"points-{who.pk}": "88.5"}) == 302
    assert post(client, world.engineer, f"{here}close/") == 302
    assert "88.5" in get(client, world.customer, here)
    assert "88.5" not in get(client, world.supervisor, here)  # the points are one's own


def test_somebody_finds_their_own_certificate_and_nobody_elses(client, world):
    session = make_session(world)
    close(world, session, invite(world, session), invite(world, session, name="王工"))
    mine, other = Certificate.objects.order_by("attendee")
    page = get(client, world.customer, "/training/certificates/")
    assert mine.number in page
    assert other.number not in page
    assert other.number in get(client, world.supervisor, "/training/certificates/")
    client.force_login(world.customer)
    answer = client.get(f"/training/certificates/{mine.pk}/en.pdf")
    assert b"".join(answer).startswith(b"%PDF")  # type: ignore[arg-type]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert client.get(f"/training/certificates/{other.pk}/en.pdf").status_code == 404
    assert client.get(f"/training/certificates/{mine.pk}/fr.pdf").status_code == 404
    assert mine.number not in get(client, world.stranger, "/training/certificates/")
    assert client.get(f"/d/{mine.document.token}/").status_code == 200


@pytest.mark.parametrize(("show", "shown"), [("valid", True), ("ending", False), ("ended", False), ("", True)])
def test_certificates_are_narrowed_by_their_end(client, world, show, shown):
    session = make_session(world)
    close(world, session, invite(world, session))
    number = Certificate.objects.get().number
    assert (number in get(client, world.manager, "/training/certificates/", show=show)) is shown
    assert number not in get(client, world.manager, "/training/certificates/", find="zzzz")


def test_material_is_for_those_who_are_taught_by_it(client, world):
    course = make_course(world)
    old, new = make_material(world, course), make_material(world, course, content=PDF + b"2")
    assert (old.version, new.version) == (1, 2)
    address = f"/training/material/{new.pk}/"
    get(client, world.customer, address, 404)  # nothing is announced yet
    make_session(world, course)
    client.force_login(world.customer)
    answer = client.get(address)
    assert b"".join(answer) == PDF + b"2"  # type: ignore[arg-type]
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    get(client, world.stranger, address, 404)
    client.logout()
    assert client.get(address).status_code == 302
    page = get(client, world.customer, course.get_absolute_url())
    assert "V2" in page
    assert "V1 ·" not in page
    assert "V1" in get(client, world.engineer, course.get_absolute_url())


def test_a_file_is_known_by_what_is_in_it(client, world):
    course = make_course(world)
    address = f"/training/courses/{course.pk}/material/"
    client.force_login(world.dispatcher)
    for content, status in ((b"MZ\x90\x00 a program", 422), (PDF, 302)):
        assert client.post(address, {"upload": SimpleUploadedFile("x.pdf", content)}).status_code == status


def test_a_course_is_saved_by_a_manager_in_both_languages(client, world):
    facts = {"code": "dm8", "name": "达梦高级", "name_en": "DM8 advanced", "kind": "advanced", "hours": "7.5", "is_active": "on"}
    assert post(client, world.manager, "/training/courses/new/", **{**facts, "hours": "0"}) == 422
    assert post(client, world.manager, "/training/courses/new/", **facts, goals="会", goals_en="can") == 302
    course = Course.objects.get()
    page = get(client, world.customer, course.get_absolute_url())
    assert "DM8 advanced" in page
    assert "7.5" in page
    assert post(client, world.manager, f"/training/courses/{course.pk}/edit/", **facts, pass_mark="101") == 422
    assert "7.5" in get(client, world.manager, f"/training/courses/{course.pk}/edit/")


@pytest.mark.parametrize(
    ("query", "count"),
    [({}, 1), ({"show": "past"}, 1), ({"show": "cancelled"}, 1), ({"show": "all"}, 3), ({"show": "all", "find": "zzzz"}, 0),
     ({"show": "all", "kind": "yearly"}, 0), ({"show": "unfinished"}, 0)],
    ids=str,
)  # fmt: skip
def test_the_list_shows_what_is_to_come_first_and_the_rest_by_choice(client, world, query, count):
    course = make_course(world)
    make_session(world, course)
    services.cancel(make_session(world, course), actor=world.dispatcher, at=NOON, reason="改期")
    held = make_session(world, course)
    close(world, held, invite(world, held))
    assert get(client, world.engineer, "/training/", **query).count('scope="row"') == count


def test_strangers_find_nothing(client, world):
    session = make_session(world)
    who = invite(world, session)
    for address in (f"/training/{session.pk}/", f"/training/{session.pk}/calendar.ics", f"/training/attendees/{who.pk}/sign/"):
        get(client, world.stranger, address, 404)
    elsewhere = make_customer(world.organization, sites=[world.other_site])
    get(client, elsewhere, f"/training/{session.pk}/", 404)  # not their site, nor invited
    invite(world, session, user=elsewhere)
    get(client, elsewhere, f"/training/{session.pk}/")


def test_the_calendar_file_follows_a_move_and_a_cancellation(client, world):
    session = make_session(world)
    text = get(client, world.customer, f"/training/{session.pk}/calendar.ics")
    assert "DTSTART:20261130T040000Z" in text
    assert "SEQUENCE:0" in text
    assert "STATUS:CONFIRMED" in text
    services.cancel(session, actor=world.dispatcher, at=NOON, reason="客户搬迁")
    text = get(client, world.customer, f"/training/{session.pk}/calendar.ics")
    assert "STATUS:CANCELLED" in text
    assert "SEQUENCE:1" in text


def test_the_contract_shows_what_is_owed_and_held(client, world):
    owe(world)
    session = make_session(world)
    address = f"/contracts/{world.contract.pk}/"
    page = get(client, world.supervisor, address)
    assert "Basic training" in page
    assert session.get_absolute_url() in page
    assert "/training/new/" not in page
    assert "/training/new/" in get(client, world.dispatcher, address)


@pytest.mark.parametrize(("state", "shown"), [("late", False), ("open", True), ("held", False), ("", True)])
def test_what_is_owed_is_narrowed_by_its_state_and_summed_by_office(client, world, state, shown):
    owe(world)
    page = get(client, world.manager, "/training/owed/", state=state)
    assert ("Basic training" in page) is shown
    assert "East China office" in page


def test_the_dashboard_counts_who_was_trained(client, world):
    session = make_session(world)
    close(world, session, invite(world, session))
    page = get(client, world.manager, "/dashboard/", since="2026-11-01", until="2026-12-31")
    assert "People trained" in page


def test_a_program_leads_a_training_through_its_life(client, world, at_noon):
    owed = owe(world)
    course = make_course(world, code="db-basic")
    plan = {
        "course": "db-basic", "organization": world.organization.pk, "contract": world.contract.pk, "site": world.site.pk,
        "trainers": [world.engineer.pk], "starts_at": STARTS.isoformat(), "ends_at": ENDS.isoformat(), "capacity": 3,
    }  # fmt: skip
    made = send(client, world.dispatcher, "sessions/", 201, **plan)
    here = f"sessions/{made['id']}/"
    assert send(client, world.dispatcher, f"{here}announce/")["status"] == "announced"
    one = send(client, world.customer, f"{here}attendees/", 201, user=world.customer.pk)
    two = send(client, world.dispatcher, f"{here}attendees/", 201, name="王工", phone="13800001111")
    later = {"starts_at": (STARTS + timedelta(days=1)).isoformat(), "ends_at": (ENDS + timedelta(days=1)).isoformat()}
    assert send(client, world.dispatcher, f"{here}move/", **later, reason="改期")["starts_at"] != made["starts_at"]
    at_noon["at"] = STARTS + timedelta(days=1, hours=1)
    lines = [{"attendee": one["id"], "presence": "present"}, {"attendee": two["id"], "presence": "absent"}]
    people = send(client, world.engineer, f"{here}attendance/", attendance=lines)
    assert [row["presence"] for row in people] == ["present", "absent"]
    assert send(client, world.engineer, f"{here}hold/")["status"] == "held"
    assert send(client, world.engineer, f"{here}close/", 409)["code"] == "training_not_now"
    hold_sheet(world, made["id"])
    closed = send(client, world.engineer, f"{here}close/")
    assert (closed["status"], closed["obligation"], closed["present"]) == ("closed", owed.pk, 1)
    rows = read(client, world.customer, "certificates/")["results"]
    assert [(row["course"], row["name"]) for row in rows] == [(course.code, world.customer.name)]
    assert client.get(rows[0]["proof"]).status_code == 200
    assert {row["phone"] for row in read(client, world.customer, f"{here}attendees/")} == {""}
    assert read(client, world.engineer, f"{here}attendees/")[1]["phone"] == "13800001111"
    assert read(client, world.stranger, "sessions/")["results"] == []


def hold_sheet(world: World, pk: int) -> None:
    """Sign the attendance sheet."""
    from documents import services as documents
    from tests.training.worlds import sheet

    paper = sheet(Session.objects.get(pk=pk))
    documents.sign(paper, name="赵主任", strokes=STROKES, seen=paper.content_hash, actor=world.engineer, at=ENDS)


def test_a_program_is_told_what_it_misspells(client, world):
    make_course(world)
    assert send(client, world.dispatcher, "sessions/", 400, cuorse="x")["code"] == "invalid"
    session = make_session(world)
    assert send(client, world.dispatcher, f"sessions/{session.pk}/cancel/", 400)["code"] == "invalid"
    client.force_login(world.dispatcher)
    assert client.get("/api/v1/training/sessions/", {"statsu": "held"}).status_code == 400
    assert send(client, world.engineer, f"sessions/{session.pk}/attendance/", 404, attendance=[{"attendee": 999999, "presence": "present"}])


def test_points_and_materials_over_rest(client, world):
    course = make_course(world, pass_mark=60)
    make_material(world, course)
    session = make_session(world, course)
    who = invite(world, session)
    hold(world, session, who)
    people = send(client, world.engineer, f"sessions/{session.pk}/attendance/", attendance=[{"attendee": who.pk, "score": "70"}])
    assert people[0]["score"] == "70.0"
    assert [row["title"] for row in read(client, world.customer, f"courses/{course.pk}/materials/")] == ["讲义"]
    assert read(client, world.stranger, f"courses/{course.pk}/materials/") == []
    assert send(client, world.dispatcher, f"sessions/{session.pk}/cancel/", 409, reason="x")["code"] == "training_not_now"


def test_a_certificate_is_shown_as_ending_where_the_filter_finds_it(client, world, at_noon):
    session = make_session(world)
    close(world, session, invite(world, session))
    ends = Certificate.objects.get().valid_until
    for days, soon in ((61, False), (60, True), (31, True), (0, True)):
        at_noon["at"] = NOON + timedelta(days=(ends - NOON.date()).days - days)
        shown = get(client, world.engineer, "/training/certificates/", show="ending")
        assert ("TC-" in shown.split('id="certificates"')[1], "ends soon" in shown) == (soon, soon)


def test_the_dashboards_figures_take_as_many_queries_for_many_offices(world):
    version = SurveyVersion.objects.get(template__code="training")
    counts = []
    for office in (world.office, *(make_office() for _each in range(3))):
        for mean in range(1, 6):
            facts = {"organization": world.organization, "office": office, "answered_at": NOON, "mean": mean, "is_anonymous": True}
            SurveyAnswer.objects.create(version=version, cause="request", **facts)
        with CaptureQueriesContext(connection) as queries:
            found = selectors.by_office(NOON - timedelta(days=1), NOON + timedelta(days=1), at=NOON)
        assert found[office.pk].mark == 3
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
