"""Pages of calendars: who sees what, editing a draft without scripts, files in and out, publishing."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now
from sla import engine
from sla.models import Calendar, CalendarChange, CalendarDraft, CalendarVersion
from sla.services import calendars as hours
from tests.worlds import World, make_promising_world, make_ticket

pytestmark = pytest.mark.django_db
HERE = "/calendars/office-cn/"


@pytest.fixture
def world() -> World:
    return make_promising_world("p3")


@pytest.fixture
def calendar(world) -> Calendar:
    return Calendar.objects.get(code="office-cn")


@pytest.fixture
def manager(client, world):
    client.force_login(world.manager)
    client.cookies["django_language"] = "en"
    return client


def text(answer) -> str:
    return answer.content.decode()


def test_staff_read_a_year_and_only_managers_find_the_way_to_edit(client, world):
    client.cookies["django_language"] = "en"
    client.force_login(world.engineer)
    listed = text(client.get("/calendars/"))
    assert HERE in listed
    page = text(client.get(HERE, {"year": 2026}))
    assert "National Day" in page
    assert "worked in exchange for days off" in page
    assert "09:00–12:00, 13:30–18:00" in page
    assert f"{HERE}draft/" not in page
    assert client.get(f"{HERE}draft/").status_code == 403
    client.force_login(world.manager)
    assert f"{HERE}draft/" in text(client.get(HERE))


@pytest.mark.parametrize("year", ["", "1999", "2101", "abcd", "²²²²", "9" * 30])
def test_any_year_can_be_asked_for(manager, year):
    assert manager.get(HERE, {"year": year}).status_code == 200


@pytest.mark.parametrize(("path", "status"), [(f"{HERE}?version=9", 404), ("/calendars/nowhere/", 404), (f"{HERE}days.exe", 404)])
def test_what_is_not_there_is_missing(manager, path, status):
    assert manager.get(path).status_code == status


def test_a_page_takes_as_many_queries_whatever_the_calendar_holds(manager, calendar, world):
    manager.get(HERE)
    with CaptureQueriesContext(connection) as before:
        manager.get(HERE)
    for number in range(3):
        draft = hours.set_days(
            calendar, first=date(2027, 3, 1), last=date(2027, 3, 1 + number), what="closed", actor=world.manager, at=now()
        )
        hours.publish(calendar, revision=draft.revision, way="new", actor=world.manager, at=now())
    with CaptureQueriesContext(connection) as after:
        manager.get(HERE)
    assert len(after) == len(before)


def test_a_day_is_closed_and_opened_from_the_year(manager, calendar):
    year = text(manager.get(f"{HERE}draft/", {"year": 2027}))
    assert f"{HERE}draft/days/?first=2027-03-02" in year
    assert 'value="2027-03-02"' in text(manager.get(f"{HERE}draft/days/", {"first": "2027-03-02"}))
    answer = manager.post(f"{HERE}draft/days/", {"first": "2027-03-02", "last": "", "what": "closed", "name": "盘点"})
    assert answer["Location"] == f"{HERE}draft/?year=2027#month-3"
    facts = {"first": "2027-03-06", "last": "2027-03-07", "what": "open", "hours": "10:00-12:00，22:00-24:00", "name": ""}
    manager.post(f"{HERE}draft/days/", facts)
    data = CalendarDraft.objects.get().data
    assert "2027-03-02" in data["holidays"]
    assert [row for row in data["extra"] if row["date"][:7] == "2027-03"] == [
        {"date": day, "hours": [["10:00", "12:00"], ["22:00", "24:00"]]} for day in ("2027-03-06", "2027-03-07")
    ]
    shown = text(manager.get(f"{HERE}draft/", {"year": 2027}))
    assert "盘点" in shown
    assert "2027-03-06 – 2027-03-07" in shown
    assert "engineer" not in shown.split("draft-note")[1][:1500]
    assert "draft" in text(manager.get("/calendars/"))


def test_nothing_typed_is_lost_and_the_field_is_named(manager):
    facts = {"first": "2027-03-06", "last": "2027-03-01", "what": "open", "hours": "10:00-12", "name": "值班"}
    answer = manager.post(f"{HERE}draft/days/", facts)
    page = text(answer)
    assert answer.status_code == 422
    assert "“10:00-12” is no range of hours" in page
    for typed in ("2027-03-06", "2027-03-01", "10:00-12", "值班"):
        assert f'value="{typed}"' in page
    answer = manager.post(f"{HERE}draft/days/", {**facts, "hours": "10:00-12:00"})
    assert "The last day lies before the first." in text(answer)
    assert not CalendarDraft.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"timezone": "Mars/Base"}, "There is no time zone “Mars/Base”"),
        ({"wed": "9-5"}, "“9-5” is no range of hours"),
        ({"mon": "", "tue": ""}, "without any, a promise would never come due"),
        ({"unconfirmed": "20271"}, "Write years between 2000 and 2099"),
    ],
)
def test_a_week_that_cannot_be_is_refused_and_kept(manager, change, said):
    week = {"timezone": "Asia/Tokyo", "mon": "09:00-12:00, 13:00-17:00", "tue": "22:00-06:00", "unconfirmed": "2027"} | change
    answer = manager.post(f"{HERE}draft/week/", week)
    assert answer.status_code == 422
    assert said in text(answer)
    for typed in filter(None, week.values()):
        assert f'value="{typed}"' in text(answer)


def test_the_week_is_written(manager):
    week = {"timezone": "Asia/Tokyo", "mon": "09:00-12:00, 13:00-17:00", "tue": "22:00-06:00", "sun": "00:00-24:00", "unconfirmed": "2027"}
    assert manager.post(f"{HERE}draft/week/", week).status_code == 302
    data = CalendarDraft.objects.get().data
    assert (data["timezone"], data["unconfirmed"]) == ("Asia/Tokyo", [2027])
    assert data["weekly"] == [["mon", "09:00", "12:00"], ["mon", "13:00", "17:00"], ["tue", "22:00", "06:00"], ["sun", "00:00", "24:00"]]


def upload(manager, name: str, data: str | bytes):
    body = data.encode() if isinstance(data, str) else data
    return manager.post(f"{HERE}draft/import/", {"file": SimpleUploadedFile(name, body)})


def test_files_go_into_the_draft(manager, calendar):
    assert upload(manager, "2027.csv", "date,hours,name\n2027-05-01,holiday,劳动节\n2027-05-08,09:00-12:00,调休\n").status_code == 302
    data = CalendarDraft.objects.get().data
    assert [day for day in data["holidays"] if day[:4] == "2027"] == ["2027-05-01"]
    assert any(day[:4] == "2026" for day in data["holidays"]), "other years stay"
    exported = {ending: manager.get(f"{HERE}days.{ending}", {"draft": 1}).content for ending in ("json", "csv", "ics")}
    manager.post(f"{HERE}draft/discard/")
    assert not CalendarDraft.objects.exists()
    for ending in ("csv", "ics"):
        upload(manager, f"a.{ending}", exported[ending])
        assert CalendarDraft.objects.get().data == data
        manager.post(f"{HERE}draft/discard/")
    upload(manager, "a.json", exported["json"])
    assert engine.Calendar.from_content(CalendarDraft.objects.get().data) == engine.Calendar.from_content(data)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", "2027-05-01,holiday\n2027-05-32,holiday\n", "a.csv, line 2: “2027-05-32” is no date"),
        ("a.json", '{"timezone": "Asia/Shanghai",\n"weekly": [["mon"]]}', "a.json, line 2"),
        ("a.ics", "no", "a.ics, line 1"),
        ("a.xls", "x", "Choose a file that ends in .json, .csv or .ics."),
        ("a.csv", b"\xff\xfe1", "this is not text in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(manager, name, data, said):
    answer = upload(manager, name, data)
    assert answer.status_code == 422
    assert said in text(answer)
    assert not CalendarDraft.objects.exists()


def test_a_version_is_taken_along_and_subscribed_to(manager, client, calendar):
    data = json.loads(manager.get(f"{HERE}days.json").content)
    assert engine.Calendar.from_content(data) == engine.Calendar.from_content(calendar.versions.get().data)
    answer = manager.get(f"{HERE}days.ics", {"year": 2026})
    assert answer["Content-Disposition"] == 'attachment; filename="office-cn-2026.ics"'
    assert b"DTSTART;VALUE=DATE:20261001" in answer.content
    assert b"2025" not in answer.content.replace(b"RDATE", b"").split(b"END:VTIMEZONE")[1].replace(b"DTSTAMP", b"")
    client.logout()
    address = f"/calendars/feed/{signing.dumps('office-cn', salt='calendar-feed')}.ics"
    feed = client.get(address)
    assert feed["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in feed.content
    assert client.get(address, headers={"If-None-Match": feed["ETag"]}).status_code == 304
    assert client.get("/calendars/feed/office-cn.ics").status_code == 404


def test_preview_then_publish(manager, world, calendar):
    ticket = make_ticket(world, at=now() - timedelta(minutes=2), severity=3)
    first = now().date() + timedelta(days=1)
    manager.post(f"{HERE}draft/days/", {"first": first.isoformat(), "last": (first + timedelta(days=6)).isoformat(), "what": "closed"})
    page = text(manager.get(f"{HERE}preview/"))
    assert ticket.number in page
    assert "1 ticket has a running clock in this calendar." in page
    draft = CalendarDraft.objects.get()
    answer = manager.post(f"{HERE}preview/", {"revision": draft.revision - 1, "way": "carry", "valid_from": ""})
    assert answer.status_code == 422
    assert "has changed the draft since you looked at it" in text(answer)
    answer = manager.post(f"{HERE}preview/", {"revision": draft.revision, "way": "carry", "valid_from": "2020-01-01T00:00"})
    assert "A version cannot begin to hold in the past." in text(answer)
    assert 'value="2020-01-01T00:00"' in text(answer)
    answer = manager.post(f"{HERE}preview/", {"revision": draft.revision, "way": "carry", "valid_from": ""})
    assert answer["Location"] == HERE
    assert CalendarVersion.objects.filter(calendar=calendar).count() == 2
    assert CalendarChange.objects.get().version.created_by == world.manager
    page = text(manager.get(HERE))
    assert "Version 2: 0 tickets moved, 1 to go." in page
    assert manager.get(f"{HERE}preview/").status_code == 302
    assert manager.post(f"{HERE}preview/", {"revision": 1, "way": "carry"}).status_code == 404


def test_a_version_that_was_loaded_meanwhile_is_told(manager, world, calendar):
    manager.post(f"{HERE}draft/days/", {"first": "2027-03-02", "what": "closed"})
    newest = calendar.versions.get()
    CalendarVersion.objects.create(
        calendar=calendar, number=2, valid_from=now(), data=newest.data, checksum="x", created_at=now(), created_by=world.admin
    )
    for page in ("draft/", "preview/"):
        assert "Version 2 was loaded after this draft was begun." in text(manager.get(HERE + page))
