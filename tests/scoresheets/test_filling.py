"""Sheets are filled from the record, each period once, with the evidence behind each line."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from core.errors import Invalid, NotAllowed
from documents import services as documents
from documents.models import Document
from inspections import services as inspections
from notifications.models import Message
from obligations import services as obligations
from scoresheets import paper, services
from scoresheets.errors import Answered, BadSheet, Settled, StillDisputed
from scoresheets.models import Line, Score, Sheet, SheetVersion, State
from scoresheets.services import filling
from surveys import services as surveys
from surveys.models import SurveyAnswer
from tests.inspections import worlds as visits
from tests.obligations.worlds import contract_of, local, planned
from tests.races import at_once
from tests.reports.worlds import neglected, served
from tests.scoresheets.worlds import (
    FILLED,
    decided,
    filled_until,
    line_of,
    make_agreement,
    make_bad_quarter,
    make_score,
    make_sheet,
    other_manager,
    text_of,
)
from tests.surveys.worlds import CONTENT, CROSS, asked, make_survey, make_version
from tests.worlds import make_ticket
from tickets import services as tickets
from tickets.models import Event, Ticket

pytestmark = pytest.mark.django_db


def scored():
    return list(Score.objects.order_by("period").values_list("period", "score"))


def test_a_quarter_is_filled_three_days_after_it_is_over_with_its_evidence():
    world = make_bad_quarter()
    make_agreement(world)
    assert filled_until(local(1, 3, year=2027)) == 0
    assert filled_until() == 1
    score = Score.objects.get()
    line = line_of(score)
    assert (score.period, score.score, score.state, line.cases, line.counted) == ("2026Q4", 98, State.OPEN, 1, 2)
    [case] = line.evidence
    assert "SD-" in case["label"]["zh-hans"]
    assert case["link"].startswith("/tickets/")
    assert case["at"].startswith("2026-11-03")


def test_run_twice_and_late_it_is_filled_once_and_says_the_same():
    make_agreement(make_bad_quarter())
    filled_until()
    first = list(Line.objects.values_list("code", "cases", "own", "evidence"))
    assert filled_until(local(1, 8, year=2027)) == 0
    Score.objects.all().delete()
    filled_until(local(1, 8, year=2027))
    assert list(Line.objects.values_list("code", "cases", "own", "evidence")) == first


def test_an_outage_of_two_periods_skips_none():
    make_agreement(make_bad_quarter(), make_sheet(every="month"), date(2026, 9, 15))
    filled_until(local(1, 20, year=2027))
    assert scored() == [("2026-09", 100), ("2026-10", 100), ("2026-11", 98), ("2026-12", 100)]


def test_periods_outside_the_agreement_or_the_contract_are_not_filled():
    world = make_bad_quarter()
    agreement = make_agreement(world, make_sheet(every="month"))
    services.end_agreement(agreement, date(2026, 11, 30), actor=world.manager, at=local(11, 1))
    filled_until(local(1, 20, year=2027))
    assert [period for period, _score in scored()] == ["2026-10", "2026-11"]
    with pytest.raises(Invalid):
        services.end_agreement(agreement, date(2026, 1, 1), actor=world.manager, at=local(11, 1))


def test_a_contract_is_scored_once_by_a_sheet():
    world = make_bad_quarter()
    sheet = make_agreement(world).sheet
    with pytest.raises(Invalid):
        services.agree(world.contract, sheet, date(2026, 7, 1), actor=world.manager, at=local(10, 1))


def test_one_that_cannot_be_filled_keeps_no_other_waiting(monkeypatch):
    world = make_bad_quarter()
    broken, other = make_agreement(world), make_agreement(world, make_sheet(code="other"))
    count = filling.counted

    def counted(version, contract, first):
        if version.sheet_id == broken.sheet_id:
            raise RuntimeError("a rule that fails")
        return count(version, contract, first)

    monkeypatch.setattr(filling, "counted", counted)
    assert filled_until() == 1
    assert Score.objects.get().sheet == other.sheet


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_two_workers_at_once_fill_a_period_once():
    make_agreement(make_bad_quarter(), make_sheet(every="month"))
    made = at_once(3, lambda: services.fill_next_batch(FILLED))
    assert all(isinstance(count, int) for count in made), made
    assert sum(made) == Score.objects.count() == 3
    assert Line.objects.count() == 3


def test_the_paper_the_customer_signs_has_chinese_heads_of_its_own():
    _world, score = make_score()
    lines, _evidence, disputes = paper.sheets(score)["zh-hans"]["blocks"]
    assert lines["heads"] == ["序号", "项目", "单次扣分", "扣分上限", "次数", "扣分"]
    assert disputes["heads"] == ["项目", "提出方", "有误的理由", "裁定", "扣分"]


def test_both_sides_are_told_once_that_it_is_filled():
    world, score = make_score()
    told = set(Message.objects.filter(kind="score_filled", channel="inbox").values_list("recipient__email", flat=True))
    assert told == {world.supervisor.email, world.manager.email}
    assert score.score == 98


# --- What is counted ----------------------------------------------------------------------------


def found(world, rule, contract=None, **options):
    definition = services.checked(text_of({"rule": rule, "with": options, "points": 1, "most": 100}))
    return services.preview(definition, contract or world.contract, date(2026, 10, 1))[0].cases


def test_a_promise_is_counted_by_its_code_too():
    world = make_bad_quarter()
    assert len(found(world, "missed_promise", promise="response")) == 1
    assert not found(world, "missed_promise", promise="onsite")


def test_shares_below_what_was_promised_are_one_case_that_says_so():
    world = make_bad_quarter()
    [case] = found(world, "followup_share", below=90)
    assert case.label["en"] == "Followed up: 0 % (0 of 1), promised 90 %"
    ticket = served(world, local(11, 6))
    tickets.follow_up(ticket, actor=world.dispatcher, at=local(11, 7), outcome="fine", text="未复发")
    assert not found(world, "followup_share", below=50)
    assert len(found(world, "followup_share", below=51)) == 1


def test_nothing_solved_is_no_share_below():
    world = make_bad_quarter()
    assert not found(world, "remote_share", contract=contract_of(world, "p1"), below=80)


def test_an_inspection_not_begun_on_its_days_counts_and_one_called_off_does_not():
    world = make_bad_quarter()
    visit = visits.make_visit(world, local(11, 1), starts_on=date(2026, 11, 10))
    assert [case.link for case in found(world, "missed_inspection")] == [f"/inspections/{visit.pk}/"]
    inspections.cancel(visit, actor=world.manager, at=local(11, 2), reason="客户搬迁")
    assert not found(world, "missed_inspection")


def test_what_was_owed_and_not_done_in_time_counts_by_kind():
    world = make_bad_quarter()
    planned(local(11, 2))
    assert len(found(world, "overdue_obligation")) == 5
    assert len(found(world, "overdue_obligation", kind="survey")) == 1
    assert len(found(world, "missing_report")) == 1
    obligations.meet_for("survey", world.contract, date(2026, 11, 9), actor=None, at=local(11, 9), proof="x")
    assert not found(world, "overdue_obligation", kind="survey")


def test_complaints_count_by_number_alone():
    world = make_bad_quarter()
    ticket = make_ticket(world, at=local(11, 9), kind="complaint", subject="不便说的事")
    [case] = found(world, "complaint")
    assert case.label["en"] == ticket.number


@pytest.mark.parametrize("kind", ["complaint", "inquiry"])
def test_what_customers_said_and_was_answered_late_is_named_by_its_number_alone(kind):
    world = make_bad_quarter()
    ticket = neglected(world, local(11, 9), subject="不便说的事")
    Ticket.objects.filter(pk=ticket.pk).update(kind=kind, is_confidential=True)
    late = [case.label for case in found(world, "missed_promise", measure="response") if ticket.number in case.label["en"]]
    assert [label["zh-hans"].startswith(f"{ticket.number} · ") for label in late] == [True]
    assert "不便说的事" not in str(late)


def test_a_complaint_that_goes_round_again_is_no_fault_that_came_back():
    world = make_bad_quarter()
    ticket = make_ticket(world, at=local(11, 20), kind="complaint", subject="不便说的事")
    Event.objects.filter(ticket=ticket, type=Event.Type.REPORTED).update(type=Event.Type.REOPENED)
    assert not found(world, "reopened_fault")


def test_the_same_equipment_counts_from_the_second_fault_on():
    world = make_bad_quarter()
    assert len(found(world, "repeated_fault")) == 1
    served(world, local(11, 12))
    assert len(found(world, "repeated_fault")) == 2
    assert len(found(world, "repeated_fault", **{"from": 3})) == 1


def test_a_solution_that_was_none_counts_each_time():
    world = make_bad_quarter()
    assert not found(world, "reopened_fault")
    ticket = make_ticket(world, at=local(11, 20))
    ticket = tickets.accept(ticket, actor=world.engineer, at=local(11, 20, 10))
    ticket = tickets.resolve(ticket, actor=world.engineer, at=local(11, 20, 11), cause="磁盘", solution="扩容")
    tickets.reject(ticket, actor=world.supervisor, at=local(11, 20, 12), reason="又坏了")
    assert len(found(world, "reopened_fault")) == 1


def test_nobody_dissatisfied_takes_nothing_off():
    assert not found(make_bad_quarter(), "unsatisfied_survey")


def test_a_dissatisfied_answer_counts_once_by_its_number_and_is_no_complaint_besides():
    world = make_bad_quarter()
    survey = make_survey(world, local(11, 9))
    surveys.answer(survey, CROSS, actor=None, at=local(11, 10))
    answer = SurveyAnswer.objects.get()
    [case] = found(world, "unsatisfied_survey")
    assert (case.label["en"], case.link, case.at[:10]) == (
        answer.follow_up.number,
        answer.follow_up.get_absolute_url(),
        "2026-11-10",
    )
    assert not found(world, "complaint")


def test_a_satisfied_answer_takes_nothing_off():
    world = make_bad_quarter()
    surveys.answer(make_survey(world, local(11, 9)), CONTENT, actor=None, at=local(11, 10))
    assert not found(world, "unsatisfied_survey")


def test_an_answer_counts_for_the_contract_it_was_asked_about_and_the_quarter_it_was_given_in():
    world = make_bad_quarter()
    other = contract_of(world, "p1")
    version = make_version(world, "quarterly", at=local(12, 30))
    first, second = (asked(world, version, contract=other, at=local(12, 30)) for _each in range(2))
    surveys.answer(first, {"overall": 1}, actor=None, at=local(1, 1, 0, year=2027))
    assert not found(world, "unsatisfied_survey", contract=other)
    surveys.answer(second, {"overall": 1}, actor=None, at=local(12, 31, 23))
    assert len(found(world, "unsatisfied_survey", contract=other)) == 1
    assert not found(world, "unsatisfied_survey")


# --- Sheets in versions -------------------------------------------------------------------------


def test_the_sheet_that_ships_can_be_loaded_again_without_effect():
    [version] = services.load_shipped(at=local(10, 1))
    [again] = services.load_shipped(at=local(10, 2))
    assert (version.number, again.pk) == (1, version.pk)


def test_changed_text_is_a_version_and_what_was_filled_keeps_its_own():
    world, score = make_score()
    sheet = score.sheet
    newer = services.save_sheet(text_of({"points": 4}), actor=world.manager, at=FILLED, of=sheet)
    assert (newer.number, Score.objects.get().version.number) == (2, 1)
    assert services.save_sheet(text_of({"points": 4}), actor=world.manager, at=FILLED, of=sheet).number == 2
    assert SheetVersion.objects.count() == 2


def test_a_sheet_by_which_contracts_are_scored_keeps_its_periods():
    world = make_bad_quarter()
    sheet = make_agreement(world).sheet
    with override("en"), pytest.raises(BadSheet, match="another sheet"):
        services.save_sheet(text_of(every="month"), actor=world.manager, at=FILLED, of=sheet)
    filled_until()
    assert scored() == [("2026Q4", 98)]


def test_what_cannot_be_read_is_refused_with_its_line():
    world = make_bad_quarter()
    for text, says in (("code: [", "sheet.yaml"), ("code: own", "items"), (text_of({"points": -1}), "items.0.points")):
        with pytest.raises(BadSheet, match=says):
            services.save_sheet(text, actor=world.manager, at=FILLED)
    sheet = make_sheet()
    with pytest.raises(BadSheet):
        services.save_sheet(text_of(code="other"), actor=world.manager, at=FILLED, of=sheet)
    with pytest.raises(BadSheet):
        services.save_sheet(text_of(), actor=world.manager, at=FILLED)
    with pytest.raises(NotAllowed):
        services.save_sheet(text_of(), actor=world.dispatcher, at=FILLED, of=sheet)
    assert Sheet.objects.count() == 1


# --- Disputes and signatures --------------------------------------------------------------------


def test_a_dispute_that_is_upheld_changes_the_points_and_leaves_its_trace():
    world, score = make_score()
    score = decided(world, line_of(score), Decimal(0))
    line = line_of(score)
    said = line.disputes.get()
    assert (score.score, line.own, line.counted, said.before, said.after, said.is_upheld) == (100, 0, 0, 2, 0, True)
    assert [row.counted for row in line.history.order_by("history_id")] == [2, 0]
    assert Message.objects.filter(kind="score_answered", recipient=world.supervisor, channel="inbox").count() == 1


def test_what_counts_of_a_group_follows_the_decision():
    world, score = make_score({"group": "g"}, {"code": "also", "group": "g", "points": 1, "most": 1})
    assert (score.score, line_of(score, "also").counted) == (98, 0)
    score = decided(world, line_of(score), Decimal(0))
    assert (score.score, line_of(score, "also").counted) == (99, 1)


def test_disputes_are_raised_once_with_a_reason_by_who_may_and_decided_by_another_manager():
    world, score = make_score()
    line, at = line_of(score), FILLED
    with pytest.raises(NotAllowed):
        services.dispute(line, actor=world.engineer, at=at, reason="x")
    with pytest.raises(Invalid):
        services.dispute(line, actor=world.supervisor, at=at, reason=" ")
    said = services.dispute(line, actor=world.manager, at=at, reason="时钟误判")
    with pytest.raises(Invalid):
        services.dispute(line, actor=world.supervisor, at=at, reason="也不对")
    given = {"at": at, "points": Decimal(1), "text": "部分属实"}
    for actor in (world.manager, world.dispatcher):
        with pytest.raises(NotAllowed):
            services.answer(said, actor=actor, **given)
    other = other_manager(world)
    for wrong in ({"points": Decimal(6)}, {"text": " "}):
        with pytest.raises(Invalid):
            services.answer(said, actor=other, **given | wrong)
    services.answer(said, actor=other, **given)
    with pytest.raises(Answered):
        services.answer(said, actor=other, **given)
    assert Score.objects.get().score == 99


def test_both_sides_sign_and_then_nothing_moves():
    world, score = make_score()
    said = services.dispute(line_of(score), actor=world.supervisor, at=FILLED, reason="停电")
    with pytest.raises(StillDisputed):
        services.issue(score, actor=world.manager, at=FILLED, name="刘洋")
    services.answer(said, actor=world.manager, at=FILLED, points=Decimal(1), text="部分属实")
    with pytest.raises(NotAllowed):
        services.issue(score, actor=world.dispatcher, at=FILLED, name="陈静")
    score = services.issue(score, actor=world.manager, at=FILLED, name="刘洋")
    assert (score.state, score.document.status) == (State.ISSUED, "awaiting")
    assert "99.0 / 100.0" in str(score.document.content["sheets"]["en"])
    with pytest.raises(Settled):
        services.dispute(line_of(score), actor=world.supervisor, at=FILLED, reason="再议")
    sign(score, world)
    score.refresh_from_db()
    assert (score.state, score.document.status) == (State.SIGNED, "signed")
    with pytest.raises(Settled):
        services.issue(score, actor=world.manager, at=FILLED, name="刘洋")


def sign(score, world):
    documents.sign(score.document, name="赵主任", strokes=(), seen=score.document.content_hash, actor=world.supervisor, at=FILLED)


def test_what_the_customer_refuses_is_disputed_again_and_issued_as_a_new_version():
    world, score = make_score()
    score = services.issue(score, actor=world.manager, at=FILLED, name="刘洋")
    documents.refuse(score.document, reason="响应一项不认可", actor=world.supervisor, at=FILLED)
    score.refresh_from_db()
    assert score.state == State.REFUSED
    decided(world, line_of(score), Decimal(0))
    score = services.issue(score, actor=world.manager, at=FILLED, name="刘洋")
    assert (score.document.version, Document.objects.filter(kind="score_sheet").count()) == (2, 2)
    sign(score, world)
    assert Score.objects.get().state == State.SIGNED
