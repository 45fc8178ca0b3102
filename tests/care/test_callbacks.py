"""Call-backs: each solution once, within its time, by somebody else; what comes of them."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from accounts.models import Role, Team
from care import selectors, services
from care.errors import CallEnded, Served
from care.models import Call, Considered, Outcome, Quota, Status
from obligations.models import Obligation
from tests.care import worlds
from tests.care.worlds import DAY, GOOD, HOUR, LATER, NOON, answer, consider, make_callback, make_calling_world, solve
from tests.loops.worlds import make_case, take_to
from tests.visits.worlds import make_done
from tests.worlds import make_contract, make_organization, make_site, make_ticket, make_user
from tickets import services as tickets
from tickets.models import Status as TicketStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_calling_world()


def owed(call: Call) -> Obligation:
    return Obligation.objects.get(key=call.owed_key)


def test_a_solved_fault_is_owed_a_call_back_within_a_day_by_its_own_clock(world):
    call = make_callback(world)
    assert (call.kind, call.code, call.status) == ("callback", "callback-fault", Status.WAITING)
    assert call.due_at == NOON + HOUR + DAY
    assert list(call.served_by.all()) == [world.engineer]
    assert (call.contact_name, call.contact_phone) == ("赵主任", "027-88001234")
    row = owed(call)
    assert (row.kind, row.due_at, row.status, row.link) == ("callback", call.due_at, "owed", call.get_absolute_url())


def test_run_twice_or_three_days_late_there_is_one_call_and_one_obligation(world):
    solve(world)
    consider()
    consider()
    consider(LATER + 3 * DAY)
    assert (Call.objects.count(), Obligation.objects.filter(kind="callback").count(), Considered.objects.count()) == (1, 1, 1)


def test_a_worker_that_is_three_days_late_makes_the_same_call_with_the_same_due_time(world):
    solve(world)
    consider(LATER + 3 * DAY)
    call = Call.objects.get()
    assert (call.due_at, call.key) == (NOON + HOUR + DAY, f"callback-fault:ticket:{call.ticket_id}:{call.event.seq}")


def test_solved_again_it_is_asked_about_again_and_the_call_before_is_off(world):
    call = make_callback(world)
    tickets.reject(call.ticket, actor=world.customer, at=LATER, reason="还是不行")
    call.refresh_from_db()
    assert (call.status, owed(call).status) == (Status.DROPPED, "waived")
    tickets.resolve(call.ticket, actor=world.engineer, at=LATER + HOUR, cause="主板", solution="更换主板")
    consider(LATER + 2 * HOUR)
    assert [row.status for row in Call.objects.order_by("pk")] == [Status.DROPPED, Status.WAITING]


def test_opened_again_before_anybody_looked_nothing_is_owed(world):
    ticket = solve(world)
    tickets.reject(ticket, actor=world.customer, at=NOON + HOUR * 1.5, reason="不行")
    consider()
    assert not Call.objects.exists()
    assert Considered.objects.get().why == Considered.Why.REOPENED


def test_what_is_no_fault_is_not_called_back(world):
    solve(world, kind="consultation")
    assert consider() == 0


def test_the_talk_stops_the_follow_up_clock_and_meets_what_is_owed(world):
    call = make_callback(world)
    answer(call, world.dispatcher, words="很满意", minutes=3, spoke_with="王工")
    call.refresh_from_db()
    assert (call.status, call.outcome, call.minutes, call.satisfied) == (Status.DONE, Outcome.FINE, 3, True)
    clock = call.ticket.commitment.clocks.get(measure="followup")
    assert (clock.state, clock.stopped_at) == ("met", LATER)
    assert (owed(call).status, owed(call).ended_at) == ("done", LATER)
    assert "很满意" in call.ticket.events.get(type="followed_up").text


def test_it_came_back_opens_the_fault_again_with_the_words(world):
    call = make_callback(world)
    answer(call, world.dispatcher, answers={"came-back": "yes", "satisfied": "4"}, words="今早又蓝屏")
    call.refresh_from_db()
    call.ticket.refresh_from_db()
    assert (call.outcome, call.ticket.status) == (Outcome.CAME_BACK, TicketStatus.REOPENED)
    assert "今早又蓝屏" in call.ticket.events.get(type="reopened").text


def test_closed_too_long_ago_it_is_reported_anew_and_linked(world):
    call = make_callback(world)
    tickets.confirm(call.ticket, actor=world.customer, at=LATER)
    at = LATER + timedelta(days=9)
    answer(call, world.dispatcher, at=at, answers={"came-back": "yes", "satisfied": "3"}, words="又出现")
    call.refresh_from_db()
    call.ticket.refresh_from_db()
    assert call.ticket.status == TicketStatus.CLOSED
    assert call.opened.description.startswith("又出现")
    assert call.opened.links_out.get().target == call.ticket


def test_not_satisfied_it_goes_round_until_the_customer_is(world):
    call = make_callback(world)
    answer(call, world.dispatcher, answers={"came-back": "no", "satisfied": "1"}, words="等太久", level="high")
    call.refresh_from_db()
    assert (call.outcome, call.satisfied) == (Outcome.DISSATISFIED, False)
    assert (call.loop.source, call.loop.level, call.loop.key) == ("care", 2, f"care:call:{call.pk}")
    assert "等太久" in call.loop.ticket.description


def test_who_served_does_not_ask_how_it_was(world):
    call = make_callback(world)
    with pytest.raises(Served, match=r"somebody else|其他人|另一位|别人"):
        services.claim(call, actor=world.engineer, at=LATER)


def test_where_the_plan_says_so_another_department_asks():
    world = make_calling_world("p0")
    services.set_quota(actor=world.manager, at=NOON, percent=100, contract=world.contract, other_department=True)
    team = Team.objects.create(code="systems", name="系统组", office=world.office)
    colleague = make_user(role=Role.ENGINEER, office=world.office)
    for person in (world.engineer, colleague):
        person.teams.add(team)
    call = make_callback(world)
    assert selectors.why_not(colleague, call)
    assert not selectors.why_not(world.dispatcher, call)
    assert colleague not in selectors.callers(call)


def test_the_ordinary_follow_up_of_a_ticket_ends_the_call_too(world):
    call = make_callback(world)
    tickets.follow_up(call.ticket, actor=world.dispatcher, at=LATER, outcome="fine", text="没问题")
    call.refresh_from_db()
    assert (call.status, call.outcome, call.ended_by, owed(call).status) == (Status.DONE, Outcome.FINE, world.dispatcher, "done")


@pytest.mark.parametrize(("said", "outcome"), [("fine", Outcome.FINE), ("came_back", Outcome.CAME_BACK)])
def test_followed_up_before_anybody_looked_the_call_that_was_owed_is_done_and_nobody_is_called_again(world, said, outcome):
    ticket, asked_at = solve(world), NOON + HOUR * 1.5
    tickets.follow_up(ticket, actor=world.dispatcher, at=asked_at, outcome=said, text="问过了")
    consider()
    call = Call.objects.get()
    assert (call.status, call.outcome, call.words, call.ended_by, call.ended_at) == (
        Status.DONE, outcome, "问过了", world.dispatcher, asked_at,
    )  # fmt: skip
    assert (owed(call).status, owed(call).ended_at, owed(call).ended_by, owed(call).due_at) == (
        "done", asked_at, world.dispatcher, NOON + HOUR + DAY,
    )  # fmt: skip
    assert Considered.objects.get().why == Considered.Why.ASKED
    consider(LATER + DAY)
    assert Call.objects.count() == 1


def test_opened_again_before_it_was_asked_about_the_first_solution_is_not_owed_a_call(world):
    ticket = solve(world)
    tickets.reject(ticket, actor=world.customer, at=NOON + HOUR * 1.5, reason="不行")
    tickets.resolve(ticket, actor=world.engineer, at=NOON + HOUR * 2, cause="主板", solution="更换主板")
    tickets.follow_up(ticket, actor=world.dispatcher, at=NOON + HOUR * 3, outcome="fine")
    consider(NOON + HOUR * 4)
    assert [row.why for row in Considered.objects.order_by("event__seq")] == [Considered.Why.REOPENED, Considered.Why.ASKED]
    assert Call.objects.get().ended_at == NOON + HOUR * 3


@pytest.mark.parametrize("looked_before", [True, False])
def test_who_served_does_not_follow_up_either_and_is_told_who_may(world, looked_before):
    ticket = solve(world)
    if looked_before:
        consider()
    with pytest.raises(Served, match=world.dispatcher.name):
        tickets.follow_up(ticket, actor=world.engineer, at=LATER, outcome="fine")
    assert not ticket.events.filter(type="followed_up").exists()
    consider()
    assert (Call.objects.get().status, owed(Call.objects.get()).status) == (Status.WAITING, "owed")


def test_where_the_plan_says_so_another_department_follows_up_too():
    world = make_calling_world("p0")
    services.set_quota(actor=world.manager, at=NOON, percent=100, contract=world.contract, other_department=True)
    team = Team.objects.create(code="systems", name="系统组", office=world.office)
    colleague = make_user(role=Role.ENGINEER, office=world.office)
    for person in (world.engineer, colleague):
        person.teams.add(team)
    ticket = solve(world)
    with pytest.raises(Served, match=world.dispatcher.name):
        tickets.follow_up(ticket, actor=colleague, at=LATER, outcome="fine")
    tickets.follow_up(ticket, actor=world.dispatcher, at=LATER, outcome="fine")


DEEDS = {
    "accepted": None,
    "contacted": lambda ticket, who: tickets.contact(ticket, actor=who, at=NOON, text="请重启看看"),
    "diagnosed": lambda ticket, who: tickets.diagnose(ticket, actor=who, at=NOON, cause="电源", plan="更换"),
    "remote": lambda ticket, who: tickets.start_remote(ticket, actor=who, at=NOON),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_who_worked_and_handed_on_served_too(world, deed):
    first = make_user(role=Role.ENGINEER, office=world.office)
    ticket = tickets.accept(make_ticket(world), actor=first if deed == "accepted" else world.engineer, at=NOON)
    if deed == "remote":
        tickets.agree_remote(ticket, actor=world.customer, at=NOON)
    if deed != "accepted":
        DEEDS[deed](ticket, first)
    tickets.assign(ticket, actor=world.dispatcher, at=NOON + HOUR / 2, assignee=world.engineer)
    tickets.resolve(ticket, actor=world.engineer, at=NOON + HOUR, cause="电源故障", solution="更换电源")
    tickets.contact(ticket, actor=world.manager, at=NOON + HOUR * 1.5, text="稍后给您回访")
    consider()
    assert set(Call.objects.get().served_by.all()) == {first, world.engineer}


def test_a_regular_call_back_is_not_made_by_who_worked_remotely_and_handed_on():
    world = make_calling_world("p0")
    first = make_user(role=Role.ENGINEER, office=world.office)
    ticket = make_ticket(world)
    tickets.contact(ticket, actor=first, at=NOON, text="请重启看看")
    tickets.assign(ticket, actor=world.dispatcher, at=NOON, assignee=world.engineer)
    tickets.resolve(ticket, actor=world.engineer, at=NOON + HOUR, cause="电源故障", solution="更换电源")
    worlds.plan_inquiries(NOON + DAY)
    call = Call.objects.get(code="callback-regular")
    assert set(call.served_by.all()) == {first, world.engineer}
    assert call.person not in (first, world.engineer)


def test_of_the_rest_a_quota_is_called_that_does_not_depend_on_who_looks():
    world = make_calling_world("p0")
    services.set_quota(actor=world.manager, at=NOON, percent=100, plan=world.contract.plan)
    call = make_callback(world)
    assert (call.code, call.owed_key) == ("callback-sample", "")
    services.set_quota(actor=world.manager, at=NOON, percent=0, contract=world.contract)
    solve(world, at=NOON + DAY)
    consider(LATER + DAY)
    assert Call.objects.count() == 1
    assert Quota.objects.count() == 2


def test_each_job_on_site_of_the_month_is_owed_a_call():
    world = make_calling_world("p2")
    visit = make_done(world)
    consider(NOON + 4 * HOUR)
    call = Call.objects.get(visit=visit)
    assert (call.code, call.period) == ("callback-onsite", "2026-11")
    assert world.engineer in call.served_by.all()
    assert owed(call).period == "2026-11"
    consider(NOON + DAY)
    assert Call.objects.filter(visit__isnull=False).count() == 1


def test_each_newly_opened_project_of_the_month_is_owed_a_call():
    world = make_calling_world("p2")
    opened = make_contract(world.organization, plan=world.contract.plan, accepted_on=NOON.date() - timedelta(days=2))
    consider()
    consider(LATER + 3 * DAY)
    call = Call.objects.get(contract=opened)
    assert (call.code, call.period, owed(call).status) == ("callback-new", "2026-11", "owed")
    answer(call, world.dispatcher)
    assert owed(call).status == "done"


@pytest.mark.parametrize(
    ("accepted_on", "period"), [(date(2026, 11, 1), "2026-11"), (date(2026, 10, 1), "2026-10"), (date(2026, 9, 30), None)]
)
def test_a_contract_that_is_entered_weeks_after_its_acceptance_is_owed_its_call_too(accepted_on, period):
    world = make_calling_world("p2")
    opened = make_contract(world.organization, plan=world.contract.plan, accepted_on=accepted_on)
    consider()
    found = [(call.code, call.period, owed(call).status) for call in Call.objects.filter(contract=opened)]
    assert found == ([("callback-new", period, "owed")] if period else [])


def test_a_new_project_without_a_site_is_looked_at_when_it_has_one():
    world = make_calling_world("p2")
    organization = make_organization("新客户")
    opened = make_contract(organization, plan=world.contract.plan, accepted_on=NOON.date() - timedelta(days=2))
    consider()
    assert not Considered.objects.filter(contract=opened).exists()
    make_site(organization, region=world.region)
    consider(LATER + DAY)
    assert Call.objects.get(contract=opened).period == "2026-11"


def test_what_was_spared_for_lack_of_a_site_is_looked_at_again_after_the_migration():
    world = make_calling_world("p2")
    opened = make_contract(world.organization, plan=world.contract.plan, accepted_on=NOON.date() - timedelta(days=2))
    Considered.objects.create(contract=opened, why=Considered.Why.SPARED, at=NOON)
    import_module("care.migrations.0003_projects_without_a_site_are_looked_at_again").look_again(apps, None)
    consider()
    assert Call.objects.filter(contract=opened).exists()


def test_regular_call_backs_of_a_plan_are_planned_for_each_period():
    world = make_calling_world("p0")
    worlds.plan_inquiries()
    worlds.plan_inquiries(NOON + 3 * DAY)
    call = Call.objects.get(kind="callback")
    assert (call.code, call.period, call.owed_key) == (
        "callback-regular",
        "2026Q4",
        f"callback-regular:contract:{world.contract.pk}:2026Q4",
    )
    answer(call, world.dispatcher, at=NOON + 3 * DAY)
    assert owed(call).status == "done"


def test_who_is_asked_again_by_hand_is_called_again(world):
    call = make_callback(world)
    answer(call, world.dispatcher)
    again = services.call_about(call.ticket, actor=world.dispatcher, at=LATER + HOUR)
    assert (again.status, again.owed_key, again.event) == (Status.WAITING, "", None)


def test_from_a_ticket_one_press_leads_to_its_call(world):
    ticket = solve(world)
    first = services.call_about(ticket, actor=world.dispatcher, at=LATER)
    assert services.call_about(ticket, actor=world.manager, at=LATER) == first
    consider()
    assert Call.objects.get() == first
    assert Considered.objects.get().call == first
    assert owed(Call.objects.get()).key == first.key


def test_nobody_is_called_back_about_a_complaint_which_has_its_own_way():
    case = make_case()
    loop = take_to(case, "verifying")
    with pytest.raises(CallEnded):
        services.call_about(loop.ticket, actor=case.world.dispatcher, at=LATER)
    assert not Call.objects.filter(ticket=loop.ticket).exists()


@pytest.mark.parametrize(("back", "status"), [("no", TicketStatus.RESOLVED), ("yes", TicketStatus.REOPENED)])
def test_a_call_about_a_job_on_site_asks_about_its_fault_which_is_opened_again_when_it_came_back(back, status):
    world = make_calling_world("p2")
    visit = make_done(world)
    tickets.resolve(visit.ticket, actor=world.engineer, at=NOON + 3 * HOUR, cause="电源故障", solution="更换电源")
    consider(NOON + 4 * HOUR)
    call = Call.objects.get(visit=visit)
    answer(call, world.dispatcher, at=NOON + 5 * HOUR, answers={**GOOD, "came-back": back}, words="又死机了")
    call.refresh_from_db()
    ticket = type(visit.ticket).objects.get(pk=visit.ticket_id)
    assert (ticket.status, call.opened) == (status, None)
    assert ticket.events.filter(type="followed_up").exists()
