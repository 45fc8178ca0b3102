"""What was done finds what it was owed for."""

from datetime import date

import pytest

from core.errors import Invalid, NotAllowed
from obligations import keys, services
from obligations.errors import AlreadyEnded
from obligations.models import Obligation, Status
from obligations.services import Owed
from tests.obligations.worlds import contract_of, local, make_owing_world, only, planned

pytestmark = pytest.mark.django_db


def done(contract, kind, day, **facts):
    given = {"actor": None, "at": local(day.month, day.day, 18), "proof": "已完成", "link": "/inspections/1/"}
    return services.meet_for(kind, contract, day, **given | facts)


def test_work_of_a_day_meets_what_is_owed_for_its_period():
    world = make_owing_world()
    planned(local(11, 2))
    [row] = done(world.contract, "inspection", date(2026, 11, 9), actor=world.engineer)
    assert (row.code, row.period, row.status, row.ended_by, row.link) == (
        "inspection-quarterly", "2026Q4", Status.DONE, world.engineer, "/inspections/1/",
    )  # fmt: skip
    assert not row.is_late(local(12, 1))


def test_what_is_not_owed_is_met_by_nothing():
    world = make_owing_world()
    assert done(world.contract, "inspection", date(2026, 11, 9)) == []
    planned(local(11, 2))
    assert done(world.contract, "health_check", date(2026, 11, 9)) == []
    done(world.contract, "inspection", date(2026, 11, 9))
    assert done(world.contract, "inspection", date(2026, 11, 10)) == []


def test_the_days_it_is_owed_in_come_first_then_its_period_then_what_is_late():
    contract = contract_of(make_owing_world(), "p1")
    planned(local(9, 2))
    planned(local(11, 2))
    assert [row.period for row in done(contract, "health_check", date(2026, 11, 16))] == ["2026-11"]
    assert [row.period for row in done(contract, "health_check", date(2026, 10, 3))] == ["2026-10"]
    assert [row.period for row in done(contract, "health_check", date(2026, 11, 25))] == ["2026-09"]
    assert only(contract, "health-monthly", "2026-09").is_late(local(11, 26))


def test_work_done_before_anything_opens_meets_what_its_period_names_and_nothing_of_later_periods():
    contract = contract_of(make_owing_world(), "p1")
    planned(local(11, 2))
    assert done(contract, "health_check", date(2026, 10, 30)) == []
    assert [row.period for row in done(contract, "health_check", date(2026, 11, 3))] == ["2026-11"]


def test_each_promise_of_the_kind_counts_the_work_and_a_code_picks_one():
    contract = contract_of(make_owing_world(), "p3", accepted_on=date(2026, 6, 1))
    planned(local(6, 2))
    codes = set(Obligation.objects.filter(contract=contract, kind="training").values_list("code", flat=True))
    assert codes == {"training-basic"}
    planned(local(7, 3))
    assert [row.code for row in done(contract, "training", date(2026, 6, 20), code="training-basic")] == ["training-basic"]
    assert [row.code for row in done(contract, "training", date(2026, 7, 20))] == ["training-advanced"]


def test_what_is_owed_several_times_is_done_with_the_last():
    contract = contract_of(make_owing_world(), "p2")
    planned(local(11, 2))
    [first] = done(contract, "inquiry", date(2026, 11, 9))
    assert (first.status, first.got, first.wanted) == (Status.OWED, 1, 2)
    [last] = done(contract, "inquiry", date(2026, 11, 10))
    assert (last.status, last.got) == (Status.DONE, 2)


def owed(world, **facts):
    given = {
        "key": "callback-fault:ticket:1", "kind": "callback", "title": "故障回访", "organization": world.organization,
        "opens_at": local(11, 2), "due_at": local(11, 3),
    }  # fmt: skip
    return services.owe(Owed(**given | facts), at=local(11, 2))


def test_asked_twice_it_is_owed_once():
    world = make_owing_world()
    (row, made), (again, made_again) = owed(world), owed(world, title="另一个")
    assert (made, made_again, row.pk, again.title) == (True, False, again.pk, "故障回访")


def test_a_waiver_needs_a_manager_and_a_reason_and_stands():
    world = make_owing_world()
    row, _made = owed(world)
    with pytest.raises(NotAllowed):
        services.waive(row, actor=world.dispatcher, at=local(11, 2), reason="客户要求取消")
    with pytest.raises(Invalid):
        services.waive(row, actor=world.manager, at=local(11, 2), reason="  ")
    row = services.waive(row, actor=world.manager, at=local(11, 2), reason="客户要求取消")
    assert (row.status, row.reason, row.is_late(local(12, 1))) == (Status.WAIVED, "客户要求取消", False)
    with pytest.raises(AlreadyEnded):
        services.waive(row, actor=world.manager, at=local(11, 2), reason="再次")
    assert services.meet(row.key, actor=None, at=local(11, 4), proof="做了").status == Status.WAIVED


def test_what_was_done_outside_is_met_by_hand_with_words_by_who_dispatches():
    world = make_owing_world()
    row, _made = owed(world)
    with pytest.raises(NotAllowed):
        services.meet_by_hand(row, actor=world.engineer, at=local(11, 2), proof="电话回访，客户满意")
    with pytest.raises(Invalid):
        services.meet_by_hand(row, actor=world.dispatcher, at=local(11, 2), proof=" ")
    row = services.meet_by_hand(row, actor=world.dispatcher, at=local(11, 2), proof="电话回访，客户满意")
    assert (row.status, row.proof, row.ended_by) == (Status.DONE, "电话回访，客户满意", world.dispatcher)
    with pytest.raises(AlreadyEnded):
        services.meet_by_hand(row, actor=world.dispatcher, at=local(11, 2), proof="再次")


def test_by_hand_all_that_is_left_of_it_is_done():
    world = make_owing_world()
    contract = contract_of(world, "p2")
    planned(local(11, 2))
    row = services.meet_by_hand(only(contract, "inquiry-quarterly"), actor=world.manager, at=local(11, 9), proof="现场逐台询检")
    assert (row.status, row.got, row.wanted) == (Status.DONE, 2, 2)


def test_every_step_leaves_its_line_in_the_history():
    world = make_owing_world()
    row, _made = owed(world, wanted=2)
    services.meet(row.key, actor=world.engineer, at=local(11, 2, 10), proof="第一次")
    services.meet(row.key, actor=world.engineer, at=local(11, 2, 11), proof="第二次")
    assert [(line.got, line.history_date) for line in row.history.order_by("history_date")] == [
        (0, local(11, 2)), (1, local(11, 2, 10)), (2, local(11, 2, 11)),
    ]  # fmt: skip


def test_keys_name_promise_contract_and_period():
    assert keys.of("survey-quarterly", 7, "2026Q4") == "survey-quarterly:contract:7:2026Q4"
