"""Loading plans and calendars: versions, transactions, the commands."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from core.time import epoch
from sla import chinese_year, loading, selectors, services
from sla.engine import Event
from sla.errors import Unreadable
from sla.models import Calendar, CalendarVersion, Plan, PlanVersion
from sla.reading import read_document
from tests.plans import LONG_AGO, load_shipped_plans

pytestmark = pytest.mark.django_db

P0 = (loading.SHIPPED / "p0.yaml").read_text(encoding="utf-8")
P3 = (loading.SHIPPED / "p3.yaml").read_text(encoding="utf-8")
ALWAYS = (loading.SHIPPED / "calendars" / "always.yaml").read_text(encoding="utf-8")
ODD = P3.replace("3: office-cn", "3: office-xx")
LATER = LONG_AGO + timedelta(days=200)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def load(*texts, at=LONG_AGO, actor=None):
    return loading.load_documents([read_document(text, f"file{n}.yaml") for n, text in enumerate(texts, 1)], actor=actor, at=at)


def test_shipped_files_load_and_load_again_without_effect():
    first = load_shipped_plans()
    assert [(loaded.subject.code, loaded.version.number, loaded.is_new) for loaded in first] == [
        ("always", 1, True), ("office-cn", 1, True), *((code, 1, True) for code in ("p0", "p1", "p2", "p3")),
    ]  # fmt: skip
    again = load_shipped_plans(at=LATER)
    assert [loaded.is_new for loaded in again] == [False] * 6
    assert PlanVersion.objects.count() == 4


def test_a_changed_plan_becomes_a_version_from_that_instant_on():
    load_shipped_plans()
    plan = Plan.objects.get(code="p0")
    [loaded] = load(P0.replace("target: 3h", "target: 2h", 1), at=LATER)
    assert (loaded.version.number, loaded.version.valid_from, loaded.is_new) == (2, LATER, True)
    before, after = (selectors.current_plan_version(plan, at) for at in (LATER - timedelta(seconds=1), LATER))
    assert (before.number, after.number) == (1, 2)
    assert selectors.engine_plan(before.pk).promise("diagnosis").targets[1].seconds == 3 * 3600
    assert selectors.engine_plan(after.pk).promise("diagnosis").targets[1].seconds == 2 * 3600


def test_before_the_first_version_the_first_one_holds():
    load_shipped_plans(at=LATER)
    assert selectors.current_plan_version(Plan.objects.get(code="p0"), LONG_AGO).number == 1
    assert selectors.current_calendar_versions(["always"], LONG_AGO) == {"always": CalendarVersion.objects.get(calendar__code="always").pk}


def test_a_plan_without_a_version_and_an_unknown_calendar_are_answered_as_absent():
    plan = Plan.objects.create(code="bare", name="空")
    assert selectors.current_plan_version(plan, LATER) is None
    assert selectors.current_calendar_versions(["nowhere"], LATER) == {}


def test_order_and_layout_of_a_file_do_not_make_a_version():
    load(ALWAYS)
    reordered = ALWAYS.replace("timezone: Asia/Shanghai\n", "") + "holidays: []\ntimezone: 'Asia/Shanghai'  # the same\n"
    assert not load(reordered)[0].is_new


def test_a_new_name_alone_renames_the_calendar_and_keeps_its_version():
    load(ALWAYS)
    [loaded] = load(ALWAYS.replace("Around the clock", "Always"), at=LATER)
    assert not loaded.is_new
    assert Calendar.objects.get(code="always").name_en.startswith("Always")
    assert Calendar.history.filter(code="always").count() == 2


def test_calendars_are_loaded_before_the_plans_that_count_in_them():
    assert [loaded.subject.code for loaded in load(P0, ALWAYS)] == ["always", "p0"]


def test_a_version_cannot_hold_before_the_one_it_follows():
    load(ALWAYS, P0, at=LATER)
    with pytest.raises(Unreadable, match=r"file1\.yaml, line 2: version 1 holds from 2024-07-19"):
        load(P0.replace("target: 3h", "target: 2h", 1), at=LONG_AGO)


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        pytest.param([P0], "file1.yaml, line 5: calendar: there is no calendar “always”; load it first", id="calendar not loaded"),
        pytest.param([ALWAYS, ODD], "file2.yaml, line 69: promises.3.calendar.3: there is no calendar “office-xx”", id="one severity's"),
        pytest.param([ALWAYS, P0, P0], "file3.yaml, line 2: code: “p0” is already given by file2.yaml", id="the same plan twice"),
    ],
)  # fmt: skip
def test_one_wrong_file_leaves_everything_as_it_was(texts, sentence):
    with pytest.raises(Unreadable) as refused:
        load(*texts)
    assert sentence in str(refused.value)
    assert not Plan.objects.exists()
    assert not Calendar.objects.exists()


def test_what_a_refused_load_looked_at_is_forgotten():
    """The calendar of a rolled-back load leaves its id to the next one."""
    half = ALWAYS.replace('[mon, "00:00", "24:00"]', '[mon, "00:00", "12:00"]')
    with pytest.raises(Unreadable):
        load(half, P0, P3)
    load(ALWAYS)
    assert selectors.engine_calendar(CalendarVersion.objects.get().pk).always_open


def test_the_history_names_who_loaded_a_plan(django_user_model):
    admin = django_user_model.objects.create_superuser("admin@example.com", None, name="管理员")
    loaded = load(ALWAYS, P0, actor=admin)[1]
    assert loaded.version.created_by == admin
    assert Plan.history.get(code="p0").history_user == admin
    assert Plan.history.get(code="p0").history_date == LONG_AGO


def test_unconfirmed_years_stay_with_the_calendar_version():
    load_shipped_plans()
    assert CalendarVersion.objects.get(calendar__code="office-cn").data["unconfirmed"] == [2027]


def test_work_that_runs_keeps_the_versions_it_was_promised_under():
    load_shipped_plans()
    plan, log = Plan.objects.get(code="p0"), [Event(epoch(LATER), 1, "reported")]
    situation = {"kind": "fault", "severity": 2, "channel": "portal", "warranty": False}
    before, _change = services.commit(plan.pk, situation=situation, events=log, at=LATER)
    half_a_day = ALWAYS.replace('"24:00"', '"12:00"')
    load(P0.replace("target: 3h", "target: 2h", 1), half_a_day, at=LATER + timedelta(seconds=1))
    after, _change = services.commit(plan.pk, situation=situation, events=log, at=LATER + timedelta(seconds=1))
    [kept], [new] = ([clock for clock in services.settled(made, log, at=LATER) if clock.promise == "diagnosis"] for made in (before, after))
    assert (kept.target, kept.due) == (3 * 3600, epoch(LATER) + 3 * 3600)
    assert new.target == 2 * 3600
    assert services.differences(before, list(before.clocks.all()), log, {}, at=LATER + timedelta(seconds=1)) == []


# --- the commands -------------------------------------------------------------------------------


def test_load_plans_says_what_it_did(capsys):
    call_command("load_plans")
    call_command("load_plans", str(loading.SHIPPED / "p0.yaml"), str(loading.SHIPPED / "calendars" / "always.yaml"))
    assert capsys.readouterr().out.splitlines() == [
        "always.yaml: always is now version 1",
        "office-cn.yaml: office-cn is now version 1",
        "p0.yaml: p0 is now version 1",
        "p1.yaml: p1 is now version 1",
        "p2.yaml: p2 is now version 1",
        "p3.yaml: p3 is now version 1",
        "always.yaml: always is unchanged, version 1 holds",
        "p0.yaml: p0 is unchanged, version 1 holds",
    ]


def test_load_plans_check_changes_nothing(capsys):
    call_command("load_plans", "--check")
    assert "p3.yaml: p3 would become version 1" in capsys.readouterr().out
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (P0.replace("target: 1h", "target: 1 hour", 1).encode(), "p9.yaml, line 35: promises.0.target: “1 hour” is not a duration; write"),
        (b"\xff\xfe", "p9.yaml, line 1: this is not text in UTF-8"),
        (None, "p9.yaml, line 1: No such file or directory"),
    ],
)  # fmt: skip
def test_load_plans_ends_with_a_sentence(tmp_path, content, sentence):
    file = tmp_path / "p9.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        call_command("load_plans", str(file))
    assert str(refused.value).startswith(sentence)


def test_the_shipped_office_calendar_is_what_cn_calendar_writes():
    shipped = (loading.SHIPPED / "calendars" / "office-cn.yaml").read_text("utf-8")
    assert chinese_year.write(map(chinese_year.year, range(2024, 2028))) == shipped


def test_cn_calendar_renews_its_years_and_keeps_what_was_set_by_hand(tmp_path, capsys):
    file = tmp_path / "office.yaml"
    call_command("cn_calendar", "--years", "2025-2026", "--into", str(file))
    by_hand = file.read_text("utf-8").replace('[mon, "13:30", "18:00"]', '[mon, "13:30", "17:00"]').replace("2025-12-31", "")
    file.write_text(by_hand.replace("extra:\n", "extra:\n  - {date: 2025-12-31, hours: []}\n"), "utf-8")
    call_command("cn_calendar", "--years", "2026-2027", "--into", str(file))
    assert "2027: the State Council's notice is not known" in capsys.readouterr().err
    [loaded] = loading.load([Path(file)], actor=None, at=LONG_AGO)
    data = loaded.version.data
    assert ["mon", "13:30", "17:00"] in data["weekly"]
    assert {"date": "2025-12-31", "hours": []} in data["extra"]
    assert {"date": "2026-10-10", "hours": [["09:00", "12:00"], ["13:30", "17:00"]]} in data["extra"], "a make-up day has Monday's hours"
    assert data["unconfirmed"] == [2027]


@pytest.mark.parametrize("given", ["26", "2026-2025", "1999", "next"])
def test_cn_calendar_refuses_what_is_no_year(given):
    with pytest.raises(CommandError):
        call_command("cn_calendar", "--years", given)


# --- the Chinese working year -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "works", "reason"),
    [
        (date(2026, 10, 10), True, "Saturday worked in exchange for National Day week"),
        (date(2026, 9, 20), True, "Sunday worked in exchange for National Day week"),
        (date(2026, 10, 7), False, "the last day of National Day week"),
        (date(2026, 10, 8), True, "the first working day after it"),
        (date(2026, 2, 23), False, "Spring Festival, a Monday off in exchange"),
        (date(2026, 2, 14), True, "Saturday before Spring Festival, worked"),
        (date(2026, 11, 21), False, "a plain Saturday"),
        (date(2025, 10, 11), True, "make-up Saturday of 2025"),
        (date(2024, 2, 9), True, "in 2024 New Year's Eve was no official holiday"),
        (date(2027, 2, 5), False, "fixed by law, known although the notice is not out"),
    ],
)
def test_the_shipped_year_is_the_official_one(day, works, reason):
    load_shipped_plans()
    version = selectors.current_calendar_versions(["office-cn"], LATER)["office-cn"]
    calendar = selectors.engine_calendar(version)
    assert calendar.is_workday(day) is works, reason
    nine = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    assert calendar.elapsed_s(epoch(nine), epoch(nine) + 9 * 3600) == (7.5 * 3600 if works else 0), "09:00-12:00 and 13:30-18:00"
