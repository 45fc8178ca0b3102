"""The ladder: each rung at its time, to the right people, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import services as people
from accounts.models import Role
from core.errors import NotNow
from core.queue import drain
from core.time import now
from notifications.models import Message
from sla.models import Clock, Escalation
from tests.worlds import NOON, World, make_promising_world, make_ticket, make_user
from tickets import services

if TYPE_CHECKING:
    from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_promising_world()
    made.office.lead = make_user(role=Role.MANAGER, office=made.office, name="办事处主任")
    made.office.save()
    head = made.office.parent
    assert head is not None
    head.lead = make_user(role=Role.MANAGER, office=head, name="总监")
    head.save()
    return made


def after(**given: float) -> Any:
    return NOON + timedelta(**given)


def response(ticket: Ticket) -> Clock:
    return Clock.objects.get(commitment=ticket.commitment_id, promise="response")


def rungs(ticket: Ticket) -> list[tuple[str, list[str]]]:
    events = ticket.events.filter(type="escalated", facts__promise="response").order_by("seq")
    return [(event.facts["level"], event.facts["told"]) for event in events]


def test_the_ladder_is_climbed_as_time_passes(world: World) -> None:
    ticket = services.assign(make_ticket(world), actor=world.dispatcher, at=NOON, assignee=world.engineer)
    seen = []
    for minutes in (44, 45, 59, 60, 89, 90, 179, 180, 600):
        drain(services.escalate_next_batch, at=after(minutes=minutes))
        seen.append((minutes, [level for level, _told in rungs(ticket)][-1:]))
    assert seen == [
        (44, []), (45, ["warning"]), (59, ["warning"]), (60, ["due"]), (89, ["due"]), (90, ["late-30m"]),
        (179, ["late-30m"]), (180, ["late-2h"]), (600, ["late-2h"]),
    ]  # fmt: skip
    told = dict(rungs(ticket))
    assert told["warning"] == [world.engineer.name]
    assert told["due"] == ["办事处主任"]
    assert set(told["late-30m"]) == {world.manager.name, "办事处主任"}
    assert told["late-2h"] == ["总监"]


def test_a_missed_promise_turns_missed_one_second_after_due(world: World) -> None:
    ticket = make_ticket(world)
    drain(services.escalate_next_batch, at=after(hours=1))
    assert response(ticket).state == "running"
    drain(services.escalate_next_batch, at=after(hours=1, seconds=1))
    assert (response(ticket).state, response(ticket).missed_at) == ("missed", after(hours=1))


def test_a_sweep_that_runs_twice_does_nothing_twice(world: World) -> None:
    make_ticket(world)
    drain(services.escalate_next_batch, at=after(hours=4))
    counted = (Escalation.objects.count(), Message.objects.count())
    drain(services.escalate_next_batch, at=after(hours=4))
    assert (Escalation.objects.count(), Message.objects.count()) == counted


def test_an_answered_promise_climbs_no_further(world: World) -> None:
    ticket = make_ticket(world)
    drain(services.escalate_next_batch, at=after(minutes=46))
    services.contact(ticket, actor=world.engineer, at=after(minutes=50), text="您好")
    drain(services.escalate_next_batch, at=after(hours=2))
    assert [level for level, _told in rungs(ticket)] == ["warning"]


def test_a_person_gets_one_message_for_everything_of_a_round(world: World) -> None:
    for _each in range(5):
        make_ticket(world)
    Message.objects.all().delete()
    drain(services.escalate_next_batch, at=after(minutes=60))
    lead = world.office.lead
    digest = Message.objects.filter(kind="escalation", recipient=lead, channel="inbox")
    assert digest.count() == 1
    assert len(digest.get().context["items"]) == 5


def test_an_escalation_is_acknowledged_by_name_once(world: World) -> None:
    ticket = make_ticket(world)
    drain(services.escalate_next_batch, at=after(minutes=60))
    escalation = Escalation.objects.get(level="due")
    services.acknowledge(escalation, actor=world.manager, at=after(minutes=61))
    escalation.refresh_from_db()
    assert (escalation.acknowledged_by, escalation.acknowledged_at) == (world.manager, after(minutes=61))
    assert ticket.events.filter(type="acknowledged", actor=world.manager).count() == 1
    with pytest.raises(NotNow, match=world.manager.name):
        services.acknowledge(escalation, actor=world.dispatcher, at=after(minutes=62))


def test_a_pause_and_its_end_do_not_fire_a_level_again(world: World) -> None:
    ticket = services.contact(make_ticket(world), actor=world.engineer, at=after(minutes=5), text="您好")
    drain(services.escalate_next_batch, at=after(minutes=140))
    services.hold(ticket, actor=world.engineer, at=after(minutes=150), owner="customer", cause="等授权")
    services.resume(ticket, actor=world.engineer, at=after(minutes=300))
    drain(services.escalate_next_batch, at=after(minutes=320))
    assert list(Escalation.objects.filter(clock__promise="diagnosis").values_list("level", flat=True)) == ["warning"]


def test_operators_rehearse_with_the_command(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    ticket = make_ticket(world)
    call_command("escalate", at=after(hours=1, minutes=31).isoformat())
    assert [level for level, _told in rungs(ticket)] == ["warning", "due", "late-30m"]
    assert "1 tickets" in capsys.readouterr().out
    with pytest.raises(CommandError, match="is not an instant"):
        call_command("escalate", at="tomorrow")


def test_the_audit_names_a_clock_that_was_changed_behind_our_back(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    ticket = make_ticket(world)
    call_command("settle", check=True)
    Clock.objects.filter(pk=response(ticket).pk).update(due_at=after(hours=2))
    with pytest.raises(CommandError, match="differences"):
        call_command("settle", check=True)
    assert f"{ticket.number}: response (1): due_at" in capsys.readouterr().out
    assert response(ticket).due_at == after(hours=2), "an audit rewrites nothing"


def test_a_sweep_takes_the_same_queries_for_one_and_for_many(world: World) -> None:
    counts = []
    for tickets in (2, 20):
        for _each in range(tickets):
            make_ticket(world, at=after(hours=len(counts) * 10))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            services.escalate_next_batch(after(hours=len(counts) * 10 + 5))
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 4, counts  # SQLite writes wide updates in slices


# --- people who are away


def away(person: Any, deputy: Any = None, *, at: Any = NOON) -> None:
    people.enter_absence(person, starts_at=at, ends_at=at + timedelta(days=1), deputy=deputy, actor=person, at=at)


def told_of_due(world: World) -> tuple[list[str], dict[str, list[str]]]:
    """Who the record says was told when the response was due: that is the office lead's rung."""
    ticket = services.assign(make_ticket(world), actor=world.dispatcher, at=NOON, assignee=world.engineer)
    drain(services.escalate_next_batch, at=after(minutes=60))
    facts = ticket.events.get(type="escalated", facts__promise="response", facts__level="due").facts
    recipients = Message.objects.filter(kind="escalation", channel="inbox", created_at=after(minutes=60))
    assert set(facts["told"]) <= set(recipients.values_list("recipient__name", flat=True))
    return facts["told"], facts.get("instead_of", {})


def test_whoever_is_away_is_replaced_by_the_deputy_and_the_record_says_for_whom(world: World) -> None:
    away(world.office.lead, world.dispatcher)
    assert told_of_due(world) == ([world.dispatcher.name], {world.dispatcher.name: ["办事处主任"]})
    message = Message.objects.get(kind="escalation", channel="email", recipient=world.dispatcher)
    assert message.context["instead_of"] == "办事处主任"


def test_a_deputy_who_is_away_too_is_replaced_in_turn(world: World) -> None:
    away(world.office.lead, world.dispatcher)
    away(world.dispatcher, world.engineer)
    assert told_of_due(world) == ([world.engineer.name], {world.engineer.name: ["办事处主任"]})


def test_an_absence_that_is_over_changes_nothing(world: World) -> None:
    away(world.office.lead, world.dispatcher, at=NOON - timedelta(days=1))
    assert told_of_due(world) == (["办事处主任"], {})


def test_a_rung_with_nobody_left_falls_to_the_office_lead(world: World) -> None:
    ticket = services.assign(make_ticket(world), actor=world.dispatcher, at=NOON, assignee=world.engineer)
    away(world.engineer)
    drain(services.escalate_next_batch, at=after(minutes=45))
    assert dict(rungs(ticket)) == {"warning": ["办事处主任"]}


def test_when_nobody_at_all_is_left_those_who_are_meant_are_told_all_the_same(world: World) -> None:
    away(world.office.lead, world.dispatcher)
    away(world.dispatcher, world.office.lead)
    assert told_of_due(world) == (["办事处主任"], {})


def test_absences_are_read_once_a_round_however_many_are_away(world: World) -> None:
    for minutes, people_away in ((0, 1), (1000, 30)):
        for _each in range(people_away):
            away(make_user(office=world.office), world.engineer, at=after(minutes=minutes))
        for _each in range(5):
            make_ticket(world, at=after(minutes=minutes))
        with CaptureQueriesContext(connection) as queries:
            services.escalate_next_batch(after(minutes=minutes + 60))
        assert sum("accounts_absence" in query["sql"] for query in queries) == 1


def test_the_page_says_who_is_away_where_somebody_is_looked_for(world: World, client: Any) -> None:
    at = now()
    ticket = services.assign(make_ticket(world, at=at), actor=world.dispatcher, at=at, assignee=world.engineer)
    people.enter_absence(world.engineer, starts_at=at, ends_at=at + timedelta(days=1), deputy=world.dispatcher, actor=world.engineer, at=at)
    client.force_login(world.manager)
    page = client.get(f"/tickets/{ticket.number}/?do=assign").content.decode()
    choices = page[page.index('id="assign-assignee"') :]
    assert f"{world.engineer.name} · 外出至" in choices
    assert f"由 {world.dispatcher.name} 代理" in choices
    assert page.count("外出至") == 3, "beside the assignee, in the list, and among those who could do it"
