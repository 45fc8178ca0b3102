"""The figures of the dashboard, counted by hand in worlds small enough for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from core.queue import drain
from tests.races import at_once
from tests.worlds import (
    World,
    make_customer,
    make_equipment,
    make_office,
    make_promising_world,
    make_region,
    make_site,
    make_ticket,
    make_user,
)
from tickets import services
from tickets.figures import behind, cells, daily
from tickets.figures.behind import Wanted
from tickets.figures.period import Period, Scope, latest, quarter
from tickets.figures.restore import Restore, restored
from tickets.models import DailyFigure, Ticket
from tickets.services.counting import count_next_batch, forget_counts

if TYPE_CHECKING:
    from tickets.figures.daily import Counts, Daily

pytestmark = pytest.mark.django_db

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
EVERYBODY = Scope()


def at(day: int, hour: int, minute: int = 0, second: int = 0, *, month: int = 11) -> datetime:
    """A moment in Shanghai, which is eight hours ahead and has no summer time."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC) - timedelta(hours=8)


def answer(ticket: Ticket, world: World, moment: datetime) -> Ticket:
    return services.contact(ticket, actor=world.engineer, at=moment, text="已联系")


def diagnose(ticket: Ticket, world: World, moment: datetime) -> Ticket:
    return services.diagnose(ticket, actor=world.engineer, at=moment, cause="磁盘写满", plan="扩容")


def resolve(ticket: Ticket, world: World, moment: datetime) -> Ticket:
    return services.resolve(ticket, actor=world.engineer, at=moment, cause="磁盘写满", solution="已扩容")


def sweep(moment: datetime) -> None:
    drain(services.escalate_next_batch, at=moment)


def count() -> int:
    return drain(count_next_batch)


def both(period: Period = NOVEMBER, scope: Scope = EVERYBODY) -> Daily:
    """The figures before and after they are counted and kept: there must be no difference."""
    now = daily.read(period, scope)
    count()
    kept = daily.read(period, scope)
    assert (now.by, now.before) == (kept.by, kept.before)
    return kept


def decided(counts: Counts) -> tuple[int, int]:
    return counts.met, counts.missed


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def told(world: World) -> World:
    """Three faults: one goes well, one is diagnosed late and visited, one is forgotten."""
    well = make_ticket(world, at=at(10, 9))
    resolve(diagnose(answer(well, world, at(10, 9, 30)), world, at(10, 11)), world, at(10, 13))
    late = make_ticket(world, at=at(11, 9), severity=3)
    answer(late, world, at(11, 9, 10))
    services.request_onsite(late, actor=world.customer, at=at(11, 10))
    services.check_in(late, actor=world.engineer, at=at(11, 14), visit="VIS-1")
    diagnose(late, world, at(11, 13, 30))
    resolve(late, world, at(12, 9))
    make_ticket(world, at=at(12, 22), severity=3)
    sweep(at(13, 9))
    return world


def test_every_promise_is_counted_once_where_it_was_decided(told: World) -> None:
    figures = both()
    assert {code: decided(counts) for code, counts in figures.by["promise"].items()} == {
        "response": (2, 1),  # two answered within the hour, one not at all
        "diagnosis": (1, 2),
        "onsite": (1, 0),
    }
    assert {key: decided(counts) for key, counts in figures.by["severity"].items()} == {"2": (2, 0), "3": (2, 3)}
    assert {key: decided(counts) for key, counts in figures.by["day"].items()} == {
        "2026-11-10": (2, 0),
        "2026-11-11": (2, 1),  # diagnosed late: missed at noon, when its three hours were over
        "2026-11-12": (0, 1),  # the answer was due at 23:00
        "2026-11-13": (0, 1),  # the diagnosis at 01:00
    }
    assert decided(figures.by["office"][str(told.office.pk)]) == decided(figures.total) == (4, 3)
    assert decided(figures.by["customer"][str(told.organization.pk)]) == (4, 3)
    assert decided(figures.by["engineer"][str(told.engineer.pk)]) == (4, 1), "nobody has taken the forgotten one"
    assert figures.total.kept_share == pytest.approx(4 / 7)


def test_what_came_in_and_what_was_solved_where(told: World) -> None:
    figures = both()
    total = figures.total
    assert (total.reported, total.resolved, total.remote, total.onsite) == (3, 2, 1, 1)
    assert {day: (counts.reported, counts.resolved) for day, counts in figures.by["day"].items()} == {
        "2026-11-10": (1, 1),
        "2026-11-11": (1, 0),
        "2026-11-12": (1, 1),
        "2026-11-13": (0, 0),
    }
    assert total.remote_share == 0.5


def test_only_faults_are_solved_remotely_or_on_site(world: World) -> None:
    resolve(make_ticket(world, at=at(10, 9), kind="consultation"), world, at(10, 10))
    total = both().total
    assert (total.resolved, total.remote, total.onsite, total.remote_share) == (1, 0, 0, None)


def test_where_nothing_happened_there_are_no_figures(world: World) -> None:
    figures = both()
    assert not figures.total
    assert (figures.total.kept_share, figures.total_before.kept_share, restored(NOVEMBER, EVERYBODY)) == (None, None, {})


EDGES = [
    (at(10, 0), "2026-11-10", "midnight in Shanghai belongs to the day that begins"),
    (at(10, 23, 59, 59), "2026-11-10", "the last second of the day"),
    (at(11, 0), "2026-11-11", "one second later"),
    (at(10, 7, 59), "2026-11-10", "the day before in UTC"),
    (at(10, 8), "2026-11-10", "midnight in UTC is nothing special"),
]


@pytest.mark.parametrize(("moment", "day", "why"), EDGES, ids=[why for *_case, why in EDGES])
def test_days_are_those_of_the_desk(world: World, moment: datetime, day: str, why: str) -> None:
    make_ticket(world, at=moment)
    assert list(both().by["day"]) == [day]
    one = Period(date.fromisoformat(day), date.fromisoformat(day))
    assert both(one).total.reported == 1
    assert both(one.previous).total.reported == 0


def test_a_period_is_compared_with_as_many_days_before(told: World) -> None:
    week = Period(date(2026, 11, 12), date(2026, 11, 13))
    assert week.previous == Period(date(2026, 11, 10), date(2026, 11, 11))
    figures = both(week)
    assert decided(figures.total) == (0, 2)
    assert decided(figures.total_before) == (4, 1)
    assert decided(figures.before["promise"]["diagnosis"]) == (1, 1)


PERIODS = [
    (latest(7, date(2026, 11, 22)), Period(date(2026, 11, 16), date(2026, 11, 22)), "today is one of them"),
    (quarter(date(2026, 11, 22)), Period(date(2026, 10, 1), date(2026, 11, 22)), "up to today"),
    (quarter(date(2026, 2, 1), back=1), Period(date(2025, 10, 1), date(2025, 12, 31)), "the whole last one, across the year"),
    (quarter(date(2026, 10, 1)), Period(date(2026, 10, 1), date(2026, 10, 1)), "its first day"),
]


@pytest.mark.parametrize(("period", "expected", "why"), PERIODS, ids=[why for *_case, why in PERIODS])
def test_periods(period: Period, expected: Period, why: str) -> None:
    assert period == expected
    assert period.length == len(period.days) == (period.ends - period.starts).days


def test_an_office_and_a_customer_have_figures_of_their_own(told: World) -> None:
    office = make_office()
    other = make_site(region=make_region(office))
    make_ticket(told, at=at(10, 9), site=other, equipment=None, actor=told.dispatcher)
    reported = {
        "everybody": both().total.reported,
        "office": both(scope=Scope(office=office)).total.reported,
        "customer": both(scope=Scope(organization=told.organization)).total.reported,
        "both": both(scope=Scope(office=office, organization=told.organization)).total.reported,
    }
    assert reported == {"everybody": 4, "office": 1, "customer": 3, "both": 0}
    assert both(scope=Scope(office=office)).by["office"].keys() == {str(office.pk)}


# --- Kept figures follow what happens ------------------------------------------------------------


def test_counting_twice_counts_nothing_twice(told: World) -> None:
    assert count() == 3
    before = list(DailyFigure.objects.values_list())
    assert count() == 0
    forget_counts()
    assert count() == 3
    assert [row[1:] for row in DailyFigure.objects.values_list()] == [row[1:] for row in before]


def test_a_solution_that_is_rejected_leaves_its_day(world: World) -> None:
    ticket = resolve(make_ticket(world, at=at(10, 9)), world, at(10, 10))
    count()
    assert both().by["day"]["2026-11-10"].resolved == 1
    services.reject(ticket, actor=world.customer, at=at(12, 9), reason="还是打不开")
    assert both().by["day"]["2026-11-10"].resolved == 0
    resolve(ticket, world, at(13, 9))
    assert {day: counts.resolved for day, counts in both().by["day"].items() if counts.resolved} == {"2026-11-13": 1}


def test_a_promise_that_is_armed_again_leaves_its_day(world: World) -> None:
    ticket = diagnose(make_ticket(world, at=at(10, 9)), world, at(10, 10))
    count()
    services.reject_diagnosis(ticket, actor=world.customer, at=at(10, 11), reason="不对")
    assert "diagnosis" not in both().by["promise"]


def test_a_miss_that_a_longer_target_takes_back_leaves_the_day_on_which_it_stood() -> None:
    world = make_promising_world("p3")
    ticket = make_ticket(world, at=at(10, 22), severity=1)
    sweep(at(11, 6))
    count()
    assert decided(both().by["promise"]["onsite"]) == (0, 1)
    services.set_severity(ticket, actor=world.engineer, at=at(11, 5), severity=3, reason="非核心功能")
    assert "onsite" not in both().by["promise"], "the target is now eight hours of the office, still to come"
    assert not DailyFigure.objects.filter(axis="promise", key="onsite").exclude(met=0, missed=0).exists()


def test_a_ticket_that_moves_takes_its_figures_along(told: World) -> None:
    count()
    office, engineer = make_office(), make_user()
    for ticket in Ticket.objects.filter(status__in=["resolved"]):
        services.reopen(ticket, actor=told.dispatcher, at=at(14, 9), reason="又出现")
        services.assign(ticket, actor=told.dispatcher, at=at(14, 10), office=office, assignee=engineer)
    figures = both()
    assert figures.by["office"][str(office.pk)].reported == 2
    assert figures.by["office"][str(told.office.pk)].reported == 1
    assert str(told.engineer.pk) not in figures.by["engineer"]


def test_a_miss_found_late_stands_on_the_day_the_time_ran_out(world: World) -> None:
    make_ticket(world, at=at(10, 9))
    count()
    sweep(at(20, 9))
    assert decided(both().by["day"]["2026-11-10"]) == (0, 2)


def test_notes_and_replies_change_no_figure(world: World) -> None:
    ticket = make_ticket(world, at=at(10, 9))
    count()
    services.note(ticket, actor=world.engineer, at=at(10, 10), text="记一下")
    services.reply(ticket, actor=world.customer, at=at(10, 10), text="好的")
    assert daily.uncounted(NOVEMBER) == []


def test_only_days_that_changed_are_counted_anew(told: World) -> None:
    count()
    assert daily.uncounted(NOVEMBER) == []
    make_ticket(told, at=at(20, 9))
    assert daily.uncounted(NOVEMBER) == [date(2026, 11, 20)]
    assert daily.uncounted(latest(3, date(2026, 11, 12))) == []


def test_many_changes_are_not_looked_at_one_by_one(told: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "MANY", 2)
    assert daily.uncounted(NOVEMBER) == NOVEMBER.days
    both()


RUNS = [
    ([], [], "nothing"),
    ([5], [(5, 5)], "one day"),
    ([7, 5, 6], [(5, 7)], "in a row, whatever their order"),
    ([1, 2, 5, 9, 10], [(1, 2), (5, 5), (9, 10)], "with gaps"),
]


@pytest.mark.parametrize(("days", "expected", "why"), RUNS, ids=[why for *_case, why in RUNS])
def test_days_are_asked_for_in_stretches(days: list[int], expected: list[tuple[int, int]], why: str) -> None:
    november = lambda day: date(2026, 11, day)  # noqa: E731
    assert cells.runs([november(day) for day in days]) == [(november(first), november(last)) for first, last in expected]


# --- How long it took ------------------------------------------------------------------------------


def solved_in(world: World, *hours: float, severity: int = 2, kind: str = "fault", day: int = 10) -> None:
    for length in hours:
        start = at(day, 1)
        resolve(make_ticket(world, at=start, severity=severity, kind=kind), world, start + timedelta(hours=length))


def test_half_and_nine_tenths_are_times_of_real_faults(world: World) -> None:
    solved_in(world, *range(1, 11))
    solved_in(world, 4, severity=1)
    solved_in(world, 20, kind="request")
    solved_in(world, 2, day=2, severity=3)
    times = restored(Period(date(2026, 11, 10), date(2026, 11, 11)), EVERYBODY)
    hour = 3600
    assert times == {
        (2, True): Restore(10, 5 * hour, 9 * hour),
        (1, True): Restore(1, 4 * hour, 4 * hour),
        (0, True): Restore(11, 5 * hour, 9 * hour),
    }
    assert restored(Period(date(2026, 11, 6), date(2026, 11, 9)), EVERYBODY) == {
        (3, False): Restore(1, 2 * hour, 2 * hour),
        (0, False): Restore(1, 2 * hour, 2 * hour),
    }
    assert restored(NOVEMBER, Scope(organization=world.organization))[0, True].solved == 12
    assert restored(NOVEMBER, Scope(office=make_office())) == {}


# --- The rows behind -------------------------------------------------------------------------------


def wanted(figure: str = "promises", **facts: Any) -> Wanted:
    own = {name: facts.pop(name) for name in ("outcome", "promise", "way", "period") if name in facts}
    return Wanted(figure, own.pop("period", NOVEMBER), facts=tuple(facts.items()), **own)


def test_behind_every_number_are_as_many_rows(told: World) -> None:
    make_ticket(told, at=at(15, 9), site=make_site(make_customer_of(told)), equipment=None, actor=told.dispatcher)
    figures = both()
    columns = {"severity": "severity", "office": "office", "customer": "organization", "engineer": "assignee"}
    for axis, found in figures.by.items():
        for key, counts in found.items():
            facts: dict[str, Any] = {}
            if axis == "promise":
                facts["promise"] = key
            elif axis == "day":
                facts["period"] = Period(date.fromisoformat(key), date.fromisoformat(key))
            elif axis != "total":
                facts[columns[axis]] = int(key)
            assert rows(wanted(outcome="met", **facts)) == counts.met, (axis, key)
            assert rows(wanted(outcome="missed", **facts)) == counts.missed, (axis, key)
            assert rows(wanted(**facts)) == counts.decided
            if axis == "promise":
                continue
            assert rows(wanted("reported", **facts)) == counts.reported, (axis, key)
            assert rows(wanted("resolved", **facts)) == counts.resolved, (axis, key)
            assert rows(wanted("resolved", way="remote", **facts)) == counts.remote
            assert rows(wanted("resolved", way="onsite", **facts)) == counts.onsite


def rows(asked: Wanted) -> int:
    found = behind.shown(behind.rows(asked))
    assert len(found) == found.count()
    return len(found)


def make_customer_of(world: World) -> Any:
    """The stranger's organization, as a second customer."""
    return world.stranger.membership.organization


def test_a_promise_says_by_how_much(told: World) -> None:
    found = behind.shown(behind.rows(wanted(outcome="missed"))).order_by("missed_at")
    with translation.override("zh-hans"):
        lines = [behind.decided(clock, at(13, 9)) for clock in found]
    assert [(line.name, line.late, line.still_open, line.by_how_much) for line in lines] == [
        ("故障诊断报告", True, False, "1 小时 30 分"),
        ("响应", True, True, "10 小时"),
        ("故障诊断报告", True, True, "8 小时"),
    ]
    with translation.override("en"):
        kept = behind.decided(behind.shown(behind.rows(wanted(outcome="met", promise="onsite"))).get(), at(13, 9))
    assert (kept.name, kept.late, kept.by_how_much) == ("On-site arrival", False, "4 h")


def test_equipment_and_customers_do_not_matter_to_the_count_of_promises(world: World) -> None:
    """A ticket without a plan is reported and solved all the same."""
    site = make_site(make_customer_of(world))
    ticket = make_ticket(
        world, at=at(10, 9), site=site, equipment=make_equipment(site), actor=make_customer(site.organization, sites=[site])
    )
    resolve(ticket, world, at(10, 12))
    total = both().total
    assert (total.reported, total.resolved, total.decided) == (1, 1, 0)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_counting_and_changing_at_the_same_moment_loses_nothing() -> None:
    world = make_promising_world()
    tickets = [make_ticket(world, at=at(10, 9)) for _each in range(8)]
    places = iter(range(16))

    def act() -> None:
        place = next(places)
        if place % 2:
            count_next_batch(limit=3)
        else:
            resolve(tickets[place // 2], world, at(10, 10 + place // 4))

    outcomes = at_once(16, act)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    count()
    total = both().total
    assert (total.reported, total.resolved, total.met, total.missed) == (8, 8, 8, 8)
