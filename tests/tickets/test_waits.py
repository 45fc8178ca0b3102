"""Waiting for a cause: its evidence, its end, what the customer may object to and who decides."""
# ruff: noqa: E501 - a case a line

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.errors import DomainError, Invalid, NotAllowed
from core.time import now
from notifications.models import Message
from reports import figures
from reports.models import month_of
from sla.models import Clock
from tests.worlds import NOON, World, make_promising_world, make_ticket, make_user, make_world
from tickets import selectors, services
from tickets.errors import MoveNotAllowed, NotYours
from tickets.figures import behind, daily
from tickets.figures.period import Period, Scope
from tickets.models import Ticket

if TYPE_CHECKING:
    from datetime import datetime

pytestmark = pytest.mark.django_db


def after(**span: float) -> datetime:
    return NOON + timedelta(**span)


HELD, DONE = after(hours=1), after(hours=20)


@pytest.fixture
def world(db) -> World:
    return make_promising_world()


@pytest.fixture
def ticket(world: World) -> Ticket:
    return services.contact(make_ticket(world), actor=world.engineer, at=after(minutes=10), text="您好")


def clock(ticket: Ticket, promise: str = "diagnosis") -> Clock:
    return Clock.objects.get(commitment=ticket.commitment_id, promise=promise)


def part(world: World, ticket: Ticket, *, until: datetime, at: datetime = HELD, **facts: Any) -> Ticket:
    return services.hold(ticket, actor=world.engineer, at=at, code="part", evidence="SF123456", expected_at=until, **facts)


# --- causes -----------------------------------------------------------------------------------------


def test_a_cause_says_in_whose_hands_it_is(world, ticket):
    ticket = services.hold(ticket, actor=world.engineer, at=after(hours=1), code="information", cause="昨晚的日志")
    assert (ticket.wait_owner, ticket.wait_code, ticket.wait_cause, ticket.wait_until) == ("customer", "information", "昨晚的日志", None)
    facts = ticket.events.get(type="hold").facts
    assert (facts["owner"], facts["name"]["en"]) == ("customer", "Information or logs from the customer")
    message = Message.objects.get(kind="ticket_hold", recipient=world.customer, channel="inbox")
    assert message.context["cause"] == "等待客户提供信息或日志 · 昨晚的日志"


@pytest.mark.parametrize(
    ("facts", "field", "why"),
    [
        ({"code": "weather"}, "code", "a cause the plan does not know"),
        ({"code": "part", "expected_at": after(hours=3)}, "evidence", "evidence is required"),
        ({"code": "part", "evidence": " ", "expected_at": after(hours=3)}, "evidence", "blanks show nothing"),
        ({"code": "part", "evidence": "SF1"}, "expected_at", "what ends by itself needs its end"),
        ({"code": "part", "evidence": "SF1", "expected_at": after(hours=1)}, "expected_at", "an end that has come"),
        ({"code": "part", "evidence": "SF1", "expected_at": after(days=400)}, "expected_at", "a slip of the pen"),
        ({"code": "access", "expected_at": after(hours=3)}, "expected_at", "what does not end by itself has no end"),
        ({"owner": "vendor", "cause": "补丁", "expected_at": after(hours=3)}, "expected_at", "nor what is only said"),
        ({"code": "access", "owner": "vendor"}, "owner", "in other hands than the cause says"),
        ({"owner": "vendor"}, "cause", "neither a cause nor words"),
        ({}, "cause", "nothing at all"),
    ],
)
def test_a_wait_is_refused_with_the_field_it_is_about(world, ticket, facts, field, why):
    with pytest.raises(Invalid) as refused:
        services.hold(ticket, actor=world.engineer, at=after(hours=1), **facts)
    assert refused.value.field == field, why
    assert Ticket.objects.get(pk=ticket.pk).status != "waiting"


def test_a_file_is_evidence(world, ticket):
    file = SimpleUploadedFile("waybill.txt", "顺丰 SF123456".encode())
    services.hold(ticket, actor=world.engineer, at=after(hours=1), code="part", files=[file], expected_at=after(hours=3))
    assert ticket.events.get(type="hold").attachments.get().name == "waybill.txt"


# --- what ends by itself ----------------------------------------------------------------------------


@pytest.mark.parametrize("late", [0, 1, 3600], ids=["on the second", "a second late", "an hour late"])
def test_a_part_that_is_expected_ends_the_wait_at_that_second(world, ticket, late):
    ticket = part(world, ticket, until=after(hours=5))
    assert (clock(ticket).state, clock(ticket).due_at, clock(ticket).attend_at) == ("paused", None, after(hours=5))
    assert services.escalate_next_batch(after(hours=5) - timedelta(seconds=1)) == 0
    assert list(services.audit(after(hours=5, minutes=1))) == [], "that the sweep has not come by is no fault"
    services.escalate_due(after(hours=5) + timedelta(seconds=late))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.wait_owner, ticket.wait_code, ticket.wait_until) == ("in_progress", "", "", None)
    resumed = ticket.events.get(type="resumed")
    assert (resumed.at, resumed.actor, resumed.facts) == (after(hours=5), None, {"expected": True})
    assert clock(ticket).due_at == after(hours=7)
    assert ticket.queue_at == after(hours=7)
    assert list(services.audit(after(hours=6, minutes=1))) == []


def test_a_wait_that_ended_unseen_for_long_is_missed_when_the_sweep_comes(world, ticket):
    ticket = part(world, ticket, until=after(hours=5))
    services.escalate_due(after(hours=8))
    assert (clock(ticket).state, clock(ticket).missed_at) == ("missed", after(hours=7))
    assert ticket.events.filter(type="escalated", facts__promise="diagnosis").count() == 3
    assert services.escalate_due(after(hours=8)) == 0, "once"


def test_who_comes_before_the_sweep_finds_the_wait_over(world, ticket):
    ticket = part(world, ticket, until=after(hours=5))
    ticket = services.diagnose(ticket, actor=world.engineer, at=after(hours=6), cause="电源", plan="更换")
    assert [(event.type, event.at) for event in ticket.events.order_by("seq")][-2:] == [
        ("resumed", after(hours=5)),
        ("diagnosis_delivered", after(hours=6)),
    ]
    assert (clock(ticket).state, ticket.status) == ("met", "in_progress")
    assert services.escalate_next_batch(after(hours=6)) == 0
    assert list(services.audit(after(hours=6))) == []


def test_a_wait_that_is_over_cannot_be_resumed_or_moved(world, ticket):
    ticket = part(world, ticket, until=after(hours=5))
    for move in ("resume", "move_arrival"):
        given = {"expected_at": after(hours=9), "reason": "r"} if move == "move_arrival" else {}
        with pytest.raises(MoveNotAllowed):
            getattr(services, move)(ticket, actor=world.engineer, at=after(hours=5), **given)


@pytest.mark.parametrize(("hours", "due"), [(3, 5), (9, 11)], ids=["earlier", "later"])
def test_the_expected_arrival_moves(world, ticket, hours, due):
    ticket = part(world, ticket, until=after(hours=5))
    ticket = services.move_arrival(ticket, actor=world.engineer, at=after(hours=2), expected_at=after(hours=hours), reason="快递改期")
    assert (ticket.wait_until, clock(ticket).attend_at) == (after(hours=hours), after(hours=hours))
    services.escalate_due(after(hours=hours))
    assert clock(ticket).due_at == after(hours=due)
    assert ticket.events.get(type="resumed").at == after(hours=hours)
    assert list(services.audit(after(hours=hours))) == []
    assert Message.objects.filter(kind="ticket_replied", recipient=world.customer).exists(), "the customer is told"


@pytest.mark.parametrize(
    ("given", "field", "why"),
    [
        ({"expected_at": after(hours=2), "reason": "r"}, "expected_at", "it has come: resume"),
        ({"expected_at": after(hours=5), "reason": "r"}, "expected_at", "nothing moves"),
        ({"expected_at": after(hours=6), "reason": " "}, "reason", "without a reason"),
    ],
)
def test_a_move_of_the_arrival_is_refused(world, ticket, given, field, why):
    part(world, ticket, until=after(hours=5))
    with pytest.raises(Invalid) as refused:
        services.move_arrival(ticket, actor=world.engineer, at=after(hours=2), **given)
    assert refused.value.field == field, why


def test_what_does_not_end_by_itself_has_no_arrival_to_move(world, ticket):
    services.hold(ticket, actor=world.engineer, at=after(hours=1), code="access")
    with pytest.raises(Invalid):
        services.move_arrival(ticket, actor=world.engineer, at=after(hours=2), expected_at=after(hours=6), reason="r")


def test_a_ticket_without_promises_goes_on_too(db):
    world = make_world()
    world.contract.delete()
    ticket = part(world, make_ticket(world), until=after(hours=5))
    assert ticket.commitment is None
    assert services.wake_next_batch(after(hours=4)) == 0
    assert services.wake_next_batch(after(hours=6)) == 1
    ticket.refresh_from_db()
    assert (ticket.status, ticket.events.get(type="resumed").at) == ("in_progress", after(hours=5))


# --- objections -------------------------------------------------------------------------------------


@pytest.fixture
def held(world: World, ticket: Ticket) -> Ticket:
    """A pause of four hours for the customer's sake, ordered by the engineer, over at five."""
    services.hold(ticket, actor=world.engineer, at=after(hours=1), code="access")
    return services.resume(ticket, actor=world.engineer, at=after(hours=5))


def objected(world: World, ticket: Ticket, at: datetime, **given: Any) -> Ticket:
    return services.object_to_pause(ticket, actor=world.customer, at=at, reason="我们没有让你们等", **given)


def seq(ticket: Ticket) -> int:
    return ticket.events.get(type="hold").seq


@pytest.mark.parametrize("at", [after(hours=5), after(hours=5, days=3)], ids=["as soon as it ended", "up to the last second"])
def test_a_pause_may_be_objected_to_for_a_set_time(world, held, at):
    assert objected(world, held, at).events.get(type="pause_objected").facts == {"hold": seq(held)}


def test_a_second_later_an_objection_is_refused(world, held):
    with pytest.raises(MoveNotAllowed) as refused:
        objected(world, held, after(hours=5, days=3, seconds=1))
    assert refused.value.stable_code == "objection_over"
    assert "3" in str(refused.value)


def test_a_pause_that_lasts_may_be_objected_to_for_as_long_as_it_lasts(world, ticket):
    services.hold(ticket, actor=world.engineer, at=after(hours=1), code="access")
    assert objected(world, ticket, after(days=60)).events.filter(type="pause_objected").exists()


def test_a_solved_and_closed_ticket_takes_an_objection(world, held):
    services.resolve(held, actor=world.engineer, at=after(hours=6), cause="c", solution="s")
    services.confirm(held, actor=world.customer, at=after(hours=7))
    objected(world, held, after(hours=8))
    ticket = services.uphold_objection(held, actor=world.manager, at=after(hours=9), reason="确实没有通知客户")
    assert (ticket.status, clock(ticket).state) == ("closed", "met"), "what has ended stays as it ended"
    assert list(services.audit(after(hours=9))) == []


@pytest.mark.parametrize(
    ("act", "refusal", "why"),
    [
        (lambda w, t: objected(w, t, after(hours=7)), MoveNotAllowed, "one objection a pause"),
        (lambda w, t: objected(w, t, after(hours=7), pause=1), Invalid, "a line that is no pause"),
        (lambda w, t: services.uphold_objection(t, actor=w.engineer, at=after(hours=7), reason="r"), NotAllowed, "an engineer"),
        (lambda w, t: services.refuse_objection(t, actor=w.dispatcher, at=after(hours=7), reason="r"), NotAllowed, "a dispatcher"),
        (lambda w, t: services.refuse_objection(t, actor=w.customer, at=after(hours=7), reason="r"), NotYours, "the customer"),
        (lambda w, t: services.refuse_objection(t, actor=w.manager, at=after(hours=7), reason=" "), Invalid, "without a reason"),
        (lambda w, t: services.uphold_objection(t, actor=w.manager, at=after(hours=7), reason="r", pause=1), MoveNotAllowed, "another pause"),
        (lambda w, t: services.uphold_objection(t, actor=w.manager, at=after(hours=7), reason="r", since=after(hours=6)), Invalid, "not in it"),
        (lambda w, t: services.uphold_objection(t, actor=w.manager, at=after(hours=7), reason="r", to=after(minutes=9)), Invalid, "before it"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_who_decides_what(world, held, act, refusal, why):
    objected(world, held, after(hours=6))
    with pytest.raises(refusal):
        act(world, held)


def test_whoever_ordered_the_pause_does_not_decide(world, ticket):
    services.hold(ticket, actor=world.manager, at=after(hours=1), code="access")
    objected(world, ticket, after(hours=2))
    with pytest.raises(NotAllowed):
        services.refuse_objection(ticket, actor=world.manager, at=after(hours=3), reason="r")
    other = make_user(role="manager", office=world.office)
    services.refuse_objection(ticket, actor=other, at=after(hours=3), reason="已电话确认")
    with pytest.raises(DomainError):
        services.uphold_objection(ticket, actor=other, at=after(hours=4), reason="decided already")


def test_an_objection_that_is_upheld_takes_the_pause_back(world, held):
    """Diagnosis within three hours, one of them used before the pause: by that it was due two hours into the pause."""
    assert clock(held).due_at == after(hours=7)
    objected(world, held, after(hours=6))
    ticket = services.uphold_objection(held, actor=world.manager, at=after(hours=6, minutes=30), reason="没有通知客户")
    assert (clock(ticket).state, clock(ticket).missed_at) == ("missed", after(hours=3))
    fired = ticket.events.filter(type="escalated", facts__promise="diagnosis").values_list("facts__level", flat=True)
    assert list(fired) == ["late-2h"], "only the highest level"
    assert list(services.audit(after(hours=7))) == []


def test_only_the_disputed_part_is_taken_back(world, held):
    objected(world, held, after(hours=6))
    ticket = services.uphold_objection(held, actor=world.manager, at=after(hours=6), reason="r", since=after(hours=4))
    assert (clock(ticket).state, clock(ticket).due_at) == ("running", after(hours=6))
    assert list(services.audit(after(hours=6))) == []


def test_an_objection_upheld_while_the_pause_lasts_ends_it(world, ticket):
    part(world, ticket, until=after(hours=50))
    objected(world, ticket, after(hours=2))
    ticket = services.uphold_objection(ticket, actor=world.manager, at=after(hours=2), reason="备件已在现场")
    assert (ticket.status, ticket.wait_owner, ticket.wait_until) == ("in_progress", "", None)
    assert (clock(ticket).due_at, clock(ticket).state) == (after(hours=3), "running")
    assert list(services.audit(after(hours=2))) == []
    services.escalate_due(after(hours=51))
    assert ticket.events.filter(type="resumed").count() == 1, "it does not end twice"


def test_a_refused_objection_changes_no_clock_and_everybody_is_told(world, held):
    services.assign(held, actor=world.dispatcher, at=after(hours=5), assignee=world.engineer)
    due = clock(held).due_at
    objected(world, held, after(hours=6))
    assert Message.objects.filter(kind="ticket_replied", recipient=world.manager, channel="inbox").count() == 1, "who decides is told"
    ticket = services.refuse_objection(held, actor=world.manager, at=after(hours=6), reason="有通话记录")
    assert clock(ticket).due_at == due
    assert ticket.events.get(type="objection_refused").text == "有通话记录"
    for person in (world.customer, world.engineer):
        assert Message.objects.filter(kind="ticket_replied", recipient=person, channel="inbox").exists()


# --- pages ------------------------------------------------------------------------------------------


def page(client, person, ticket, **query) -> str:
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return " ".join(client.get(reverse("tickets:ticket", args=[ticket.number]), query).content.decode().split())


def test_the_portal_offers_an_objection_as_long_as_there_is_something_to_object_to(client, world):
    ticket = make_ticket(world, at=now() - timedelta(days=9))
    address = f"/tickets/{ticket.number}/moves/object/"
    assert address not in page(client, world.customer, ticket)
    part(world, ticket, at=now() - timedelta(hours=1), until=now() + timedelta(hours=5))
    found = page(client, world.customer, ticket)
    assert address in found
    assert "Spare part on its way" in found
    assert "then the wait ends by itself" in found
    client.post(address, {"reason": "备件上周就到了"})
    assert ticket.events.get(type="pause_objected").text == "备件上周就到了"
    assert address not in page(client, world.customer, ticket)


def test_the_desk_orders_moves_and_decides(client, world):
    ticket = make_ticket(world, at=now() - timedelta(hours=2))
    assert "needs evidence" in page(client, world.engineer, ticket, do="hold")
    later = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    move = f"/tickets/{ticket.number}/moves/"
    assert client.post(f"{move}hold/", {"code": "part", "evidence": "SF1", "expected_at": later}).status_code == 302
    assert (
        client.post(
            f"{move}move-arrival/", {"expected_at": (now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"), "reason": "改期"}
        ).status_code
        == 302
    )
    assert "uphold-objection" not in page(client, world.manager, ticket)
    services.object_to_pause(ticket, actor=world.customer, at=now(), reason="不同意")
    assert "uphold-objection" not in page(client, world.engineer, ticket)
    assert "uphold-objection" in page(client, world.manager, ticket)
    assert "Withdrawn from" in page(client, world.manager, ticket, do="uphold-objection")
    assert client.post(f"{move}uphold-objection/", {"reason": "同意客户"}).status_code == 302
    assert ticket.events.filter(type="objection_upheld").exists()


# --- figures ----------------------------------------------------------------------------------------


@pytest.fixture
def kept(world: World, held: Ticket) -> Ticket:
    """Diagnosed an hour before its due time, which is four hours of pause later than it would have been."""
    return services.diagnose(held, actor=world.engineer, at=after(hours=6), cause="电源", plan="更换")


def view(ticket: Ticket, promise: str = "diagnosis", at: datetime = DONE) -> selectors.ClockView:
    fresh = selectors.with_promises(Ticket.objects.all()).get(pk=ticket.pk)
    return next(each for each in selectors.clock_views(fresh, at) if each.promise == promise)


def hours(each: selectors.ClockView) -> tuple[float, float, float]:
    assert each.gross_seconds is not None
    assert each.net_seconds is not None
    return each.gross_seconds / 3600, each.net_seconds / 3600, each.disputed_seconds / 3600


def decide(world: World, ticket: Ticket, how: str) -> Ticket:
    if how == "nobody objects":
        return ticket
    objected(world, ticket, after(hours=7))
    if how == "upheld":
        return services.uphold_objection(ticket, actor=world.manager, at=after(hours=8), reason="r")
    return services.refuse_objection(ticket, actor=world.manager, at=after(hours=8), reason="r") if how == "refused" else ticket


@pytest.mark.parametrize(
    ("how", "times", "by_dispute"),
    [
        ("nobody objects", (6, 2, 0), False),
        ("an objection waits", (6, 6, 4), True),
        ("refused", (6, 2, 0), False),
        ("upheld", (6, 6, 4), True),
    ],
)
def test_gross_agreed_and_disputed_time_are_told(client, world, kept, how, times, by_dispute):
    decide(world, kept, how)
    found = view(kept)
    assert (found.state, hours(found), found.is_kept_by_dispute) == ("met", times, by_dispute)
    assert list(services.audit(after(hours=20))) == []
    client.force_login(world.engineer)
    client.cookies["django_language"] = "en"
    clocks = {each["promise"]: each for each in client.get(f"/api/v1/tickets/{kept.pk}/clocks/").json()}
    told = clocks["diagnosis"]
    assert (told["gross_seconds"], told["net_seconds"], told["disputed_seconds"]) == tuple(each * 3600 for each in times)
    assert told["is_kept_by_dispute"] is by_dispute
    why = client.get(f"/tickets/{kept.number}/clocks/{found.id}/").content.decode()
    assert "Time in all" in why
    assert ("kept only thanks to it" in why) is by_dispute
    counted = daily.read(Period(NOON.date(), NOON.date()), Scope()).by["promise"]["diagnosis"]
    assert (counted.met, counted.disputed, counted.missed) == (1, int(by_dispute), 0)
    wanted = behind.Wanted(behind.PROMISES, Period(NOON.date(), NOON.date()), outcome=behind.DISPUTED)
    assert behind.rows(wanted).count() == int(by_dispute)
    services.count_next_batch()
    assert daily.read(Period(NOON.date(), NOON.date()), Scope()).by["promise"]["diagnosis"].disputed == int(by_dispute)


def test_while_a_pause_lasts_it_is_told_up_to_now(world, ticket):
    services.hold(ticket, actor=world.engineer, at=after(hours=1), code="access")
    assert hours(view(ticket, at=after(hours=3))) == (3, 1, 0)
    objected(world, ticket, after(hours=3))
    assert hours(view(ticket, at=after(hours=4))) == (4, 4, 3)


def test_a_clock_settled_before_this_was_counted_is_no_fault(world, kept):
    Clock.objects.update(waited_seconds=None, disputed_seconds=None, withdrawn_seconds=None)
    assert list(services.audit(after(hours=20))) == []
    assert hours(view(kept)) == (2, 2, 0)


def test_the_report_of_the_month_names_what_was_kept_by_a_dispute(world, kept):
    decide(world, kept, "an objection waits")
    found = figures.count(world.contract, month_of(NOON.date()), after(days=20))
    assert (found["totals"]["kept"], found["totals"]["disputed"]) == (2, 1)
    assert {row["code"]: row["disputed"] for row in found["promises"]} == {"response": 0, "diagnosis": 1}
