"""What is agreed beside the plan: tighter targets of a contract, periods of heightened service and who is on duty."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import DomainError, Invalid, NotNow
from core.time import now
from customers import selectors, services
from customers.models import AgreedTarget, HeightenedPeriod
from notifications.models import Message
from sla.engine.plan import Target, tighter
from sla.models import Clock
from tests.worlds import NOON, World, make_promising_world, make_ticket
from tickets import services as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from tickets.models import Ticket

pytestmark = pytest.mark.django_db
MINUTE, HOUR = 60, 3600


@pytest.fixture
def world() -> World:
    return make_promising_world("p3")


def targets(ticket: Ticket) -> dict[str, int | None]:
    return dict(Clock.objects.filter(commitment=ticket.commitment_id).values_list("promise", "target_seconds"))


def agree(world: World, target: str, measure: str = "response", severity: int = 0, clause: str = "附件二") -> AgreedTarget:
    terms = {"measure": measure, "severity": severity, "target": target, "clause": clause}
    return services.agree_target(world.contract, **terms, actor=world.manager, at=NOON)


def period(world: World, *, at: datetime = NOON, hours: float = 24, **targets: str) -> HeightenedPeriod:
    facts = {"name": "国庆重保", "name_en": "National Day", "organizations": [world.organization]}
    facts |= {"starts_at": at, "ends_at": at + timedelta(hours=hours), "targets": targets or {"onsite": "2h"}}
    return services.save_period(None, **facts, actor=world.manager, at=at - timedelta(days=1))


@pytest.mark.parametrize(
    ("first", "second", "stricter"),
    [("30min", "1h", True), ("1h", "1h", False), ("2h", "1h", False), ("2 workdays", "3 workdays", True),
     ("72h", "3 workdays", True), ("1 workdays", "24h", False), ("at once", "1min", True)],
)  # fmt: skip
def test_which_target_is_the_stricter(first: str, second: str, *, stricter: bool) -> None:
    assert tighter(Target.read(first, ()), Target.read(second, ())) is stricter


@pytest.mark.once
def test_a_contract_tightens_its_plan_for_what_is_reported_from_then_on(world: World) -> None:
    before = make_ticket(world)
    agree(world, "30min", severity=2)
    assert targets(before)["response"] == HOUR
    assert targets(make_ticket(world))["response"] == 30 * MINUTE
    assert targets(make_ticket(world, severity=1))["response"] == HOUR, "agreed for severity 2 only"
    tickets.set_severity(before, actor=world.engineer, at=NOON + timedelta(minutes=1), severity=1, reason="更严重")
    assert targets(before)["response"] == HOUR


def test_a_change_of_severity_takes_what_was_agreed_for_it(world: World) -> None:
    agree(world, "20min", severity=1)
    ticket = make_ticket(world)
    tickets.set_severity(ticket, actor=world.engineer, at=NOON + timedelta(minutes=1), severity=1, reason="更严重")
    assert targets(ticket)["response"] == 20 * MINUTE
    assert not list(tickets.audit(NOON + timedelta(minutes=2))), "replay says the same as live"


@pytest.mark.parametrize(
    ("measure", "severity", "target", "field"),
    [
        ("response", 0, "soon", "target"),
        ("response", 0, "0", "target"),
        ("response", 1, "2h", "target"),
        ("response", 1, "1h", "target"),
        ("opinion", 0, "1h", "measure"),
        ("departure", 1, "1h", "measure"),
    ],
)
@pytest.mark.once
def test_what_tightens_nothing_is_refused(world: World, measure: str, severity: int, target: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        agree(world, target, measure, severity)
    assert refusal.value.field == field
    assert not AgreedTarget.objects.exists()


@pytest.mark.once
def test_the_same_is_agreed_once_and_can_be_taken_back(world: World) -> None:
    row = agree(world, "30min")
    with pytest.raises(Invalid):
        agree(world, "20min")
    services.drop_target(row, actor=world.manager, at=NOON)
    assert targets(make_ticket(world))["response"] == HOUR
    assert [str(line.history_type) for line in AgreedTarget.history.all()] == ["-", "+"]


def test_a_period_holds_once_announced_for_its_customers_and_hours(world: World) -> None:
    shown = period(world, onsite="2h", restore="12h")
    assert targets(make_ticket(world))["onsite"] == 4 * HOUR, "a draft promises nothing"
    services.announce_period(shown, actor=world.manager, at=NOON - timedelta(hours=2))
    reported = {
        "before": make_ticket(world, at=NOON - timedelta(seconds=1)),
        "first": make_ticket(world, at=NOON),
        "last": make_ticket(world, at=NOON + timedelta(hours=24, seconds=-1)),
        "after": make_ticket(world, at=NOON + timedelta(hours=24)),
    }
    assert {when: targets(ticket)["onsite"] for when, ticket in reported.items()} == {
        "before": 4 * HOUR, "first": 2 * HOUR, "last": 2 * HOUR, "after": 4 * HOUR,
    }  # fmt: skip
    assert targets(reported["first"])["restore"] == 12 * HOUR
    assert targets(make_ticket(world, severity=1))["onsite"] == 2 * HOUR, "the plan's own is as strict"


@pytest.mark.once
def test_of_contract_and_period_the_stricter_holds(world: World) -> None:
    agree(world, "30min")
    services.announce_period(period(world, response="45min"), actor=world.manager, at=NOON)
    assert targets(make_ticket(world))["response"] == 30 * MINUTE
    shown = period(world, response="10min")
    services.announce_period(shown, actor=world.manager, at=NOON)
    assert targets(make_ticket(world))["response"] == 10 * MINUTE


@pytest.mark.once
def test_another_customer_is_promised_what_the_plan_says(world: World) -> None:
    services.announce_period(period(world), actor=world.manager, at=NOON)
    shown = selectors.periods_for(world.stranger)
    assert not shown
    assert selectors.periods_for(world.supervisor).count() == 1
    assert selectors.periods_near(world.customer, NOON)
    assert not selectors.periods_near(world.customer, NOON + timedelta(hours=24))


def test_both_sides_are_told_once_and_who_is_on_duty_is_named(world: World) -> None:
    shown = period(world)
    on_duty = {"starts_at": NOON, "ends_at": NOON + timedelta(hours=8), "phone": ""}
    services.put_on_duty(shown, person=world.engineer, **on_duty, actor=world.manager, at=NOON)
    services.announce_period(shown, actor=world.manager, at=NOON)
    told = set(Message.objects.filter(kind="heightened_period", channel="inbox").values_list("recipient", flat=True))
    assert {world.customer.pk, world.supervisor.pk, world.engineer.pk, world.manager.pk, world.dispatcher.pk} <= told
    assert world.stranger.pk not in told
    with pytest.raises(NotNow):
        services.announce_period(shown, actor=world.manager, at=NOON)
    changes = [(line.history_user, line.history_change_reason) for line in shown.history.filter(history_change_reason__startswith="+")]
    assert changes == [(world.manager, f"+ {shown.duties.get()}")]
    found = selectors.period_page(world.customer, shown.pk)
    assert [duty.person for duty in selectors.on_duty(found, NOON)] == [world.engineer]
    assert selectors.on_duty(found, NOON + timedelta(hours=8)) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_at": NOON - timedelta(hours=1)}, "ends_at"),
        ({"ends_at": NOON}, "ends_at"),
        ({"organizations": []}, "organizations"),
        ({"targets": {}}, "response"),
        ({"targets": {"onsite": "bald"}}, "onsite"),
        ({"name": ""}, "name"),
    ],
)
@pytest.mark.once
def test_a_period_that_says_nothing_or_nonsense_is_refused_whole(world: World, change: dict[str, Any], field: str) -> None:
    facts = {"name": "重保", "starts_at": NOON, "ends_at": NOON + timedelta(hours=1), "organizations": [world.organization]}
    with pytest.raises(DomainError) as refusal:
        services.save_period(None, **{**facts, "targets": {"onsite": "2h"}, **change}, actor=world.manager, at=NOON)
    assert refusal.value.field == field
    assert not HeightenedPeriod.objects.exists()


@pytest.mark.once
def test_duty_lies_within_the_period_and_is_ours(world: World) -> None:
    shown = period(world)
    for person, begins, ends in (
        (world.customer, NOON, NOON + timedelta(hours=1)),
        (world.engineer, NOON - timedelta(hours=1), NOON + timedelta(hours=1)),
        (world.engineer, NOON, NOON + timedelta(hours=25)),
        (world.engineer, NOON + timedelta(hours=2), NOON + timedelta(hours=1)),
    ):
        with pytest.raises(Invalid):
            services.put_on_duty(shown, person=person, starts_at=begins, ends_at=ends, phone="", actor=None, at=NOON)
    assert not shown.duties.exists()


@pytest.mark.once
def test_what_a_period_no_longer_tightens_and_who_is_relieved_stands_in_the_history(world: World) -> None:
    shown, who = period(world, onsite="2h", restore="12h"), {"actor": world.manager, "at": NOON}
    duty = services.put_on_duty(shown, person=world.engineer, starts_at=NOON, ends_at=NOON + timedelta(hours=1), phone="", **who)
    facts = {name: getattr(shown, name) for name in ("name", "starts_at", "ends_at")}
    services.save_period(shown, **facts, organizations=[world.organization], targets={"onsite": "2h"}, **who)
    assert [(line.measure, line.history_user) for line in AgreedTarget.history.filter(history_type="-")] == [("restore", world.manager)]
    services.relieve(duty, **who)
    last = shown.history.latest("history_id")
    assert (last.history_user, last.history_change_reason) == (world.manager, f"- {duty}")


@pytest.mark.once
def test_the_page_of_a_clock_says_where_its_time_was_agreed(world: World, client: Any) -> None:
    agree(world, "30min", clause="第3条")
    ticket = make_ticket(world)
    client.force_login(world.manager)
    clock = Clock.objects.get(commitment=ticket.commitment_id, promise="response")
    page = client.get(f"/tickets/{ticket.number}/clocks/{clock.pk}/").content.decode()
    assert f"{world.contract.number} 第3条" in page


@pytest.mark.once
def test_a_report_costs_no_more_queries_where_nothing_was_agreed(world: World) -> None:
    make_ticket(world)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            make_ticket(world)
        return len(seen)

    plain = queries()
    agree(world, "30min")
    assert queries() == plain + 1


@pytest.mark.once
def test_managers_do_it_on_pages(world: World, client: Any) -> None:
    client.force_login(world.manager)
    url = f"/contracts/{world.contract.pk}/agreed/"
    assert client.post(url, {"measure": "response", "severity": "2", "target": "2h"}).status_code == 422
    assert client.post(url, {"measure": "response", "severity": "2", "target": "20min", "clause": "3"}).status_code == 302
    row = world.contract.agreed.get()
    page = client.get(f"/contracts/{world.contract.pk}/").content.decode()
    assert "20 分钟" in page
    client.post(f"{url}{row.pk}/drop/")
    assert not world.contract.agreed.exists()
    at = now()
    facts = {"name": "重保", "starts_at": f"{at:%Y-%m-%dT%H:%M}", "ends_at": f"{at + timedelta(days=2):%Y-%m-%dT%H:%M}"}
    refused = client.post("/heightened/new/", {**facts, "organizations": [world.organization.pk]})
    assert (refused.status_code, "重保" in refused.content.decode()) == (422, True)
    made = client.post("/heightened/new/", {**facts, "organizations": [world.organization.pk], "onsite": "2h"})
    shown = HeightenedPeriod.objects.get()
    assert made.headers["Location"] == shown.get_absolute_url()
    client.post(f"/heightened/{shown.pk}/announce/")
    duty = {"person": world.engineer.pk, "starts_at": facts["starts_at"], "ends_at": facts["ends_at"], "phone": "13800000000"}
    assert client.post(f"/heightened/{shown.pk}/duty/", duty).status_code == 302
    client.force_login(world.customer)
    assert "13800000000" in client.get("/portal/").content.decode()
    assert "2 小时" in client.get(shown.get_absolute_url()).content.decode()


@pytest.mark.once
def test_the_list_costs_the_same_however_long(world: World, client: Any) -> None:
    client.force_login(world.manager)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/heightened/").status_code == 200
        return len(seen)

    period(world)
    client.get("/heightened/")
    few = queries()
    for _each in range(8):
        period(world)
    assert queries() == few
