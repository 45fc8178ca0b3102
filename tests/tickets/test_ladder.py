"""The ladder on real tickets: levels that want to be acknowledged, whom they tell, and what they do by themselves."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.queue import drain
from core.time import now
from notifications.models import Message
from notifications.rendering import render
from sla.models import Clock, Escalation
from tests.races import at_once
from tests.tickets.ladders import make_climbing_world, rung
from tests.tickets.rest import Program
from tests.worlds import NOON, make_promising_world, make_ticket
from tickets import services
from tickets.views.desk.rows import drawn, values
from tickets.words import fact_parts, line

if TYPE_CHECKING:
    from datetime import datetime

    from django.test import Client

    from tickets.models import Event, Ticket

pytestmark = pytest.mark.django_db

ASKS = [rung("first", "start+10min", ack="15min"), rung("second", "75%", "office_lead"), rung("third", "due", "director")]


def after(**given: float) -> datetime:
    return NOON + timedelta(**given)


def sweep(**given: float) -> None:
    drain(services.escalate_next_batch, at=after(**given))


def rungs(ticket: Ticket) -> list[tuple[str, str]]:
    rows = Escalation.objects.filter(clock__commitment=ticket.commitment_id, clock__promise="response").order_by("id")
    return [(row.level, row.unanswered) for row in rows]


def response(ticket: Ticket) -> Clock:
    return Clock.objects.get(commitment=ticket.commitment_id, promise="response")


def audited() -> None:
    call_command("settle", check=True)


# --- Acknowledgements ---------------------------------------------------------------------------------


def test_what_nobody_acknowledges_reaches_the_next_level_once() -> None:
    ticket = make_ticket(make_climbing_world(ASKS))
    sweep(minutes=10)
    assert response(ticket).attend_at == after(minutes=25)
    sweep(minutes=24, seconds=59)
    assert rungs(ticket) == [("first", "")]
    for minutes in (25, 26, 45, 50):
        sweep(minutes=minutes)
        assert rungs(ticket) == [("first", ""), ("second", "first")], minutes
        audited()
    sweep(hours=2)
    assert rungs(ticket) == [("first", ""), ("second", "first"), ("third", "")]
    early = Escalation.objects.get(level="second")
    assert (early.fired_at, early.planned_at, early.due_at) == (after(minutes=25), after(minutes=45), after(hours=1))


def test_the_record_says_that_nobody_had_acknowledged_it() -> None:
    ticket = make_ticket(make_climbing_world(ASKS))
    sweep(minutes=10)
    sweep(minutes=25)
    last = ticket.events.filter(type="escalated").latest("seq")
    assert (last.facts["level"], last.facts["unanswered"], last.facts["told"]) == ("second", "first", ["办事处主任"])
    with translation.override("en"):
        assert line(last, ticket).title == "Escalated: Response, second; nobody acknowledged “first”"
    [item] = Message.objects.filter(kind="escalation", channel="inbox").latest("id").context["items"]
    assert item["unanswered"] is True


def test_acknowledged_in_time_the_next_level_waits_for_its_own_time() -> None:
    world = make_climbing_world(ASKS)
    ticket = make_ticket(world)
    sweep(minutes=10)
    services.acknowledge(Escalation.objects.get(), actor=world.engineer, at=after(minutes=24))
    assert response(ticket).attend_at == after(minutes=45), "the sweep has no need to look before"
    sweep(minutes=44)
    assert rungs(ticket) == [("first", "")]
    sweep(minutes=45)
    assert rungs(ticket) == [("first", ""), ("second", "")]
    audited()


def test_acknowledged_late_but_before_the_sweep_came_is_acknowledged() -> None:
    world = make_climbing_world(ASKS)
    ticket = make_ticket(world)
    sweep(minutes=10)
    services.acknowledge(Escalation.objects.get(), actor=world.engineer, at=after(minutes=26))
    sweep(minutes=27)
    assert rungs(ticket) == [("first", "")]


def test_a_pause_holds_the_wait_and_the_rest_of_it_runs_afterwards() -> None:
    world = make_climbing_world(ASKS, pausable=True, measure="restore")
    ticket = make_ticket(world)
    sweep(minutes=10)
    services.hold(ticket, actor=world.engineer, at=after(minutes=20), owner="customer", cause="等授权")
    sweep(hours=2)
    assert rungs(ticket) == [("first", "")]
    services.resume(ticket, actor=world.engineer, at=after(hours=2))
    sweep(hours=2, minutes=4)
    assert rungs(ticket) == [("first", "")]
    sweep(hours=2, minutes=5)
    assert rungs(ticket) == [("first", ""), ("second", "first")]
    audited()


def test_the_audit_finds_a_wait_that_was_lost(capsys: pytest.CaptureFixture[str]) -> None:
    ticket = make_ticket(make_climbing_world(ASKS), at=now() - timedelta(minutes=12))
    drain(services.escalate_next_batch, at=now())
    audited()
    Clock.objects.filter(pk=response(ticket).pk).update(attend_at=now() + timedelta(hours=3))
    with pytest.raises(CommandError, match="differences"):
        audited()
    assert f"{ticket.number}: response (1): attend_at is" in capsys.readouterr().out


def test_an_answered_promise_calls_on_nobody() -> None:
    world = make_climbing_world(ASKS)
    ticket = make_ticket(world)
    sweep(minutes=10)
    services.contact(ticket, actor=world.engineer, at=after(minutes=20), text="您好")
    sweep(hours=3)
    assert rungs(ticket) == [("first", "")]


# --- What levels do -----------------------------------------------------------------------------------


def doing(*actions: str) -> list[dict[str, Any]]:
    return [rung("first", "start+10min", do=list(actions)), rung("second", "due", "office_lead", do=list(actions))]


def deeds(level: str) -> list[tuple[str, str]]:
    """What a level did: “done” or why there was nothing to do."""
    return [(deed["do"], "done" if deed["done"] else deed["why"]) for deed in Escalation.objects.filter(level=level).latest("id").done]


def by_itself(ticket: Ticket, type_: str) -> list[Event]:
    lines = list(ticket.events.filter(type=type_).order_by("seq"))
    assert all(event.actor is None for event in lines)
    return lines


def test_a_level_passes_the_ticket_up_to_the_lead_above() -> None:
    """First the lead of its team, then of its office, then of the one above; nobody is above the last."""
    levels = [rung(code, f"start+{number}0min", do=["reassign"]) for number, code in enumerate(("a", "b", "c", "d"), 1)]
    world = make_climbing_world(levels)
    ticket = services.assign(make_ticket(world), actor=world.dispatcher, at=NOON, assignee=world.engineer)
    names = []
    for minutes in (10, 20, 30, 40):
        sweep(minutes=minutes)
        ticket.refresh_from_db()
        assert ticket.assignee is not None
        names.append(ticket.assignee.name)
    assert names == ["组长", "办事处主任", "总监", "总监"]
    assert [event.facts["assignee"] for event in by_itself(ticket, "reassigned")] == names[:3]
    assert by_itself(ticket, "reassigned")[0].facts["level"] == "a"
    assert deeds("d") == [("reassign", "highest")]
    assert Message.objects.filter(kind="ticket_assigned", recipient__name="组长").exists()
    assert ticket.history.latest("history_id").history_user is None


def test_a_ticket_that_is_passed_on_is_not_thereby_registered() -> None:
    """What a level does is not what a person owes."""
    registration = {"code": "reg", "measure": "registration", "name": {"zh-hans": "登记", "en": "Reg"}, "from": "reported"}
    world = make_climbing_world(doing("reassign"), {**registration, "until": ["registered", "assigned"], "target": "2h"})
    ticket = make_ticket(world)
    sweep(minutes=10)
    assert by_itself(ticket, "reassigned")
    assert Clock.objects.get(commitment=ticket.commitment_id, promise="reg").state == "running"


def test_a_level_raises_the_severity_one_step_and_the_clocks_follow() -> None:
    restore = {
        "code": "restore",
        "measure": "restore",
        "name": {"zh-hans": "恢复", "en": "Restore"},
        "from": "reported",
        "until": "resolved",
    }
    world = make_climbing_world(doing("raise_severity"), {**restore, "target": {1: "4h", 2: "8h", 3: "24h"}})
    ticket = make_ticket(world, severity=3)
    sweep(minutes=10)
    ticket.refresh_from_db()
    assert ticket.severity == 2
    assert Clock.objects.get(commitment=ticket.commitment_id, promise="restore").due_at == after(hours=8)
    [changed] = by_itself(ticket, "severity_changed")
    assert changed.is_public, "the customer reads it"
    assert (changed.facts["from"], changed.facts["to"], changed.facts["promise"]) == (3, 2, "response")
    assert "level" not in changed.facts, "our levels have names that are ours"
    with translation.override("en"):
        assert line(changed, ticket).title == "Severity raised from General to Urgent because of the promise “Response”"
        [_told, (label, text)] = fact_parts(ticket.events.get(type="escalated"))
    assert (label, text) == ("Done by itself", "severity raised from General to Urgent")
    audited()


def test_a_level_that_its_own_deed_reaches_again_does_not_do_it_twice() -> None:
    """Under the shorter target the level is late at once: it is told again, and the severity is not raised again (rule 9)."""
    world = make_climbing_world([rung("late", "due", do=["raise_severity"])], target={1: "10min", 2: "20min", 3: "60min"})
    ticket = make_ticket(world, severity=3)
    sweep(hours=1)
    ticket.refresh_from_db()
    assert ticket.severity == 2
    assert [row.done[0]["done"] for row in Escalation.objects.order_by("id")] == [True]
    audited()


def test_a_level_under_another_due_time_does_nothing_a_second_time() -> None:
    world = make_climbing_world([rung("half", "50%", do=["raise_severity"])], target={1: "1h", 2: "2h", 3: "2h"})
    ticket = make_ticket(world, severity=2)
    sweep(hours=1)
    services.set_severity(ticket, actor=world.engineer, at=after(minutes=61), severity=3, reason="误判")
    sweep(hours=1, minutes=2)
    services.set_severity(ticket, actor=world.engineer, at=after(minutes=63), severity=1, reason="又坏了")
    services.set_severity(ticket, actor=world.engineer, at=after(minutes=64), severity=2, reason="误判")
    sweep(hours=3)
    ticket.refresh_from_db()
    assert ticket.severity == 2
    assert ticket.events.filter(type="severity_changed", actor=None).count() == 1


def test_a_level_calls_the_emergency_team_and_a_person_forms_it() -> None:
    team = {"code": "team", "measure": "team", "name": {"zh-hans": "小组", "en": "Team"}, "from": "reported", "until": "team_formed"}
    called = {**team, "code": "called", "until": ["team_formed", "team_called"]}
    world = make_climbing_world(doing("form_team"), {**team, "target": "1h"}, {**called, "target": "1h"})
    ticket = make_ticket(world)
    sweep(minutes=10)
    [event] = by_itself(ticket, "team_called")
    assert set(event.facts["people"]) == {"组长", "办事处主任", world.manager.name}
    assert not event.is_public
    told = Message.objects.filter(kind="escalation", channel="inbox", recipient__name="办事处主任").get()
    assert told.context["items"][0]["did"] == ["form_team"]
    states = dict(Clock.objects.filter(commitment=ticket.commitment_id, measure="team").values_list("promise", "state"))
    assert states == {"team": "running", "called": "met"}, "calling it keeps a promise only where the plan says so"
    services.form_team(ticket, actor=world.manager, at=after(minutes=30), members="李四、王五")
    sweep(hours=1)
    assert deeds("second") == [("form_team", "has_team")]


def test_the_vendor_is_called_on_and_the_queue_shows_it() -> None:
    world = make_climbing_world(doing("vendor"))
    ticket = services.assign(make_ticket(world), actor=world.dispatcher, at=NOON, assignee=world.engineer)
    sweep(minutes=10)
    ticket.refresh_from_db()
    assert ticket.vendor_called_at == after(minutes=10)
    assert by_itself(ticket, "vendor_called")
    told = set(Message.objects.filter(kind="escalation", channel="inbox").values_list("recipient__name", flat=True))
    assert told == {world.engineer.name, world.dispatcher.name, "办事处主任"}
    with translation.override("en"):
        [row] = drawn(list(values(type(ticket).objects.filter(pk=ticket.pk))), after(minutes=11))
        assert "vendor called on" in row.vendor
    sweep(hours=1)
    assert deeds("second") == [("vendor", "has_vendor")]


NOTHING = [
    ("raise_severity", {"severity": 1}, "worst"),
    ("form_team", {"team": True}, "has_team"),
    ("reassign", {"to": "总监"}, "highest"),
]


@pytest.mark.parametrize(("action", "stands", "why"), NOTHING)
def test_what_does_not_apply_is_nothing_to_do(action: str, stands: dict[str, Any], why: str) -> None:
    world = make_climbing_world(doing(action))
    ticket = make_ticket(world, severity=stands.get("severity", 2))
    if "team" in stands:
        services.form_team(ticket, actor=world.manager, at=NOON, members="李四")
    if "to" in stands:
        services.assign(ticket, actor=world.manager, at=NOON, assignee=type(world.manager).objects.get(name=stands["to"]))
    sweep(minutes=10)
    assert deeds("first") == [(action, why)]
    assert not ticket.events.filter(actor=None).exclude(type="escalated").exists()


def test_a_solved_ticket_is_left_alone() -> None:
    follow_up = {
        "code": "follow",
        "measure": "followup",
        "name": {"zh-hans": "回访", "en": "Follow-up"},
        "from": "resolved",
        "until": "followed_up",
    }
    all_of_it = ["reassign", "raise_severity", "form_team", "vendor"]
    world = make_climbing_world([], {**follow_up, "target": "1h", "levels": [rung("late", "due", do=all_of_it)]})
    ticket = services.resolve(make_ticket(world), actor=world.engineer, at=after(minutes=5), cause="盘满", solution="清理")
    sweep(hours=2)
    assert deeds("late") == [(action, "not_open") for action in all_of_it]
    assert ticket.events.filter(type="escalated").exists()


def test_a_team_that_is_owed_at_once_is_called_with_the_report() -> None:
    """P1, 12.1.1: on a major accident an emergency team is formed without delay."""
    world = make_promising_world("p1")
    ticket = make_ticket(world, severity=1)
    assert [event.type for event in ticket.events.order_by("seq")][:3] == ["reported", "escalated", "team_called"]
    assert Clock.objects.get(commitment=ticket.commitment_id, promise="team").state == "running", "who is in it, a person says"
    services.form_team(ticket, actor=world.manager, at=NOON, members="李四、王五")
    assert Clock.objects.get(commitment=ticket.commitment_id, promise="team").state == "met"
    audited()


# --- The customer -------------------------------------------------------------------------------------

TELLS = [rung("geheim", "75%", "contact"), rung("intern", "due", "contact", "office_lead")]


def test_the_customer_is_told_in_words_of_theirs_and_of_their_ticket_only() -> None:
    world = make_climbing_world(TELLS)
    ticket, other = make_ticket(world), make_ticket(world, site=world.other_site, equipment=None, actor=world.supervisor)
    sweep(minutes=45)
    message = Message.objects.get(kind="ticket_late", recipient=world.customer, channel="email")
    for language in ("en", "zh-hans"):
        text = render(message.kind, message.context, language)
        assert ticket.number in text.subject
        assert other.number not in text.subject + text.body
        assert not [
            word for word in ("geheim", "intern", "%", *(str(each) for each in (world.engineer, "办事处主任"))) if word in text.body
        ]
    assert not Message.objects.filter(kind="escalation").exists(), "nobody else was named"
    assert not ticket.events.filter(is_public=True).exclude(type="reported").exists()
    sweep(hours=1)
    late = Message.objects.filter(kind="ticket_late", recipient=world.customer, channel="email").latest("id")
    assert "承诺的时间内完成" in render(late.kind, late.context, "zh-hans").body


def test_a_contact_without_an_account_is_told_by_mail_and_one_without_address_is_nobody() -> None:
    world = make_climbing_world(TELLS[:1])
    made = make_ticket(world, actor=world.dispatcher, contact_name="老张", contact_email="zhang@example.org")
    make_ticket(world, actor=world.dispatcher, contact_name="老李", contact_phone="110")
    sweep(minutes=45)
    assert [message.address for message in Message.objects.filter(kind="ticket_late")] == ["zhang@example.org"]
    done = dict(Escalation.objects.values_list("clock__commitment__ticket__contact_name", "done"))
    assert done["老张"] == [{"do": "contact", "done": True, "to": "老张"}]
    assert done["老李"] == [{"do": "contact", "done": False, "why": "no_address"}]
    assert Message.objects.filter(kind="escalation", recipient__name="办事处主任").exists(), "a level that reaches nobody falls to the lead"
    assert made.events.filter(type="escalated").count() == 1


# --- Shown --------------------------------------------------------------------------------------------


def test_programs_read_the_ladder_of_each_running_clock() -> None:
    world = make_climbing_world([rung("first", "start+10min", "contact", "assignee", ack="15min"), *doing("vendor")[1:]])
    ticket = services.assign(
        make_ticket(world, at=now() - timedelta(minutes=12)), actor=world.dispatcher, at=now(), assignee=world.engineer
    )
    drain(services.escalate_next_batch, at=now())
    program = Program(world, "engineer")
    [ladder] = program.get(f"tickets/{ticket.number}/escalations/").json()
    assert (ladder["clock"]["promise"], [level["code"] for level in ladder["levels"]]) == ("response", ["first", "second"])
    [firing], coming = ladder["levels"][0]["firings"], ladder["levels"][1]
    assert [(each["name"], [way["state"] for way in each["deliveries"]]) for each in firing["told"]] == [
        (world.engineer.name, ["sent", "pending"])
    ]
    assert [(deed["do"], deed["done"], len(deed["deliveries"])) for deed in firing["done"]] == [("contact", True, 2)]
    assert firing["answer_by"]
    assert (coming["outlook"], coming["firings"], len(coming["more"])) == ("ahead", [], 1)
    services.acknowledge(Escalation.objects.get(pk=firing["id"]), actor=world.engineer, at=now())
    [ladder] = program.get(f"tickets/{ticket.number}/escalations/").json()
    [firing] = ladder["levels"][0]["firings"]
    assert (firing["acknowledged_by"], firing["answer_by"]) == (world.engineer.name, None)


def test_a_ladder_takes_the_same_queries_however_much_of_it_was_climbed() -> None:
    levels = [rung(f"l{number}", f"start+{number}min", "contact", "emergency_team", do=["reassign"]) for number in range(1, 7)]
    world = make_climbing_world(levels)
    ticket = make_ticket(world, at=now() - timedelta(minutes=10))
    program, counts = Program(world, "engineer"), []
    program.get(f"tickets/{ticket.number}/escalations/")  # the token's first use is noted
    for minutes in (9, 0):
        drain(services.escalate_next_batch, at=now() - timedelta(minutes=minutes))
        with CaptureQueriesContext(connection) as queries:
            [ladder] = program.get(f"tickets/{ticket.number}/escalations/").json()
        counts.append((sum(len(level["firings"]) for level in ladder["levels"]), len(queries)))
    assert [fired for fired, _queries in counts] == [1, 6]
    assert counts[0][1] == counts[1][1], counts


def test_a_sweep_that_tells_customers_takes_the_same_queries_for_one_and_for_many() -> None:
    world, counts = make_climbing_world(TELLS), []
    for tickets in (1, 12):
        for _each in range(tickets):
            make_ticket(world, at=after(hours=len(counts) * 10))
        with CaptureQueriesContext(connection) as queries:
            services.escalate_next_batch(after(hours=len(counts) * 10, minutes=50))
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 2, counts  # SQLite writes wide updates in slices


def test_the_list_of_escalations_says_what_nobody_acknowledged(client: Client) -> None:
    world = make_climbing_world(ASKS)
    make_ticket(world)
    sweep(minutes=10)
    sweep(minutes=25)
    client.force_login(world.engineer)
    assert "”无人确认" in client.get("/escalations/").content.decode()


def test_customers_are_told_nothing_of_ladders() -> None:
    world = make_climbing_world(ASKS)
    ticket = make_ticket(world)
    assert Program(world, "customer").get(f"tickets/{ticket.number}/escalations/").status_code == 404


# --- At the same instant ------------------------------------------------------------------------------


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_acknowledging_and_the_sweep_at_one_instant_exactly_one_wins() -> None:
    world = make_climbing_world(ASKS)
    for round_ in range(12):
        ticket = make_ticket(world)
        sweep(minutes=10)
        row = Escalation.objects.get(clock__commitment=ticket.commitment_id)
        turn, lock = iter("as" if round_ % 2 else "sa"), threading.Lock()

        def act(row: Escalation = row, turn: Any = turn, lock: Any = lock) -> None:
            with lock:
                mine = next(turn)
            if mine == "a":
                services.acknowledge(row, actor=world.engineer, at=after(minutes=25))
            else:
                sweep(minutes=25)

        raised = [each for each in at_once(2, act) if each is not None]
        assert not raised, raised
        sweep(minutes=25)
        lines = list(ticket.events.filter(type__in=["escalated", "acknowledged"]).order_by("seq").values_list("type", "facts__level"))
        acknowledged_first = lines == [("escalated", "first"), ("acknowledged", "first")]
        swept_first = lines == [("escalated", "first"), ("escalated", "second"), ("acknowledged", "first")]
        assert acknowledged_first != swept_first, lines
        assert len(rungs(ticket)) == (1 if acknowledged_first else 2)
        audited()
    assert connection.vendor == "postgresql"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_several_sweeps_at_once_do_each_deed_once() -> None:
    world = make_climbing_world([rung("first", "start+10min", "contact", do=["reassign", "raise_severity", "form_team", "vendor"])])
    tickets = [make_ticket(world, severity=3) for _each in range(12)]
    outcomes = at_once(4, lambda: drain(services.escalate_next_batch, at=after(minutes=10), limit=2))
    assert not [each for each in outcomes if isinstance(each, Exception)], outcomes
    sweep(minutes=10)
    for ticket in tickets:
        types = list(ticket.events.filter(actor=None).order_by("seq").values_list("type", flat=True))
        assert types == ["escalated", "reassigned", "severity_changed", "team_called", "vendor_called"]
    assert Message.objects.filter(kind="ticket_late", channel="email").count() == len(tickets)
    audited()
