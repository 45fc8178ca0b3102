"""The life of a ticket: its record, its clocks, what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import DomainError, Invalid, NotAllowed
from core.time import FAR, epoch
from notifications.models import Message
from sla.models import Clock
from tests.worlds import NOON, World, make_promising_world, make_ticket
from tickets import selectors, services
from tickets.errors import MoveNotAllowed, NothingToTake, NotYours
from tickets.models import Event, Ticket

if TYPE_CHECKING:
    from datetime import datetime

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_promising_world()


def after(**given: float) -> Any:
    return NOON + timedelta(**given)


def clock(ticket: Ticket, promise: str, cycle: int = 1) -> Clock:
    return Clock.objects.get(commitment=ticket.commitment_id, promise=promise, cycle=cycle)


def types(ticket: Ticket) -> list[str]:
    return list(ticket.events.order_by("seq").values_list("type", flat=True))


def work(world: World, ticket: Ticket) -> Ticket:
    """Answer, diagnose and resolve within two hours."""
    services.contact(ticket, actor=world.engineer, at=after(minutes=10), text="我们已收到，正在处理。")
    services.diagnose(ticket, actor=world.engineer, at=after(hours=1), cause="磁盘已满", plan="清理并扩容")
    return services.resolve(ticket, actor=world.engineer, at=after(hours=2), cause="磁盘已满", solution="已扩容", prevention="加监控")


def test_a_report_starts_its_clocks(world: World) -> None:
    ticket = make_ticket(world)
    stands = {row.promise: (row.state, row.due_at) for row in ticket.commitment.clocks.all()}
    assert stands == {
        "response": ("running", after(hours=1)),
        "diagnosis": ("running", after(hours=3)),
        "onsite": ("pending", None),
    }
    assert ticket.queue_at == after(hours=1)
    assert ticket.number == "SD-20261120-0001"
    assert types(ticket) == ["reported"]


def test_a_report_that_fails_half_way_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: Any, **named: Any) -> None:
        raise IntegrityError("power cut")

    monkeypatch.setattr("tickets.services.telling.reported", broken)
    with pytest.raises(IntegrityError):
        make_ticket(world)
    assert not Ticket.objects.exists()
    assert not Clock.objects.exists()
    assert not Event.objects.exists()


def test_the_same_external_id_answers_the_first_ticket(world: World) -> None:
    first = make_ticket(world, external_id="ITSM-7")
    again = make_ticket(world, external_id="ITSM-7", subject="again")
    assert again.pk == first.pk
    assert (first.is_new, again.is_new) == (True, False)
    assert Ticket.objects.count() == 1


def test_without_a_contract_nothing_is_promised_and_the_report_is_taken(world: World) -> None:
    place = world.stranger.membership.organization.sites.get()
    ticket = make_ticket(world, site=place, equipment=None, actor=world.stranger)
    assert ticket.commitment is None
    assert ticket.queue_at == FAR
    services.contact(ticket, actor=world.engineer, at=after(minutes=1), text="收到")


def test_numbers_of_a_day_count_up(world: World) -> None:
    numbers = [make_ticket(world, at=at).number for at in (after(), after(minutes=1), after(days=1))]
    assert numbers == ["SD-20261120-0001", "SD-20261120-0002", "SD-20261121-0001"]


def test_the_number_is_of_the_local_day(world: World) -> None:
    assert make_ticket(world, at=NOON + timedelta(hours=12)).number == "SD-20261121-0001", "midnight in Shanghai is the next day"


def test_an_engineer_who_speaks_with_the_customer_has_taken_the_ticket(world: World) -> None:
    ticket = services.contact(make_ticket(world), actor=world.engineer, at=after(minutes=5), text="您好")
    assert ticket.assignee == world.engineer
    assert ticket.status == "accepted"
    assert clock(ticket, "response").state == "met"


@pytest.mark.parametrize("act", ["note", "register", "assign", "customer"], ids=lambda act: f"not by {act}")
def test_only_a_word_of_ours_to_the_customer_is_a_response(world: World, act: str) -> None:
    ticket = make_ticket(world)
    acts = {
        "note": lambda: services.note(ticket, actor=world.engineer, at=after(minutes=1), text="内部"),
        "register": lambda: services.register(ticket, actor=world.dispatcher, at=after(minutes=1)),
        "assign": lambda: services.assign(ticket, actor=world.dispatcher, at=after(minutes=1), assignee=world.engineer),
        "customer": lambda: services.reply(ticket, actor=world.customer, at=after(minutes=1), text="还在等"),
    }
    acts[act]()
    assert clock(ticket, "response").state == "running"


def test_the_whole_way_stands_in_the_record(world: World) -> None:
    ticket = work(world, make_ticket(world))
    ticket = services.confirm(ticket, actor=world.customer, at=after(hours=3))
    assert types(ticket) == ["reported", "contacted", "diagnosis_delivered", "resolved", "confirmed", "closed"]
    assert ticket.status == "closed"
    assert ticket.solved_remotely is True
    assert {row.promise: row.state for row in Clock.objects.all()} == {"response": "met", "diagnosis": "met", "onsite": "void"}
    assert list(services.audit(after(days=1))) == []
    assert [row.seq for row in ticket.events.order_by("seq")] == list(range(1, 7))


def test_while_we_wait_a_pausable_clock_stands_still(world: World) -> None:
    ticket = services.contact(make_ticket(world), actor=world.engineer, at=after(minutes=10), text="您好")
    ticket = services.hold(ticket, actor=world.engineer, at=after(hours=1), owner="customer", cause="等远程授权")
    held = clock(ticket, "diagnosis")
    assert (held.state, held.due_at, held.remaining_seconds) == ("paused", None, 7200)
    assert ticket.queue_at == FAR
    assert services.escalate_next_batch(after(hours=30)) == 0, "while paused nothing fires"
    ticket = services.resume(ticket, actor=world.engineer, at=after(hours=31))
    assert clock(ticket, "diagnosis").due_at == after(hours=33)
    assert (ticket.wait_owner, ticket.wait_cause) == ("", "")


def test_the_first_response_does_not_pause(world: World) -> None:
    ticket = services.hold(make_ticket(world), actor=world.engineer, at=after(minutes=5), owner="customer", cause="等客户回电")
    assert clock(ticket, "response").state == "running"
    assert ticket.queue_at == after(hours=1)


def test_a_rejected_diagnosis_arms_its_clock_again(world: World) -> None:
    ticket = services.diagnose(make_ticket(world), actor=world.engineer, at=after(hours=1), cause="网络", plan="换交换机")
    assert clock(ticket, "diagnosis").state == "met"
    services.reject_diagnosis(ticket, actor=world.customer, at=after(hours=5), reason="网络没有问题")
    again = clock(ticket, "diagnosis")
    assert (again.state, again.due_at) == ("running", after(hours=7)), "two hours were left, the customer's time is left out"
    with pytest.raises(MoveNotAllowed):
        services.reject_diagnosis(ticket, actor=world.customer, at=after(hours=6), reason="再次")


def test_nobody_logs_in_without_the_customers_consent_which_ends_with_the_close() -> None:
    world = make_promising_world("p2")
    ticket = services.accept(make_ticket(world), actor=world.engineer, at=after(minutes=5))
    with pytest.raises(MoveNotAllowed) as refused:
        services.start_remote(ticket, actor=world.engineer, at=after(minutes=6))
    assert refused.value.stable_code == "no_consent"
    services.agree_remote(ticket, actor=world.customer, at=after(minutes=10))
    assert clock(ticket, "remote").due_at == after(minutes=40)
    services.start_remote(ticket, actor=world.engineer, at=after(minutes=40))
    assert clock(ticket, "remote").state == "met"
    services.resolve(ticket, actor=world.engineer, at=after(hours=1), cause="配置", solution="已改正")
    services.confirm(ticket, actor=world.customer, at=after(hours=2))
    ticket = services.reopen(ticket, actor=world.customer, at=after(hours=3))
    with pytest.raises(MoveNotAllowed):
        services.start_remote(ticket, actor=world.engineer, at=after(hours=4))
    services.agree_remote(ticket, actor=world.customer, at=after(hours=5))
    assert clock(ticket, "remote", 2).due_at == after(hours=5, minutes=30)


def test_a_consent_is_for_one_session_and_holds_until_its_time() -> None:
    world = make_promising_world("p2")
    ticket = services.accept(make_ticket(world), actor=world.engineer, at=after(minutes=5))
    ours: dict[str, Any] = {"actor": world.engineer}

    def refused(move: str, at: datetime, **facts: Any) -> str:
        with pytest.raises(DomainError) as refusal:
            getattr(services, move)(ticket, at=at, **ours, **facts)
        return refusal.value.stable_code

    assert refused("end_remote", after(minutes=6), text="无") == "no_session"
    assert refused("agree_remote", after(minutes=6)) == "required", "we say who agreed"
    assert refused("agree_remote", after(minutes=6), name="张工", until=after(minutes=6)) == "past"
    assert refused("agree_remote", after(minutes=6), name="张工", until=after(days=40)) == "too_far"
    services.agree_remote(ticket, at=after(hours=1), name="张工", purpose="查看日志", until=after(hours=2), **ours)
    facts = ticket.events.get(type="remote_agreed").facts
    wanted = {"consenter": "张工", "how": "phone", "heard_by": world.engineer.name, "purpose": "查看日志", "until": epoch(after(hours=2))}
    assert facts == wanted
    assert refused("start_remote", after(hours=2, seconds=1)) == "consent_expired"
    services.start_remote(ticket, at=after(hours=2), **ours)
    assert refused("start_remote", after(hours=2)) == "session_running"
    assert refused("end_remote", after(hours=3), text=" ") == "required"
    services.end_remote(ticket, at=after(hours=3), text="已清理日志", **ours)
    assert refused("start_remote", after(hours=3)) == "consent_used_up"
    services.agree_remote(ticket, actor=world.customer, at=after(hours=4))
    facts = ticket.events.filter(type="remote_agreed").last().facts
    assert (facts["consenter"], facts["how"], facts["until"]) == (world.customer.name, "portal", epoch(after(hours=28)))


def test_the_customer_is_told_of_the_team_and_the_stop_gap_and_we_of_the_opinion(world: World) -> None:
    ticket = services.accept(make_ticket(world), actor=world.engineer, at=after(minutes=5))
    services.form_team(ticket, actor=world.engineer, at=after(minutes=6), members="李工、王工")
    services.stopgap(ticket, actor=world.engineer, at=after(minutes=7), measure="切换到备用系统")
    told = Message.objects.filter(recipient=world.customer, kind="ticket_replied", channel="inbox").order_by("id")
    said = [message.context["text"] for message in told]
    assert [words in text for words, text in zip(("李工、王工", "切换到备用系统"), said, strict=True)] == [True, True]
    services.give_opinion(ticket, actor=world.dispatcher, at=after(minutes=8), department="工程部", text="周末返工")
    told = Message.objects.filter(created_at=after(minutes=8)).values_list("recipient", flat=True)
    assert set(told) == {world.engineer.pk}, "an opinion is among us"


def test_on_site_counts_from_its_request_to_the_check_in(world: World) -> None:
    ticket = services.request_onsite(make_ticket(world), actor=world.customer, at=after(hours=1))
    assert clock(ticket, "onsite").due_at == after(hours=9)
    services.depart(ticket, actor=world.engineer, at=after(hours=2), visit="VIS-1")
    services.check_in(ticket, actor=world.engineer, at=after(hours=9), place="门诊楼", visit="VIS-1")
    arrived = clock(ticket, "onsite")
    assert (arrived.state, arrived.stopped_at) == ("met", after(hours=9)), "at the due second it is met"
    ticket = services.resolve(ticket, actor=world.engineer, at=after(hours=10), cause="电源", solution="更换")
    assert ticket.solved_remotely is False


def test_a_solution_that_does_not_work_goes_on(world: World) -> None:
    ticket = work(world, make_ticket(world))
    ticket = services.reject(ticket, actor=world.customer, at=after(hours=4), reason="仍然打不开")
    assert ticket.status == "reopened"
    assert ticket.resolved_at is None


def test_reopening_after_the_close_is_a_new_cycle(world: World) -> None:
    ticket = services.confirm(work(world, make_ticket(world)), actor=world.customer, at=after(hours=3))
    ticket = services.reopen(ticket, actor=world.customer, at=after(days=2), reason="又出现了")
    assert clock(ticket, "response", 1).state == "met", "a finished cycle never changes"
    assert clock(ticket, "response", 2).due_at == after(days=2, hours=1)
    assert ticket.queue_at == after(days=2, hours=1)


def test_reopening_after_the_grace_days_is_refused_in_words(world: World) -> None:
    ticket = services.confirm(work(world, make_ticket(world)), actor=world.customer, at=after(hours=3))
    with pytest.raises(MoveNotAllowed) as refused:
        services.reopen(ticket, actor=world.customer, at=after(days=8), reason="又出现了")
    assert refused.value.stable_code == "grace_over"


def test_thanks_does_not_reopen(world: World) -> None:
    ticket = services.confirm(work(world, make_ticket(world)), actor=world.customer, at=after(hours=3))
    ticket = services.reply(ticket, actor=world.customer, at=after(hours=4), text="谢谢")
    assert ticket.status == "closed"


def test_a_cancelled_ticket_owes_nothing_but_keeps_what_was_missed(world: World) -> None:
    ticket = make_ticket(world)
    services.cancel(ticket, actor=world.customer, at=after(hours=2), reason="误报")
    assert clock(ticket, "response").state == "missed"
    assert clock(ticket, "diagnosis").state == "void"


def test_severity_keeps_start_and_elapsed_and_only_the_highest_level_fires() -> None:
    world = make_promising_world("p3")
    ticket = make_ticket(world, severity=3)
    assert clock(ticket, "response").due_at == after(hours=2)
    ticket = services.set_severity(ticket, actor=world.dispatcher, at=after(minutes=95), severity=1, reason="影响全院")
    changed = clock(ticket, "response")
    assert (changed.due_at, changed.state, changed.started_at) == (after(hours=1), "missed", NOON)
    fired = [(row.level, row.outcome) for row in changed.escalations.order_by("rank")]
    assert fired == [("warning", "skipped"), ("due", "skipped"), ("late-30m", "fired")]


def test_silence_after_the_solution_closes(world: World) -> None:
    ticket = work(world, make_ticket(world))
    assert services.close_silent_next_batch(after(days=7)) == 0
    assert services.close_silent_next_batch(after(days=7, hours=3)) == 1
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolved_at) == ("closed", after(hours=2))


REFUSED = [
    ("accept", "customer", {}, NotYours, "the work is ours"),
    ("confirm", "customer", {}, MoveNotAllowed, "nothing is resolved yet"),
    ("resume", "engineer", {}, MoveNotAllowed, "it does not wait"),
    ("contact", "engineer", {"text": "  "}, Invalid, "words are missing"),
    ("diagnose", "engineer", {"cause": "c", "plan": ""}, Invalid, "no plan"),
    ("hold", "engineer", {"owner": "nobody", "cause": "c"}, Invalid, "unknown owner"),
    ("hold", "engineer", {"owner": "customer", "cause": ""}, Invalid, "no cause"),
    ("set_severity", "dispatcher", {"severity": 9, "reason": "r"}, Invalid, "no such severity"),
    ("set_severity", "dispatcher", {"severity": 2, "reason": "r"}, Invalid, "already so"),
    ("reject", "customer", {"reason": "r"}, MoveNotAllowed, "nothing to reject"),
    ("object_to_pause", "customer", {"reason": "r"}, MoveNotAllowed, "not paused"),
    ("follow_up", "engineer", {"outcome": "fine"}, MoveNotAllowed, "not resolved"),
]


@pytest.mark.parametrize(("move", "who", "facts", "error", "why"), REFUSED, ids=[f"{row[0]}: {row[4]}" for row in REFUSED])
def test_what_is_refused_changes_nothing(world: World, move: str, who: str, facts: Any, error: type[DomainError], why: str) -> None:
    ticket = make_ticket(world)
    with pytest.raises(error) as refused, transaction.atomic():
        getattr(services, move)(ticket, actor=world.person(who), at=after(minutes=1), **facts)
    assert str(refused.value), why
    assert types(ticket) == ["reported"]


def test_an_engineer_may_not_assign_to_others(world: World) -> None:
    with pytest.raises(NotAllowed):
        services.assign(make_ticket(world), actor=world.engineer, at=NOON, assignee=world.manager)


def test_a_customer_cannot_be_given_a_ticket(world: World) -> None:
    with pytest.raises(Invalid):
        services.assign(make_ticket(world), actor=world.dispatcher, at=NOON, assignee=world.customer)


def test_take_next_gives_the_least_slack_first(world: World) -> None:
    later = make_ticket(world, at=after(minutes=30))
    sooner = make_ticket(world)
    assert services.take_next(actor=world.engineer, at=after(minutes=31)).pk == sooner.pk
    taken = services.take_next(actor=world.engineer, at=after(minutes=31))
    assert (taken.pk, taken.status, taken.assignee) == (later.pk, "accepted", world.engineer)
    with pytest.raises(NothingToTake):
        services.take_next(actor=world.engineer, at=after(minutes=31))


def test_mentions_reach_colleagues_not_customers(world: World) -> None:
    ticket = make_ticket(world)
    services.note(ticket, actor=world.engineer, at=NOON, text=f"@{world.manager.name} @{world.customer.name} 请看")
    told = set(Message.objects.filter(kind="ticket_mentioned").values_list("recipient", flat=True))
    assert told == {world.manager.pk}


def test_the_customer_is_not_told_of_internal_notes(world: World) -> None:
    ticket = make_ticket(world)
    Message.objects.all().delete()
    services.note(ticket, actor=world.engineer, at=NOON, text="内部说明")
    assert not Message.objects.filter(recipient=world.customer).exists()
    assert "noted" not in selectors.record(ticket, world.customer).values_list("type", flat=True)


SEES = [
    ("engineer", 3, "ours see all"),
    ("supervisor", 3, "a supervisor sees the organization's"),
    ("customer", 2, "an ordinary customer sees their sites' and own ones"),
    ("stranger", 0, "a stranger sees none"),
]


@pytest.mark.parametrize(("who", "count", "why"), SEES, ids=[row[2] for row in SEES])
def test_who_sees_which_tickets(world: World, who: str, count: int, why: str) -> None:
    make_ticket(world)
    make_ticket(world, site=world.other_site, equipment=world.other_equipment, actor=world.supervisor)
    make_ticket(world, site=world.other_site, equipment=None)
    assert selectors.tickets_for(world.person(who)).count() == count, why


def test_chinese_and_latin_words_are_found(world: World) -> None:
    ticket = make_ticket(world, subject="HIS 挂号系统报错 ORA-01555")
    found = {
        query: list(selectors.matching(Ticket.objects.all(), query).values_list("pk", flat=True))
        for query in ("挂号", "系统报错", "ora 01555", ticket.number, "江城", "挂错", "zzz")
    }
    assert {query for query, rows in found.items() if rows} == {"挂号", "系统报错", "ora 01555", ticket.number, "江城"}


def test_the_field_history_names_who_and_when(world: World) -> None:
    ticket = services.set_severity(make_ticket(world), actor=world.dispatcher, at=after(minutes=3), severity=1, reason="更严重")
    newest = ticket.history.first()
    assert (newest.history_user, newest.history_date, newest.severity) == (world.dispatcher, after(minutes=3), 1)
