"""How the desk is: as a page, for programs, and at ``/healthz/deep``."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now
from status import metrics, selectors, services
from status.models import Canary
from tests.worlds import NOON
from tickets.services import escalate_due

if TYPE_CHECKING:
    from tests.worlds import World

pytestmark = pytest.mark.django_db


def canary(at: Any, level: int | None = None, delivery: int | None = None, **facts: Any) -> Canary:
    """A canary that was let go of: its level and delivery so many seconds after the level's time."""
    planned = at + timedelta(seconds=15)
    times = [None if late is None else planned + timedelta(seconds=late) for late in (level, delivery)]
    return Canary.objects.create(reported_at=at, report_ms=20, level_at=planned, fired_at=times[0], delivered_at=times[1], **facts)


WELL, LATE = True, False


@pytest.mark.parametrize(
    ("age", "level", "delivery", "expected", "why"),
    [
        (60, 2, 5, {"report": (WELL, 60), "level": (WELL, 2), "delivery": (WELL, 5)}, "all in time"),
        (60, 10, 60, {"report": (WELL, 60), "level": (WELL, 10), "delivery": (WELL, 60)}, "just in time"),
        (60, 11, 20, {"report": (WELL, 60), "level": (LATE, 11), "delivery": (WELL, 20)}, "the level fired a second too late"),
        (120, 2, 61, {"report": (WELL, 120), "level": (WELL, 2), "delivery": (LATE, 61)}, "the message came a second too late"),
        (660, 2, 5, {"report": (WELL, 660), "level": (WELL, 2), "delivery": (WELL, 5)}, "one was left out"),
        (661, 2, 5, {"report": (LATE, 661), "level": (WELL, 2), "delivery": (WELL, 5)}, "nobody reports any more"),
        (
            26,
            None,
            None,
            {"report": (WELL, 26), "level": (LATE, 11), "delivery": (LATE, None)},
            "only the level is overdue",
        ),
        (
            20,
            None,
            None,
            {"report": (WELL, 20), "level": (LATE, None), "delivery": (LATE, None)},
            "the first is on its way",
        ),
        (200, 2, None, {"report": (WELL, 200), "level": (WELL, 2), "delivery": (LATE, 185)}, "delivery stands still"),
    ],
)
def test_each_stage_is_judged_by_the_newest_canary_that_had_to_pass_it(
    age: int, level: int | None, delivery: int | None, expected: dict[str, Any], why: str
) -> None:
    canary(NOON - timedelta(seconds=age), level, delivery)
    assert {stage.name: (stage.is_well, stage.seconds) for stage in selectors.stages(NOON)} == expected, why


def test_one_on_its_way_does_not_hide_the_one_before() -> None:
    canary(NOON - timedelta(seconds=310), 3, 9)
    canary(NOON - timedelta(seconds=10))
    assert [(stage.is_well, stage.seconds) for stage in selectors.stages(NOON)] == [(True, 10), (True, 3), (True, 9)]


def test_without_any_nothing_is_proved() -> None:
    assert [(stage.is_well, stage.seconds) for stage in selectors.stages(NOON)] == [(False, None)] * 3


def test_what_waits_is_counted_with_its_age(world: World) -> None:
    services.report_canary(NOON)
    assert selectors.waiting_clocks(NOON + timedelta(seconds=14)) == selectors.Waiting(0, 0)
    assert selectors.waiting_clocks(NOON + timedelta(seconds=40)) == selectors.Waiting(1, 25)
    escalate_due(NOON + timedelta(seconds=40))
    assert selectors.waiting_clocks(NOON + timedelta(seconds=40)) == selectors.Waiting(0, 0)
    assert selectors.waiting_messages(NOON + timedelta(seconds=50)) == selectors.Waiting(1, 10)


def test_the_day_is_summed_by_hour() -> None:
    for minutes, level, delivery in ((200, 1, 2), (140, 4, 8), (80, 12, 20), (70, None, None), (0, None, None)):
        canary(NOON - timedelta(minutes=minutes), level, delivery)
    canary(NOON - timedelta(hours=25), 1, 1)
    day = selectors.last_day(NOON)
    assert (day.count, day.wrong, day.share) == (4, 2, 0.5)
    assert [(f"{hour.begins:%H}", hour.count, hour.level, hour.delivery, hour.wrong) for hour in day.hours] == [
        ("08", 1, 1, 2, 0), ("09", 1, 4, 8, 0), ("10", 2, 12, 20, 2),
    ]  # fmt: skip
    assert [selectors.share_of(day.level, share) for share in (0.5, 0.95, 1.0)] == [4, 12, 12]


def test_deep_health_is_503_until_a_canary_has_proved_it(client: Any) -> None:
    answer = client.get("/healthz/deep")
    assert (answer.status_code, answer.json()["delivery"]) == (503, "down")
    canary(now() - timedelta(seconds=100), 1, 4)
    answer = client.get("/healthz/deep")
    found = answer.json()
    assert answer.status_code == 200
    assert found["seconds"] == {"report": pytest.approx(100, abs=5), "level": 1, "delivery": 4}
    assert {found[name] for name in ("web", "database", "broker", "report", "level", "delivery")} == {"ok"}


@pytest.mark.parametrize(
    ("token", "given", "status"),
    [("", "", 403), ("", "Bearer ", 403), ("secret", "Bearer secret", 200), ("secret", "Bearer other", 403), ("secret", "", 403)],
)
def test_programs_read_the_figures_with_the_token(client: Any, settings: Any, token: str, given: str, status: int) -> None:
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", headers={"Authorization": given}).status_code == status


def test_the_figures_are_what_the_page_says() -> None:
    canary(NOON - timedelta(seconds=100), 3, 7)
    lines = metrics.text(NOON).decode().splitlines()
    assert {
        'desk_canary_ok{stage="delivery"} 1.0',
        "desk_canary_age_seconds 100.0",
        'desk_canary_late_seconds{stage="level"} 3.0',
        'desk_canary_late_seconds_day{quantile="0.95",stage="delivery"} 7.0',
        "desk_clocks_waiting 0.0",
        "desk_messages_given_up 0.0",
        "desk_canaries_wrong_day 0.0",
    } <= set(lines)


def test_the_page_costs_the_same_however_many_canaries_there_were(client: Any, world: World) -> None:
    client.force_login(world.manager)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get("/status/").status_code == 200
        return len(seen)

    canary(now() - timedelta(hours=1), 1, 4)
    client.get("/status/")
    few = queries()
    for minutes in range(2, 200, 2):
        canary(now() - timedelta(minutes=minutes), 1, 4)
    assert queries() == few


def test_the_page_says_which_stage_is_late(client: Any, world: World) -> None:
    client.force_login(world.manager)
    client.cookies["django_language"] = "en"
    canary(now() - timedelta(seconds=100), 15, 20)
    text = client.get("/status/").content.decode()
    assert "is late or stands still" in text
    assert "15 s late" in text or "15 seconds late" in text
    part = client.get("/status/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "is late or stands still" in part
