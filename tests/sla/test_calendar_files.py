"""Calendars go out as files and come back the same, as far as each form can carry them; what is wrong is said with its line."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.calendars import content, files, ical
from sla.engine import Calendar
from sla.engine.calendar.hours import FIELDS
from sla.errors import Unreadable
from sla.services import calendars as services

pytestmark = pytest.mark.once

AT = datetime(2026, 11, 22, tzinfo=UTC)
WEEK = [["mon", "09:00", "12:00"], ["mon", "13:30", "18:00"], ["fri", "22:00", "06:00"], ["sun", "00:00", "24:00"]]
FULL = content.normal(
    {
        "timezone": "Asia/Shanghai",
        "weekly": WEEK,
        "holidays": ["2026-10-01", "2026-10-02", "2027-01-01"],
        "extra": [
            {"date": "2026-10-02", "hours": [["09:00", "12:00"], ["13:00", "17:00:30"]]},
            {"date": "2026-10-10", "hours": [["09:00", "18:00"]]},
            {"date": "2026-10-12", "hours": []},
            {"date": "2026-12-31", "hours": [["22:00", "06:00"], ["00:00", "24:00"]]},
        ],
        "names": {"2026-10-01": "国庆节, “黄金周”", "2026-10-12": "=盘点", "2026-12-31": "跨年; 值班"},
        "unconfirmed": [2027],
    }
)
EMPTY = content.normal({"timezone": "Asia/Shanghai", "weekly": WEEK})


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def back(form: str, full: content.Content) -> content.Content:
    """Write it and read it into a calendar that has its week and zone, but no days."""
    base = content.normal({"timezone": full["timezone"], "weekly": full["weekly"], "unconfirmed": full["unconfirmed"]})
    if form == "json":
        return content.normal({**base, **files.read_json(files.write_json(full), "a.json")})
    if form == "csv":
        return content.with_dates(base, files.read_csv(files.write_csv(full), "a.csv"))
    written = ical.write_ical(full, code="office", name="办公", at=AT).decode()
    return content.with_dates(base, ical.read_ical(written, "a.ics", full["timezone"]))


def test_json_is_what_the_engine_reads_and_comes_back_without_names():
    assert Calendar.from_dict(json.loads(files.write_json(FULL))) == Calendar.from_content(FULL)
    assert back("json", FULL) == {key: value for key, value in FULL.items() if key != "names"}


@pytest.mark.parametrize("form", ["csv", "ics"])
def test_the_days_come_back_with_their_names(form):
    assert back(form, FULL) == FULL


TIMES = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
RANGES = st.lists(st.tuples(TIMES, st.one_of(TIMES, st.just("24:00"))).map(list), max_size=3)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31)).map(date.isoformat)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["Asia/Shanghai", "Asia/Tokyo", "UTC"]),
    st.lists(DAYS, max_size=8),
    st.dictionaries(DAYS, RANGES, max_size=8),
    st.dictionaries(DAYS, st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=20), max_size=4),
)
@pytest.mark.parametrize("form", ["json", "csv", "ics"])
def test_whatever_it_says_it_comes_back(form, zone, holidays, extra, names):
    rows = [{"date": day, "hours": hours} for day, hours in extra.items()]
    full = content.normal({"timezone": zone, "weekly": WEEK, "holidays": holidays, "extra": rows, "names": names})
    if not holidays and not extra:
        return
    expected = {key: value for key, value in full.items() if form != "json" or key != "names"}
    assert back(form, full) == expected


def test_only_the_years_of_a_file_are_replaced():
    dates = files.read_csv("date,hours,name\n2026-05-01,holiday,劳动节\n", "a.csv")
    found = content.with_dates(FULL, dates)
    assert found["holidays"] == ["2026-05-01", "2027-01-01"]
    assert found["extra"] == []
    assert found["names"] == {"2026-05-01": "劳动节"}


def test_files_of_others_are_read():
    text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + "".join(
        f"BEGIN:VEVENT\r\nUID:{number}\r\nDTSTAMP:20260101T000000Z\r\n{lines}\r\nEND:VEVENT\r\n"
        for number, lines in enumerate(
            [
                "SUMMARY:国庆节\r\nDTSTART;VALUE=DATE:20261001\r\nDTEND;VALUE=DATE:20261004",
                "SUMMARY:值班\r\nDTSTART:20261005T010000Z\r\nDTEND:20261005T040000Z",
                "DTSTART:20261006T090000\r\nDURATION:PT2H",
                "DTSTART;VALUE=DATE:20261008",
            ]
        )
    )
    dates = ical.read_ical(text + "END:VCALENDAR\r\n", "a.ics", "Asia/Shanghai")
    assert sorted(map(str, dates.holidays)) == ["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-08"]
    assert {str(day): hours for day, hours in dates.extra.items()} == {
        "2026-10-05": [["09:00", "12:00"]],
        "2026-10-06": [["09:00", "11:00"]],
    }
    assert dates.names[date(2026, 10, 2)] == "国庆节"


READ = {"csv": files.read_csv, "json": files.read_json, "ics": lambda text, name: ical.read_ical(text, name, "Asia/Shanghai")}
HEAD = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20261001\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\n"
TAIL = "END:VEVENT\nEND:VCALENDAR\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "date,hours\n2026-10-01,holiday\n2026-13-01,holiday\n", "a.csv, line 3: “2026-13-01” is no date"),
        ("a.csv", "2026-10-01,9-12\n", "a.csv, line 1: “9-12” is no range of hours"),
        ("a.csv", "2026-10-01,\n", "a.csv, line 1: write hours such as"),
        ("a.csv", "2026-10-01,24:00-06:00\n", "a.csv, line 1: “24:00-06:00”: a day goes from 00:00 to 24:00"),
        ("a.csv", "2026-10-01\n", "a.csv, line 1: write date,hours,name: 1 columns stand here"),
        ("a.csv", "\n2026-10-01,closed\n\n2026-10-01,09:00-10:00\n", "a.csv, line 4: 2026-10-01 is given twice"),
        ("a.csv", "date,hours,name\n", "a.csv, line 1: there is no day in this file"),
        ("a.csv", '2026-10-01,holiday,"a\n', "this is not CSV"),
        ("a.csv", "1926-10-01,holiday\n", "is no date between 2000 and 2099"),
        ("a.json", '{"timezone": "Asia/Shanghai",\n "weekly": [],,\n}', "a.json, line 2: this is not JSON"),
        ("a.json", '{"timezone": "Asia/Shanghai",\n "weekly": []}', "a.json, line 2: weekly: name at least one range"),
        ("a.json", '{"timezone": "Asia/Shanghai",\n\t"weekly": [\n["mon", "09:00", "12:00"],\n["mo", "1", "2"]]}', "a.json, line 4"),
        ("a.json", '{"timezone": "Asia/Shanghai",\n "wekly": []}', "a.json, line 2: wekly: “wekly” is not known here"),
        ("a.json", '{"timezone": "Mars/Base", "weekly": [["mon", "09:00", "12:00"]]}', "a.json, line 1"),
        ("a.json", "[]", "a.json, line 1: a calendar is a mapping"),
        ("a.json", "[" * 100_000, "this is not JSON"),
        ("a.ics", "hello", "a.ics, line 1"),
        ("a.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "there is no event in this file"),
        ("a.ics", HEAD + "DTSTART;VALUE=DATE:20261001\nRRULE:FREQ=YEARLY\n" + TAIL, "a.ics, line 8: events that repeat"),
        ("a.ics", HEAD + "SUMMARY:x\n" + TAIL, "a.ics, line 8: this event has no beginning"),
        ("a.ics", HEAD + "DTSTART:20261001T090000\nDTEND:20261003T090000\n" + TAIL, "a.ics, line 8: hours last no longer than a day"),
        ("a.ics", HEAD + "DTSTART;VALUE=DATE:20261001\nDTEND;VALUE=DATE:20281001\n" + TAIL, "a.ics, line 8: an event of days lasts"),
        ("a.ics", HEAD + "DTSTART:00010101T000000Z\nDTEND:00010101T010000Z\n" + TAIL, "a.ics, line 8: 0001-01-01 lies outside"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_line(name, text, said):
    with pytest.raises(Unreadable) as refusal:
        READ[name.rpartition(".")[2]](text, name)
    assert said in str(refusal.value)


def test_what_is_too_large_or_no_text_is_refused():
    with pytest.raises(Unreadable, match="larger than"):
        files.text_of(b"x" * (files.LARGEST + 1), "a.csv")
    with pytest.raises(Unreadable, match=r"a\.csv, line 2: this is not text"):
        files.text_of("ok\n假".encode("gbk"), "a.csv")


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("", []),
        ("9:00-12:00", [["09:00", "12:00"]]),
        ("09:00–12:00，13：30~18：00", [["09:00", "12:00"], ["13:30", "18:00"]]),
        ("22:00-06:00 20:00-24:00", [["22:00", "06:00"], ["20:00", "24:00"]]),
    ],
)
def test_hours_are_read_as_people_write_them(text, ranges):
    assert content.read_ranges(text) == ranges


def test_the_fields_are_those_of_the_engine():
    assert set(json.loads(files.write_json(EMPTY))) == set(FIELDS)
    assert services.checksum_of(EMPTY) == services.checksum_of(content.normal(EMPTY))
