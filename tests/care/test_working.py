"""Taking a call, trying, handing over, calling off; what turns late."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role
from care import services
from care.errors import CallEnded, Claimed, NotClaimed, ScriptProblem
from care.models import Attempt, Call, Result, ScriptVersion, Status
from care.selectors.calls import LEASE
from care.services import NewCall
from core.errors import Invalid, NotAllowed
from core.queue import drain
from notifications.models import Message
from obligations.models import Obligation
from tests.care.worlds import DAY, GOOD, HOUR, LATER, NOON, answer, make_callback, make_calling_world, take
from tests.worlds import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_calling_world()


@pytest.fixture
def call(world):
    return make_callback(world)


def single(world, *, at=LATER, **facts) -> Call:
    draft = NewCall(**{"site": world.site, "subject": "新系统用得怎样", "due_at": at + DAY, **facts})
    return services.arrange(draft, actor=world.dispatcher, at=at)


def test_two_people_never_call_the_same_customer_at_once(world, call):
    other = single(world)
    take(call, world.dispatcher)
    with pytest.raises(Claimed, match=world.dispatcher.name):
        take(call, world.manager)
    with pytest.raises(Claimed, match=world.dispatcher.name):
        take(other, world.manager)  # another call, the same customer
    take(other, world.manager, at=LATER + LEASE + HOUR)  # left lying: somebody else may


def test_who_takes_another_call_lets_go_of_the_first(world, call):
    other = single(world)
    take(call, world.dispatcher)
    take(other, world.dispatcher)
    call.refresh_from_db()
    assert call.claimed_by is None


def test_a_call_is_taken_before_anything_is_noted(world, call):
    with pytest.raises(NotClaimed):
        services.attempt(call, actor=world.dispatcher, at=LATER, result="no_answer")
    with pytest.raises(NotClaimed):
        services.conclude(call, services.Conclusion(answers=GOOD), actor=world.dispatcher, at=LATER)
    take(call, world.manager)
    with pytest.raises(NotAllowed):
        services.release(call, actor=make_user(role=Role.ENGINEER), at=LATER)
    services.release(call, actor=world.dispatcher, at=LATER)
    take(call, world.dispatcher)


def test_what_is_typed_is_kept_and_the_call_with_it(world, call):
    take(call, world.dispatcher)
    later = LATER + LEASE - timedelta(minutes=1)
    services.keep_draft(call, actor=world.dispatcher, at=later, typed={"words": "半句话"})
    call.refresh_from_db()
    assert (call.draft, call.claimed_at) == ({"words": "半句话"}, later)
    versions = call.history.count()
    services.keep_draft(call, actor=world.dispatcher, at=later, typed={"words": "一句话"})
    assert call.history.count() == versions
    with pytest.raises(Invalid):
        services.keep_draft(call, actor=world.dispatcher, at=later, typed={"words": "长" * 50_000})


def test_nobody_answers_it_is_tried_at_another_hour_and_after_three_days_a_manager_looks(world, call):
    for day, status in ((0, Status.WAITING), (1, Status.WAITING), (2, Status.NOT_REACHED)):
        take(call, world.dispatcher, at=LATER + day * DAY)
        call = services.attempt(call, actor=world.dispatcher, at=LATER + day * DAY, result="no_answer")
        assert call.status == status
        assert call.claimed_by is None
    assert (call.tries, call.attempts.count()) == (3, 3)
    noted = call.ticket.events.filter(type="noted").get()
    assert noted.facts["follow_up"] == "no_answer"
    clock = call.ticket.commitment.clocks.get(measure="followup")
    assert clock.stopped_at is None, "nobody was asked: the promise runs on"


def test_the_next_try_is_at_another_hour(world, call):
    take(call, world.dispatcher)
    call = services.attempt(call, actor=world.dispatcher, at=LATER, result="no_answer")  # 14:00 in Shanghai
    assert call.next_at == NOON + 4 * HOUR  # 16:00
    take(call, world.dispatcher)
    assert services.attempt(call, actor=world.dispatcher, at=LATER, result="busy").next_at == LATER + HOUR / 2


def test_a_wrong_number_is_replaced_and_tried_at_once(world, call):
    take(call, world.dispatcher)
    call = services.attempt(call, actor=world.dispatcher, at=LATER, result="wrong_number", phone="027-1")
    assert (call.contact_phone, call.next_at, call.attempts.get().phone) == ("027-1", LATER, "027-88001234")


def test_called_later_is_called_when_the_customer_said(world, call):
    take(call, world.dispatcher)
    with pytest.raises(Invalid):
        services.attempt(call, actor=world.dispatcher, at=LATER, result="later")
    when = LATER + 3 * HOUR
    assert services.attempt(call, actor=world.dispatcher, at=LATER, result="later", next_at=when).next_at == when
    assert Attempt.objects.get().result == Result.LATER


def not_reached(world, call) -> Call:
    for day in range(3):
        take(call, world.dispatcher, at=LATER + day * DAY)
        call = services.attempt(call, actor=world.dispatcher, at=LATER + day * DAY, result="no_answer")
    return call


def test_a_manager_sends_it_round_again_or_writes_it_off(world, call):
    call, at = not_reached(world, call), LATER + 3 * DAY
    with pytest.raises(NotAllowed):
        services.send_again(call, actor=world.dispatcher, at=at)
    call = services.send_again(call, actor=world.manager, at=at, phone="027-2")
    assert (call.status, call.contact_phone) == (Status.WAITING, "027-2")
    take(call, world.dispatcher, at=at)
    assert services.attempt(call, actor=world.dispatcher, at=at, result="no_answer").status == Status.WAITING
    call = Call.objects.get(pk=call.pk)
    for day in (1, 2):
        take(call, world.dispatcher, at=at + day * DAY)
        call = services.attempt(call, actor=world.dispatcher, at=at + day * DAY, result="no_answer")
    with pytest.raises(Invalid):
        services.write_off(call, actor=world.manager, at=at + 2 * DAY, reason=" ")
    services.write_off(call, actor=world.manager, at=at + 2 * DAY, reason="客户已搬迁")
    row = Obligation.objects.get(key=call.owed_key)
    assert (row.status, row.reason, row.ended_by) == ("waived", "客户已搬迁", world.manager)


def test_a_promised_call_is_called_off_by_a_manager_only(world, call):
    with pytest.raises(NotAllowed, match=r"manager|经理"):
        services.drop(call, actor=world.dispatcher, at=LATER, reason="忙")
    services.drop(call, actor=world.manager, at=LATER, reason="客户当面答复过")
    call.refresh_from_db()
    assert (call.status, call.ended_because) == (Status.DROPPED, "客户当面答复过")
    assert services.drop(single(world), actor=world.dispatcher, at=LATER, reason="不需要了").status == Status.DROPPED
    with pytest.raises(CallEnded):
        take(call, world.dispatcher)


def test_a_call_is_handed_over_but_not_to_who_served(world, call):
    with pytest.raises(Invalid):
        services.hand_over(call, actor=world.dispatcher, at=LATER, person=world.engineer)
    assert services.hand_over(call, actor=world.dispatcher, at=LATER, person=world.manager).person == world.manager
    with pytest.raises(NotAllowed):
        services.hand_over(call, actor=make_user(role=Role.ENGINEER), at=LATER, person=world.dispatcher)


def test_a_care_call_is_for_the_preferred_hours_and_its_finding_is_followed_up(world):
    call = single(world, hours_from=time(15), hours_until=time(17), contact_name="陈工", contact_phone="139")
    assert call.next_at == NOON + 3 * HOUR  # 15:00 in Shanghai
    answer(call, world.engineer, answers={"running": "yes", "finding": "磁盘快满"}, level="urgent")
    call.refresh_from_db()
    assert (call.outcome, call.loop.source, call.loop.level) == ("feedback", "care", 1)
    assert "磁盘快满" in call.loop.ticket.description


@pytest.mark.parametrize(
    "facts",
    [
        {"due_at": LATER - HOUR},  # is past
        {"hours_until": (LATER + HOUR).time()},  # half of the hours
        {"hours_from": LATER.time(), "hours_until": (LATER - HOUR).time()},  # ends before it begins
    ],
)
def test_a_care_call_that_cannot_be_made_is_refused(world, facts):
    with pytest.raises(Invalid):
        single(world, **facts)


def test_what_is_missing_is_asked_for_by_its_question(world, call):
    take(call, world.dispatcher)
    with pytest.raises(Invalid) as refused:
        services.conclude(call, services.Conclusion(answers={"came-back": "no"}), actor=world.dispatcher, at=LATER)
    assert refused.value.field == "q-satisfied"
    with pytest.raises(Invalid) as refused:
        services.conclude(call, services.Conclusion(answers={**GOOD, "satisfied": "9"}), actor=world.dispatcher, at=LATER)
    assert refused.value.field == "q-satisfied"


def test_what_nobody_called_turns_late_in_view_and_is_told_once(world, call):
    world.office.lead = world.manager
    world.office.save()
    single(world)
    at = LATER + 2 * DAY
    assert drain(services.watch_next_batch, at=at) == 2
    assert drain(services.watch_next_batch, at=at + DAY) == 0
    assert set(Call.objects.values_list("late_at", flat=True)) == {at}
    told = Message.objects.filter(kind="calls_late", channel="inbox")
    assert [row.recipient for row in told] == [world.manager]
    assert told.get().context["count"] == 1, "of the promised call its obligation tells"


def test_the_same_script_makes_no_version_and_a_changed_one_does(world, call):
    services.load_shipped(at=LATER)
    assert ScriptVersion.objects.count() == 3
    data = {"code": "callback", "kind": "callback", "name": "回访", "questions": [{"code": "ok", "text": "好吗", "means": "satisfied"}]}
    version, is_new = services.load_script(data, actor=world.manager, at=LATER)
    assert (version.number, is_new) == (2, True)
    call.refresh_from_db()
    assert call.script.number == 1


@pytest.mark.parametrize(
    "data",
    [
        [],
        {"code": "a", "kind": "callback", "name": "b", "questions": []},
        {"code": "a", "kind": "callback", "name": "b", "queries": []},
        {"code": "a", "kind": "gossip", "name": "b", "questions": [{"code": "a", "text": "b"}]},
        {"code": "a", "kind": "care", "name": "b", "questions": [{"code": "a"}]},
        {"code": "a", "kind": "care", "name": "b", "questions": [{"code": "a", "text": "b", "kind": "riddle"}]},
        {"code": "a", "kind": "care", "name": "b", "questions": [{"code": "a", "text": "b"}, {"code": "a", "text": "c"}]},
        {"code": "a", "kind": "care", "name": "b", "questions": [{"code": "a", "text": "b", "kind": "choice", "options": [{"code": "x"}]}]},
    ],
)
def test_a_script_that_is_none_is_refused_in_a_sentence(data):
    with pytest.raises(ScriptProblem):
        services.load_script(data, actor=None, at=NOON)


QUESTION = {"code": 1, "text": "几级", "kind": "choice", "options": [{"code": 1, "text": "一"}, {"code": True, "text": "是"}]}


def test_what_yaml_reads_as_numbers_and_truths_are_words_of_a_script_all_the_same(world):
    data = {"code": "again", "kind": "care", "name": 7, "questions": [QUESTION]}
    version, _is_new = services.load_script(data, actor=world.manager, at=LATER)
    assert (version.script.name, version.questions[0]["code"]) == ("7", "1")
    call = single(world)
    take(call, world.manager)
    assert services.conclude(call, services.Conclusion(answers={"1": "1"}), actor=world.manager, at=LATER).outcome == "fine"


@pytest.mark.parametrize("wrong", [{"code": "a" * 41}, {"code": "a b"}, {"name": "名" * 121}])
def test_a_code_or_name_that_is_too_long_or_none_is_refused_in_a_sentence(wrong):
    with pytest.raises(ScriptProblem):
        services.load_script(
            {"code": "a", "kind": "care", "name": "b", "questions": [{"code": "q", "text": "好吗"}], **wrong}, actor=None, at=NOON
        )


def test_a_quota_is_a_managers_and_of_one_thing(world):
    with pytest.raises(NotAllowed):
        services.set_quota(actor=world.dispatcher, at=NOON, percent=5, plan=world.contract.plan)
    with pytest.raises(Invalid):
        services.set_quota(actor=world.manager, at=NOON, percent=5)


def test_people_of_other_sites_are_called_at_the_same_time_unless_it_is_the_same_number(world, call):
    elsewhere = single(world, site=world.other_site, contact_phone="0711-5550001")
    switchboard = single(world, site=world.other_site, contact_phone=call.contact_phone)
    take(call, world.dispatcher)
    with pytest.raises(Claimed):
        take(switchboard, world.manager)
    assert take(elsewhere, world.manager).claimed_by == world.manager


def test_whoever_writes_down_a_call_locks_the_ticket_before_it_as_those_do_who_move_the_ticket(world, call):
    take(call, world.dispatcher)
    with CaptureQueriesContext(connection) as seen:
        services.conclude(call, services.Conclusion(answers=GOOD), actor=world.dispatcher, at=LATER)
    asked = [query["sql"] for query in seen if query["sql"].startswith("SELECT")]
    assert '"tickets_ticket"' in asked[0]
    assert '"care_call"' not in asked[0]


FRIDAY_EVENING = NOON + 7 * HOUR
"""The 20th is a Friday; NOON is twelve o'clock there."""


def test_the_next_try_is_on_a_working_day_but_for_a_promise_that_ends_before(world):
    call = make_callback(world, at=FRIDAY_EVENING)
    local = timezone.localtime(call.next_at)
    assert (local.day, local.hour, call.planned_on.day) == (21, 9, 21), "24 hours after Friday evening end on Saturday"
    call = take(call, world.dispatcher, at=call.next_at)
    services.attempt(call, actor=world.dispatcher, at=call.next_at, result="no_answer")
    call.refresh_from_db()
    assert timezone.localtime(call.next_at).day == 21, "there is still time to keep it"
    take(call, world.dispatcher, at=FRIDAY_EVENING + DAY)
    services.attempt(call, actor=world.dispatcher, at=FRIDAY_EVENING + DAY, result="no_answer")
    call.refresh_from_db()
    assert timezone.localtime(call.next_at).day == 23, "late as it is, it waits for Monday"


def test_what_has_days_left_is_not_called_at_the_weekend(world):
    call = single(world, at=FRIDAY_EVENING, due_at=FRIDAY_EVENING + 7 * DAY)
    assert timezone.localtime(call.next_at).day == 23
    take(call, world.dispatcher, at=FRIDAY_EVENING)
    services.attempt(call, actor=world.dispatcher, at=FRIDAY_EVENING, result="busy")
    call.refresh_from_db()
    assert (timezone.localtime(call.next_at).day, timezone.localtime(call.next_at).hour) == (23, 9)
