"""Round and round until the customer is satisfied: every stage, every clock, and who may say what."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from core.errors import DomainError, Invalid, NotAllowed
from loops import selectors, services, workflow
from loops.errors import NotIndependent, StepNotAllowed
from loops.models import Loop, Opinion
from notifications.models import Message
from tests.loops.worlds import STAGES, make_case, said, take_to
from tests.worlds import NOON, make_promising_world, make_ticket, make_user
from tickets import services as tickets
from tickets.models import Event

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def clock(loop, promise):
    return loop.ticket.commitment.clocks.get(promise=promise)


# --- Stages -------------------------------------------------------------------------------------------


def test_a_round_goes_through_every_stage_until_satisfied_and_only_then_the_ticket_is_closed():
    case = make_case()
    for stage in STAGES[1:]:
        loop = take_to(case, stage)
        assert loop.stage == stage
        assert loop.ticket.status != "closed"
    services.satisfied(loop, actor=case.world.customer, at=LATER, words="很好")
    loop.refresh_from_db()
    assert (loop.stage, loop.satisfied_at, loop.is_closed) == ("satisfied", LATER, True)
    assert loop.ticket.status == "closed"
    assert loop.all_rounds.get().verdict_words == "很好"


STEPS = {
    "ask": lambda case, loop: services.ask(loop, actor=case.world.dispatcher, at=LATER, departments=[case.sales]),
    "tell": lambda case, loop: services.tell(loop, actor=case.world.dispatcher, at=LATER, plan="计划"),
    "agree": lambda case, loop: services.agree(loop, actor=case.world.customer, at=LATER),
    "disagree": lambda case, loop: services.disagree(loop, actor=case.world.customer, at=LATER, words="不行"),
    "carry-out": lambda case, loop: services.carry_out(
        loop, actor=case.world.dispatcher, at=LATER, cause="c", result="r", measure="m", measure_kind="corrective"
    ),
    "request-close": lambda case, loop: services.request_close(loop, actor=case.world.dispatcher, at=LATER),
    "satisfied": lambda case, loop: services.satisfied(loop, actor=case.world.customer, at=LATER),
    "not-satisfied": lambda case, loop: services.not_satisfied(loop, actor=case.world.customer, at=LATER, words="不满意"),
    "withdraw": lambda case, loop: services.withdraw(loop, actor=case.world.customer, at=LATER),
}


@pytest.mark.parametrize("stage", STAGES)
def test_what_is_possible_at_a_stage_is_what_the_table_says_and_nothing_else(stage):
    case = make_case()
    loop = take_to(case, stage)
    for name, step in STEPS.items():
        if stage not in workflow.STEPS[name].sources:
            with pytest.raises(StepNotAllowed):
                step(case, loop)
    possible = [name for name in STEPS if stage in workflow.STEPS[name].sources]
    if possible:
        STEPS[possible[0]](case, loop)


@pytest.mark.once
def test_the_table_of_steps_reaches_every_stage_and_leaves_none_but_the_ends():
    reached = {step.target for step in workflow.STEPS.values()} - {None}
    assert reached | {"said"} == set(workflow.STAGES)
    for stage in workflow.OPEN:
        assert workflow.allowed(stage, "provider") or workflow.allowed(stage, "customer"), stage
    for stage in workflow.ENDED:
        assert not workflow.allowed(stage, "provider")
        assert not workflow.allowed(stage, "customer")


def test_who_does_not_agree_is_told_another_plan_in_the_same_round():
    case = make_case()
    loop = take_to(case, "told")
    services.disagree(loop, actor=case.world.customer, at=LATER, words="周末不行，要今天")
    loop.refresh_from_db()
    this = loop.all_rounds.get()
    assert (loop.stage, loop.rounds, this.disagreed, this.objection) == ("answered", 1, 1, "周末不行，要今天")
    services.tell(loop, actor=case.world.dispatcher, at=LATER, plan="今天下午返工")
    loop.refresh_from_db()
    assert loop.stage == "told"


def test_not_satisfied_goes_round_again_as_a_priority_with_the_reason_looked_into():
    case = make_case()
    loop = take_to(case, "verifying")
    services.not_satisfied(loop, actor=case.world.customer, at=LATER, words="又迟到了")
    loop.refresh_from_db()
    assert (loop.stage, loop.rounds, loop.is_priority, loop.satisfied_at) == ("said", 2, True, None)
    assert (loop.level, loop.ticket.severity, loop.ticket.status) == (3, 2, "reopened")
    for step in ("ask", "tell"):
        with pytest.raises(StepNotAllowed) as refused:
            STEPS[step](case, loop)
        assert refused.value.stable_code == "look_first"
    services.look_into(loop, actor=case.world.dispatcher, at=LATER, why="换的人没有被告知路况")
    loop = take_to(case, "verifying", LATER)
    services.satisfied(loop, actor=case.world.customer, at=LATER + timedelta(days=1))
    loop.refresh_from_db()
    assert loop.is_closed
    assert [each.verdict for each in loop.all_rounds.order_by("number")] == ["not_satisfied", "satisfied"]


def test_the_worst_level_stays_the_worst():
    case = make_case(level=1)
    loop = take_to(case, "verifying")
    services.not_satisfied(loop, actor=case.world.customer, at=LATER, words="不")
    loop.refresh_from_db()
    assert loop.ticket.severity == 1


def test_a_first_round_has_nothing_to_look_into():
    case = make_case()
    with pytest.raises(StepNotAllowed):
        services.look_into(case.loop, actor=case.world.dispatcher, at=NOON, why="没有")


# --- Nobody closes it beside the loop -----------------------------------------------------------------

BESIDE = {
    "resolve": {"cause": "c", "solution": "s"},
    "confirm": {},
    "reject": {"reason": "r"},
    "reopen": {"reason": "r"},
    "close": {"reason": "r"},
    "cancel": {"reason": "r"},
    "follow_up": {"outcome": "fine"},
    "ask_department": {"department": "工程部"},
    "give_opinion": {"department": "工程部", "text": "t"},
}


@pytest.mark.parametrize("kind", ["complaint", "inquiry"])
@pytest.mark.parametrize("name", BESIDE)
def test_no_ordinary_move_ends_a_complaint_beside_its_loop(kind, name):
    world = make_promising_world("p2")
    ticket = make_ticket(world, kind=kind)
    for actor in (world.admin, world.customer):
        with pytest.raises(DomainError) as refused:
            getattr(tickets, name)(ticket, actor=actor, at=NOON, **BESIDE[name])
        assert refused.value.stable_code in ("in_loop", "not_yours"), name
    ticket.refresh_from_db()
    assert ticket.status == "new"


def test_silence_closes_no_complaint_but_any_other_ticket():
    case = make_case()
    loop = take_to(case, "verifying")
    other = make_ticket(case.world)
    tickets.resolve(other, actor=case.world.engineer, at=NOON, cause="c", solution="s")
    assert tickets.close_silent_next_batch(NOON + timedelta(days=30)) == 1
    loop.refresh_from_db()
    assert (loop.stage, loop.ticket.status) == ("verifying", "resolved")


def test_a_complaint_is_not_made_a_fault_to_get_rid_of_it():
    case = make_case()
    with pytest.raises(Invalid) as refused:
        tickets.register(case.loop.ticket, actor=case.world.manager, at=NOON, kind="fault")
    assert refused.value.stable_code == "in_loop"


# --- Whose word counts --------------------------------------------------------------------------------


def test_only_who_said_it_or_their_supervisor_says_that_it_is_over():
    case = make_case()
    loop = take_to(case, "verifying")
    from tests.worlds import make_customer

    colleague = make_customer(case.world.organization, sites=[case.world.site])
    with pytest.raises(NotAllowed):
        services.satisfied(loop, actor=colleague, at=LATER)
    services.satisfied(loop, actor=case.world.supervisor, at=LATER)
    loop.refresh_from_db()
    assert loop.is_closed


@pytest.mark.parametrize("who", ["dispatcher", "worker"])
def test_who_had_a_hand_in_the_round_does_not_judge_it(who):
    case = make_case()
    loop = take_to(case, "verifying")
    actor = getattr(case, who, None) or getattr(case.world, who)
    with pytest.raises(NotIndependent):
        services.satisfied(loop, actor=actor, at=LATER, name="赵主任", how="call", words="可以")
    with pytest.raises(NotIndependent):
        services.not_satisfied(loop, actor=actor, at=LATER, name="赵主任", how="call", words="不行")


def test_a_verifier_hears_it_on_the_phone_and_says_who_said_what():
    case = make_case()
    loop = take_to(case, "verifying")
    with pytest.raises(Invalid):
        services.satisfied(loop, actor=case.verifier, at=LATER, name=" ", how="call")
    with pytest.raises(Invalid):
        services.satisfied(loop, actor=case.verifier, at=LATER, name="赵主任", how="portal")
    services.satisfied(loop, actor=case.verifier, at=LATER, name="赵主任", how="call", words="这次准时")
    this = loop.all_rounds.get()
    assert (this.verified_by, this.verdict_name, this.verified_how, this.verdict_words) == (case.verifier, "赵主任", "call", "这次准时")


def test_the_system_satisfies_nobody():
    case = make_case()
    loop = take_to(case, "verifying")
    with pytest.raises(NotAllowed):
        services.satisfied(loop, actor=None, at=LATER, name="系统")


def test_the_customer_withdraws_and_nobody_else():
    case = make_case()
    with pytest.raises(NotAllowed):
        services.withdraw(case.loop, actor=case.world.manager, at=LATER)
    services.withdraw(case.loop, actor=case.world.customer, at=LATER, words="已当面说清")
    case.loop.refresh_from_db()
    assert (case.loop.stage, case.loop.ticket.status) == ("withdrawn", "cancelled")


# --- Opinions and their clocks ------------------------------------------------------------------------


def test_each_department_has_two_hours_and_the_tickets_own_clock_stops_with_the_last_one():
    case = make_case()
    services.ask(case.loop, actor=case.world.dispatcher, at=NOON, departments=[case.works, case.sales])
    first, second = Opinion.objects.order_by("id")
    assert first.due_at == second.due_at == NOON + timedelta(hours=2)
    services.answer(first, actor=case.worker, at=NOON + timedelta(minutes=30), text="返工")
    assert clock(case.loop, "complaint-opinion").state == "running"
    services.answer(second, actor=case.seller, at=NOON + timedelta(minutes=90), text="道歉")
    kept = clock(case.loop, "complaint-opinion")
    assert (kept.state, kept.stopped_at) == ("met", NOON + timedelta(minutes=90))
    case.loop.refresh_from_db()
    assert case.loop.stage == "answered"


@pytest.mark.parametrize(("plan", "hours"), [("p0", 2), ("p1", 2), ("p2", 2)])
def test_where_no_plan_says_it_a_department_has_two_hours(plan, hours):
    case = make_case(plan)
    assert selectors.opinion_due(case.loop.ticket, NOON) == NOON + timedelta(hours=hours)


FRIDAY_EVENING = NOON + timedelta(hours=5)


@pytest.mark.parametrize(
    ("level", "due"), [(1, timedelta(hours=3)), (2, timedelta(hours=6)), (3, timedelta(days=5)), (4, timedelta(days=5))]
)
def test_on_feedback_a_department_has_until_the_customer_is_owed_an_answer(level, due):
    case = make_case(source="inquiry", level=level, at=FRIDAY_EVENING)
    half_an_hour_on = FRIDAY_EVENING + timedelta(minutes=30)
    services.ask(case.loop, actor=case.world.dispatcher, at=half_an_hour_on, departments=[case.works])
    assert Opinion.objects.get().due_at == clock(case.loop, "inquiry-answer").due_at == FRIDAY_EVENING + due
    assert not Loop.objects.filter(selectors.late(FRIDAY_EVENING + timedelta(hours=2, minutes=31))).exists()


def test_on_feedback_that_was_answered_before_a_department_has_as_long_again():
    case = make_case(source="inquiry", level=3)
    take_to(case, "told")
    services.ask(case.loop, actor=case.world.dispatcher, at=FRIDAY_EVENING, departments=[case.sales])
    assert Opinion.objects.get(department=case.sales).due_at == FRIDAY_EVENING + timedelta(days=5)


def test_on_feedback_whose_answer_is_overdue_a_department_has_two_hours():
    case = make_case(source="inquiry", level=1)
    late = NOON + timedelta(hours=4)
    services.ask(case.loop, actor=case.world.dispatcher, at=late, departments=[case.works])
    assert Opinion.objects.get().due_at == late + timedelta(hours=2)


def test_a_department_answers_for_itself_once():
    case = make_case()
    services.ask(case.loop, actor=case.world.dispatcher, at=NOON, departments=[case.works])
    opinion = Opinion.objects.get()
    with pytest.raises(NotAllowed):
        services.answer(opinion, actor=case.seller, at=NOON, text="不是我们")
    services.answer(opinion, actor=case.worker, at=NOON, text="返工")
    with pytest.raises(StepNotAllowed):
        services.answer(opinion, actor=case.worker, at=NOON, text="又一次")


def test_a_department_is_asked_once_a_round():
    case = make_case()
    services.ask(case.loop, actor=case.world.dispatcher, at=NOON, departments=[case.works])
    with pytest.raises(Invalid):
        services.ask(case.loop, actor=case.world.dispatcher, at=NOON, departments=[case.works])
    with pytest.raises(Invalid):
        services.ask(case.loop, actor=case.world.dispatcher, at=NOON, departments=[])


def test_a_department_revises_its_opinion_each_time_the_customer_does_not_agree():
    case = make_case()
    loop = take_to(case, "told")
    for number, text in ((2, "今天返工。"), (3, "今天返工，并退款。")):
        services.disagree(loop, actor=case.world.customer, at=LATER, words="周末不行，要今天")
        loop = services.ask(loop, actor=case.world.dispatcher, at=LATER, departments=[case.works, case.sales])
        with pytest.raises(Invalid):
            services.ask(loop, actor=case.world.dispatcher, at=LATER, departments=[case.works])
        for opinion in Opinion.objects.filter(asking=number):
            services.answer(opinion, actor=case.world.dispatcher, at=LATER, text=text)
        services.tell(loop, actor=case.world.dispatcher, at=LATER + timedelta(minutes=number), plan=text)
    said = Opinion.objects.filter(department=case.works).order_by("id")
    assert [(row.asking, row.text) for row in said] == [(1, "更换工程师，周末返工。"), (2, "今天返工。"), (3, "今天返工，并退款。")]


def test_opinions_older_than_their_numbers_are_numbered_by_what_the_customer_had_said_by_then():
    case = make_case()
    loop = take_to(case, "told")
    services.disagree(loop, actor=case.world.customer, at=LATER, words="不行")
    services.ask(loop, actor=case.world.dispatcher, at=LATER + timedelta(minutes=1), departments=[case.works])
    Opinion.objects.filter(asking=2).update(asking=1, department=case.sales)
    first, second = Opinion.objects.order_by("id")
    import_module("loops.migrations.0004_opinions_are_revised").number(apps, None)
    assert list(Opinion.objects.order_by("id").values_list("pk", "asking")) == [(first.pk, 1), (second.pk, 2)]


def test_an_overdue_opinion_turns_late_in_view_and_is_told_once():
    case = make_case()
    services.ask(case.loop, actor=case.world.dispatcher, at=NOON, departments=[case.works])
    due = NOON + timedelta(hours=2)
    assert services.watch_next_batch(due) == 0
    assert not Loop.objects.filter(selectors.late(due)).exists()
    late = due + timedelta(seconds=1)
    assert Loop.objects.filter(selectors.late(late)).exists()
    assert services.watch_next_batch(late) == 1
    told = Message.objects.filter(kind="loop_late").count()
    assert told
    assert services.watch_next_batch(late + timedelta(days=3)) == 0
    assert Message.objects.filter(kind="loop_late").count() == told


# --- Every promise of P2 stops on the right deliverable ----------------------------------------------


def test_first_reply_stops_with_what_the_customer_is_told():
    case = make_case()
    take_to(case, "answered")
    assert clock(case.loop, "complaint-reply").state == "running"
    take_to(case, "told", NOON + timedelta(minutes=30))
    assert clock(case.loop, "complaint-reply").state == "met"


def test_resolution_stops_with_satisfied_and_not_with_the_request_to_close():
    case = make_case()
    loop = take_to(case, "verifying")
    assert clock(loop, "complaint-resolution").state == "running"
    services.satisfied(loop, actor=case.world.customer, at=NOON + timedelta(days=14))
    kept = clock(loop, "complaint-resolution")
    assert (kept.state, kept.stopped_at) == ("met", NOON + timedelta(days=14))


def test_half_a_month_runs_on_through_the_second_round():
    case = make_case()
    loop = take_to(case, "verifying")
    begun = clock(loop, "complaint-resolution").started_at
    services.not_satisfied(loop, actor=case.world.customer, at=LATER, words="不")
    again = clock(loop, "complaint-resolution")
    assert (again.state, again.started_at) == ("running", begun)


@pytest.mark.parametrize(("level", "hours"), [(1, 3), (2, 6)])
def test_feedback_on_an_inquiry_is_answered_by_its_level_and_the_plan_relayed(level, hours):
    case = make_case(source="inquiry", level=level)
    assert case.loop.ticket.kind == "inquiry"
    assert clock(case.loop, "inquiry-answer").due_at == NOON + timedelta(hours=hours)
    assert clock(case.loop, "inquiry-relay").state == "pending"
    take_to(case, "answered")
    assert clock(case.loop, "inquiry-relay").state == "running"
    take_to(case, "told", NOON + timedelta(minutes=30))
    assert {clock(case.loop, name).state for name in ("inquiry-answer", "inquiry-relay")} == {"met"}


# --- Opening ------------------------------------------------------------------------------------------


def test_said_twice_it_is_one_loop():
    case = make_case()
    again = services.open_loop(said(case.world), actor=case.world.customer, at=LATER)
    assert again.pk == case.loop.pk
    assert Loop.objects.count() == 1


def test_a_complaint_reported_as_any_ticket_is_a_loop_and_a_fault_is_none():
    world = make_promising_world("p2")
    assert make_ticket(world, kind="complaint").loop.source == "complaint"
    assert make_ticket(world, kind="inquiry").loop.source == "inquiry"
    fault = make_ticket(world)
    assert Loop.objects.count() == 2
    tickets.register(fault, actor=world.dispatcher, at=NOON, kind="complaint")
    assert Loop.objects.count() == 3


@pytest.mark.parametrize(
    ("source", "kind"),
    [("complaint", "complaint"), ("survey", "complaint"), ("training", "complaint"), ("inquiry", "inquiry"), ("care", "inquiry")],
)
def test_each_source_goes_under_the_promises_that_fit(source, kind):
    assert make_case(source=source).loop.ticket.kind == kind


def test_a_named_department_is_asked_at_once():
    world = make_promising_world("p2")
    from accounts.models import Team

    team = Team.objects.create(code="works", name="工程部", office=world.office)
    loop = services.open_loop(said(world, department=team), actor=None, at=NOON)
    assert loop.stage == "asked"
    assert Opinion.objects.get().department == team


def test_what_it_is_about_is_linked():
    world = make_promising_world("p2")
    fault = make_ticket(world)
    loop = services.open_loop(said(world, about=fault), actor=world.customer, at=NOON)
    assert [(link.kind, link.target) for link in loop.ticket.links_out.all()] == [("caused_by", fault)]


def test_who_does_not_want_to_be_named_is_named_nowhere_and_told_all_the_same():
    case = make_case(is_anonymous=True)
    loop = take_to(case, "verifying")
    services.satisfied(loop, actor=case.world.customer, at=LATER, words="好")
    assert loop.ticket.reporter is None
    assert case.world.customer.name not in {event.actor.name for event in loop.ticket.events.exclude(actor=None)}
    assert case.world.customer.name not in " ".join(event.text for event in Event.objects.all())
    assert not loop.history.filter(history_user=case.world.customer).exists()
    assert set(Message.objects.filter(recipient=case.world.customer).values_list("kind", flat=True)) == {"loop_turn", "loop_closed"}


def test_complaints_older_than_loops_get_one_however_often_the_sweep_runs():
    world = make_promising_world("p2")
    ticket = make_ticket(world, kind="complaint")
    ticket.loop.all_rounds.all().delete()
    ticket.loop.delete()
    assert services.adopt_next_batch(LATER) == 1
    assert services.adopt_next_batch(LATER + timedelta(days=3)) == 0
    assert Loop.objects.get().ticket == ticket


# --- Reminders ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stage", "answers"), [("told", "agree"), ("verifying", "satisfied")])
def test_a_customer_whose_word_is_awaited_is_reminded_once_a_day_three_times_at_most(stage, answers):
    case = make_case(level=1)
    take_to(case, stage)
    asked = Message.objects.filter(kind="loop_turn", recipient=case.world.customer, channel="email", context__asks__isnull=False)
    before = asked.count()
    assert services.remind_next_batch(NOON + timedelta(hours=23)) == 0
    reminded = [services.remind_next_batch(NOON + timedelta(days=days, hours=1)) for days in (1, 1, 2, 3, 4, 9)]
    assert reminded == [1, 0, 1, 1, 0, 0]
    assert asked.count() == before + 3
    assert not asked.latest("pk").at_once, "a reminder waits for the end of quiet hours"
    STEPS[answers](case, case.loop)


def test_who_has_answered_is_not_reminded():
    case = make_case()
    services.agree(take_to(case, "told"), actor=case.world.customer, at=LATER)
    assert services.remind_next_batch(NOON + timedelta(days=2)) == 0


# --- Papers -------------------------------------------------------------------------------------------


def test_the_tracking_form_has_a_block_for_each_department_and_stays_in_the_house():
    from documents import selectors as documents
    from documents.models import Document

    case = make_case()
    services.ask(case.loop, actor=case.world.dispatcher, at=NOON, departments=[case.works, case.sales])
    form = Document.objects.get(kind="complaint_tracking")
    assert [block["title"] for block in form.content["sheets"]["en"]["blocks"]][1:] == ["Opinion of Engineering", "Opinion of Sales"]
    assert documents.documents_for(case.world.engineer).filter(pk=form.pk).exists()
    assert not documents.documents_for(case.world.supervisor).filter(pk=form.pk).exists()


def test_the_result_is_a_document_for_the_customer_without_the_treatment_of_people():
    from documents import selectors as documents

    case = make_case()
    loop = take_to(case, "verifying")
    services.satisfied(loop, actor=case.world.customer, at=LATER)
    report = documents.documents_for(case.world.supervisor).get(kind="complaint_result")
    assert "排班前核对路程" in str(report.content)
    assert "约谈" not in str(report.content)


def test_the_customer_reads_nothing_of_the_treatment_in_the_record():
    case = make_case()
    take_to(case, "verifying")
    assert not Event.objects.filter(is_public=True, text__contains="约谈").exists()
    assert make_user(role="manager").is_provider


def test_a_plan_that_is_told_anew_after_another_department_was_asked_is_sent_again():
    case = make_case()
    loop = take_to(case, "told")
    services.ask(loop, actor=case.world.dispatcher, at=LATER, departments=[case.sales])
    services.answer(Opinion.objects.get(department=case.sales), actor=case.seller, at=LATER, text="另行补偿")
    services.tell(loop, actor=case.world.dispatcher, at=LATER + timedelta(minutes=1), plan="我们将另行补偿。")
    told = Message.objects.filter(kind="loop_turn", recipient=case.world.customer, channel="inbox").order_by("pk")
    assert [message.context["text"] for message in told][-1] == "我们将另行补偿。"
    assert told.count() == 2


def test_who_told_the_plan_that_was_not_agreed_to_does_not_judge_the_round_either():
    case = make_case()
    loop = take_to(case, "answered")
    services.tell(loop, actor=case.seller, at=LATER, plan="不作处理。")
    services.disagree(loop, actor=case.world.customer, at=LATER, words="不行")
    loop.refresh_from_db()
    loop = take_to(case, "verifying", LATER)
    with pytest.raises(NotIndependent):
        services.satisfied(loop, actor=case.seller, at=LATER + timedelta(hours=1), name="赵主任")


def resolved_before_loops():
    """A complaint that was resolved when there were no loops yet, adopted since."""
    world = make_promising_world("p2")
    ticket = tickets.accept(make_ticket(world, kind="complaint", equipment=None), actor=world.engineer, at=NOON)
    ticket = tickets.resolve(ticket, actor=world.engineer, at=NOON, cause="排班冲突", solution="已返工", in_loop=True)
    ticket.loop.all_rounds.all().delete()
    ticket.loop.delete()
    services.adopt_next_batch(LATER)
    return world, Loop.objects.get()


def test_what_was_resolved_before_there_were_loops_is_closed_by_the_customers_word(client):
    world, loop = resolved_before_loops()
    assert loop.stage == "verifying"
    for user in (world.customer, world.dispatcher):
        client.force_login(user)
        assert "已返工" in client.get(loop.get_absolute_url()).content.decode()
    services.satisfied(loop, actor=world.customer, at=LATER, words="好")
    loop.refresh_from_db()
    assert (loop.stage, loop.ticket.status) == ("satisfied", "closed")


def test_what_was_resolved_before_there_were_loops_goes_round_when_the_customer_is_not_satisfied():
    world, loop = resolved_before_loops()
    services.not_satisfied(loop, actor=world.customer, at=LATER, words="没有返工")
    loop.refresh_from_db()
    assert (loop.stage, loop.rounds) == ("said", 2)
