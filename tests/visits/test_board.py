"""The dispatch board: what waits, who does what, and giving a visit to somebody."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Skill
from core.errors import NotNow
from core.time import now
from tests.races import at_once
from tests.visits.worlds import make_done, make_on_site, make_visit
from tests.worlds import NOON, World, make_office, make_promising_world, make_region, make_ticket, make_user
from tickets import services as tickets
from visits import services
from visits.dispatch import board, waiting
from visits.dispatch.board import Asked
from visits.dispatch.days import Axis, axis_of, span_of, week_of
from visits.dispatch.fitting import Job, suggestions
from visits.errors import Disputed, MovedMeanwhile
from visits.models import Visit
from visits.services import Slot

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
FRIDAY = timezone.localdate(NOON)
MONDAY = FRIDAY + timedelta(days=3)
NINE = span_of(MONDAY)[0] + 9 * HOUR


@pytest.fixture
def world() -> World:
    return make_promising_world("p3")


@pytest.fixture
def colleague(world: World) -> User:
    return make_user(name="李工", office=world.office)


def slot(lead: User | None, start: datetime | None = NINE, hours: float = 2) -> Slot:
    return Slot(lead, start, start + hours * HOUR if start else None)


def asked_for(world: World, at: datetime = NOON, **facts):
    ticket = make_ticket(world, at=at, **facts)
    return tickets.request_onsite(ticket, actor=world.customer, at=at, reason="请派人到现场")


def shown(at: datetime = NOON, **facts):
    return board.board(Asked(**{"day": MONDAY, **facts}), at)


# --- What waits -------------------------------------------------------------------------------------


def test_what_waits_stands_in_the_order_of_its_slack(world: World):
    relaxed = asked_for(world, severity=3, subject="一般")
    urgent = asked_for(world, severity=1, subject="重大")
    inspection = services.plan(services.VisitDraft(site=world.site, subject="巡检"), actor=world.dispatcher, at=NOON)
    unplanned = make_visit(world, make_ticket(world, severity=2), lead=None)
    cards = waiting.waiting(NOON).cards
    assert [card.thing for card in cards] == [urgent, unplanned, relaxed, inspection]
    assert [card.slack for card in cards] == [2 * HOUR, 4 * HOUR, 8 * HOUR, None]


def test_a_ticket_waits_until_somebody_is_sent_and_again_when_that_did_not_settle_it(world: World):
    ticket = asked_for(world)

    def waits() -> bool:
        return [card.thing for card in waiting.waiting(NOON).cards] == [ticket]

    assert waits()
    visit = services.send(ticket, slot(world.engineer), actor=world.dispatcher, at=NOON, agreed=["late"])
    assert not waits()
    services.cancel(visit, actor=world.dispatcher, at=NOON, reason="客户改期")
    assert waits()
    visit = services.send(ticket, slot(world.engineer), actor=world.dispatcher, at=NOON, agreed=["late"])
    services.fail(visit, actor=world.engineer, at=NOON, failure="nobody_there")
    assert waits()


def test_a_ticket_whose_visit_solved_it_does_not_wait_but_an_unfinished_one_does(world: World):
    done = make_done(world)
    assert waiting.waiting(NOON).cards == []
    Visit.objects.filter(pk=done.pk).update(result="unfinished")
    assert [card.thing for card in waiting.waiting(NOON).cards] == [done.ticket]


def test_only_so_many_cards_are_shown_and_the_rest_is_counted(world: World, monkeypatch):
    monkeypatch.setattr(waiting, "MOST", 1)
    for _each in range(3):
        asked_for(world)
    found = waiting.waiting(NOON)
    assert (len(found.cards), found.count, found.hidden) == (1, 3, 2)
    assert waiting.waiting(NOON, office=make_office().pk).count == 0


# --- What is drawn ----------------------------------------------------------------------------------


def test_a_line_holds_the_visits_absences_and_load_of_an_engineer(world: World, colleague: User):
    for start in (NINE, NINE + HOUR):
        make_visit(world, starts_at=start, ends_at=start + 2 * HOUR, helpers=[colleague])
    accounts.enter_absence(world.engineer, starts_at=NINE + 5 * HOUR, ends_at=NINE + 9 * HOUR, deputy=colleague, actor=world.admin, at=NOON)
    lines = {line.person: line for line in shown().lines}
    line = lines[world.engineer]
    assert [(bar.lane, bar.is_helper) for bar in line.bars] == [(0, False), (1, False)]
    assert (line.lanes, line.planned, line.open) == (2, 3 * HOUR, 7.5 * HOUR)
    assert line.load == 40
    assert line.away[0].absence.deputy == colleague
    assert [bar.is_helper for bar in lines[colleague].bars] == [True, True]


def test_the_hours_reach_as_far_as_the_visits(world: World):
    late = NINE + 12 * HOUR
    make_visit(world, starts_at=late, ends_at=late + 1.5 * HOUR)
    axis = shown().axis
    assert (axis.start, axis.end) == (NINE - 2 * HOUR, NINE + 14 * HOUR)


@pytest.mark.parametrize(
    ("make", "at", "trouble"),
    [
        (make_visit, NOON + 20 * HOUR, ""),
        (make_visit, NOON + 25 * HOUR, "late"),
        (make_on_site, NOON + 27 * HOUR, "over"),
    ],
)
def test_a_visit_that_needs_looking_after_is_marked(world: World, make, at, trouble):
    make(world, ticket=make_ticket(world, kind="consultation"))
    day = timezone.localdate(at)
    (bar,) = [bar for line in shown(at, day=day).lines for bar in line.bars]
    assert bar.trouble == trouble


def test_a_visit_after_the_promised_time_is_marked(world: World):
    services.plan(
        services.VisitDraft(ticket=asked_for(world, severity=1), reason="到场", lead=world.engineer, starts_at=NINE, ends_at=NINE + HOUR),
        actor=world.dispatcher, at=NOON,
    )  # fmt: skip
    assert [bar.trouble for line in shown().lines for bar in line.bars] == ["promise"]


def test_a_week_has_a_cell_for_each_day(world: World):
    make_visit(world, starts_at=NINE, ends_at=NINE + HOUR)
    (line,) = [line for line in shown(is_week=True).lines if line.person == world.engineer]
    assert [len(cell.bars) for cell in line.cells] == [1, 0, 0, 0, 0, 0, 0]
    assert [cell.is_open for cell in line.cells] == [True] * 5 + [False] * 2


def test_lines_are_those_of_the_office_team_and_skill(world: World, colleague: User):
    skill = Skill.objects.create(code="db", name="数据库")
    colleague.skills.add(skill)
    elsewhere = make_user(name="远方", office=make_office())
    assert {line.person for line in shown().lines} == {world.engineer, colleague, elsewhere}
    assert {line.person for line in shown(office=world.office.pk).lines} == {world.engineer, colleague}
    assert {line.person for line in shown(skill=skill.pk).lines} == {colleague}


def test_an_axis_is_never_left():
    day = span_of(MONDAY)
    axis = axis_of(day, [(day[0] - HOUR, day[1] + HOUR)])
    assert axis == Axis(*day)
    assert axis.box((day[0] - HOUR, day[0] + 6 * HOUR)) == (0, 25)
    assert week_of(FRIDAY) == FRIDAY - timedelta(days=4)


@pytest.mark.parametrize("span", ["day", "week"])
def test_the_board_asks_the_same_however_much_there_is(world: World, django_assert_num_queries, django_assert_max_num_queries, span):
    def fill(count: int) -> None:
        for number in range(count):
            person = make_user(office=world.office)
            make_visit(world, lead=person, helpers=[world.engineer], starts_at=NINE + number * HOUR / 8, ends_at=NINE + 4 * HOUR)
            accounts.enter_absence(person, starts_at=NINE + 6 * HOUR, ends_at=NINE + 8 * HOUR, actor=world.admin, at=NOON)
            asked_for(world)

    client = Client()
    client.force_login(world.dispatcher)
    address = f"/visits/board/?day={MONDAY}&span={span}"
    fill(3)
    client.get(address)
    with django_assert_max_num_queries(26) as few:
        client.get(address)
    fill(27 if span == "day" else 5)
    with django_assert_num_queries(len(few)):
        client.get(address)


# --- Giving it to somebody --------------------------------------------------------------------------


def test_what_speaks_against_a_plan_is_said_before_and_stands_in_the_record_when_done_all_the_same(world: World, colleague: User):
    make_visit(world, lead=colleague, starts_at=NINE, ends_at=NINE + 2 * HOUR)
    visit = make_visit(world, make_ticket(world, severity=3), lead=None)
    start = NINE + HOUR
    with pytest.raises(Disputed) as dispute:
        services.arrange(visit, slot(colleague, start), actor=world.dispatcher, at=NOON)
    assert [code for code, _words in dispute.value.objections] == ["double", "late"]
    assert "李工" in dispute.value.objections[0][1]
    visit = services.arrange(visit, slot(colleague, start), actor=world.dispatcher, at=NOON, agreed=["double", "late"])
    assert visit.lead == colleague
    assert visit.events.get(type="scheduled").facts["overridden"] == ["double", "late"]
    for person, reads in ((world.dispatcher, True), (world.customer, False)):
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(person)
        assert ("another visit at the same time" in client.get(visit.get_absolute_url()).content.decode()) is reads


def test_new_objections_are_asked_about_again(world: World, colleague: User):
    visit = make_visit(world, make_ticket(world, severity=3), lead=None)
    services.arrange(visit, slot(colleague), actor=world.dispatcher, at=NOON, agreed=["late"])
    with pytest.raises(Disputed):
        services.arrange(visit, slot(colleague, NINE + 12 * HOUR), actor=world.dispatcher, at=NOON, agreed=["late"])


def test_what_was_decided_is_not_asked_again_when_only_the_time_is_moved(world: World, colleague: User):
    visit = make_visit(world, make_ticket(world, severity=3), lead=None)
    visit = services.arrange(visit, slot(colleague), actor=world.dispatcher, at=NOON, agreed=["late"])
    visit = services.arrange(visit, slot(colleague, NINE + HOUR), actor=world.dispatcher, at=NOON)
    assert visit.starts_at == NINE + HOUR
    with pytest.raises(Disputed):
        services.arrange(visit, slot(world.engineer), actor=world.dispatcher, at=NOON)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_never_give_somebody_two_visits_at_once_unsaid(world: World, colleague: User):
    visits = [make_visit(world, make_ticket(world, kind="consultation"), lead=None) for _each in range(2)]

    def give() -> object:
        return services.arrange(visits.pop(), slot(colleague), actor=world.dispatcher, at=NOON)

    outcomes = at_once(2, give)
    assert {type(outcome) for outcome in outcomes} == {Visit, Disputed}


def test_nobody_is_at_two_places_whatever_is_agreed(world: World):
    make_on_site(world)
    other = make_visit(world, lead=None)
    with pytest.raises(NotNow) as refused:
        services.arrange(other, slot(world.engineer, NOON + 2 * HOUR), actor=world.dispatcher, at=NOON + HOUR, agreed=["present", "double"])
    assert refused.value.stable_code == "on_site_elsewhere"


def test_a_visit_that_somebody_else_moved_meanwhile_stays(world: World, colleague: User):
    visit = make_visit(world, lead=None)
    services.arrange(visit, slot(colleague), actor=world.manager, at=NOON, seen=visit.sequence, agreed=["late"])
    with pytest.raises(MovedMeanwhile):
        services.arrange(visit, slot(world.engineer), actor=world.dispatcher, at=NOON, seen=visit.sequence, agreed=["late"])
    visit.refresh_from_db()
    assert visit.lead == colleague


def test_a_ticket_is_sent_to_once(world: World):
    ticket = asked_for(world)
    visit = services.send(ticket, slot(world.engineer, NOON + HOUR), actor=world.dispatcher, at=NOON)
    assert (visit.reason, visit.lead) == ("请派人到现场", world.engineer)
    with pytest.raises(MovedMeanwhile):
        services.send(ticket, slot(world.engineer, NOON + HOUR), actor=world.dispatcher, at=NOON)


def test_a_visit_can_be_put_back_to_wait(world: World):
    visit = make_visit(world)
    visit = services.arrange(visit, Slot(None, None, None), actor=world.dispatcher, at=NOON)
    assert (visit.lead, visit.starts_at) == (None, None)


def test_who_should_go_is_proposed_with_reasons(world: World, colleague: User):
    skill = Skill.objects.create(code="db", name="数据库")
    colleague.skills.add(skill)
    world.equipment.skill = skill
    world.equipment.save()
    far = make_user(name="远方", office=make_region(make_office()).office)
    far.skills.add(skill)
    found = suggestions(Job(asked_for(world, severity=1)), NOON)
    assert [choice.person.name for choice in found] == ["李工", "远方", world.engineer.name]
    assert [reason.code for reason in found[0].reasons] == ["region", "skill", "free", "visits", "tickets"]


# --- Pages ------------------------------------------------------------------------------------------


@pytest.fixture
def desk(world: World) -> Client:
    client = Client()
    client.force_login(world.dispatcher)
    return client


def soon() -> datetime:
    return (now() + 26 * HOUR).replace(minute=0, second=0)


def wall(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def test_the_plain_page_asks_before_and_then_does_it(desk: Client, world: World):
    ticket = tickets.request_onsite(make_ticket(world, at=now()), actor=world.customer, at=now())
    address = f"/visits/board/tickets/{ticket.number}/"
    page = desk.get(f"{address}?lead={world.engineer.pk}&starts_at={wall(soon())}&minutes=90")
    assert f'value="{wall(soon())}"' in page.content.decode()
    given = {"lead": world.engineer.pk, "starts_at": wall(soon()), "minutes": 90}
    asked = desk.post(address, given)
    assert asked.status_code == 422
    assert not ticket.visits.exists()
    done = desk.post(address, given | {"agreed": "late,closed"})
    assert done.status_code == 302
    visit = ticket.visits.get()
    assert (visit.lead, visit.starts_at, visit.ends_at) == (world.engineer, soon(), soon() + 1.5 * HOUR)
    assert desk.get(address).headers["Location"] == f"/visits/board/{visit.pk}/"


def test_the_board_is_told_what_happened(desk: Client, world: World):
    visit = make_visit(world, make_ticket(world, at=now()), at=now(), lead=None, starts_at=None, ends_at=None)
    address, given = f"/visits/board/{visit.pk}/", {"minutes": 60, "seen": 0, "agreed": "late,closed"}
    drop = {"lead": world.engineer.pk, "starts_at": f"{soon():%Y-%m-%dT%H:%M:%SZ}"}
    done = desk.post(address, given | drop, headers={"HX-Request": "true"})
    assert done.status_code == 204
    assert json.loads(done["HX-Trigger"]).keys() == {"board-changed", "notify"}
    stale = desk.post(address, given | drop, headers={"HX-Request": "true"})
    assert json.loads(stale["HX-Trigger"])["notify"]["level"] == "warning"
    plain = desk.post(address, given | drop)
    assert [message.level_tag for message in get_messages(plain.wsgi_request)] == ["warning"]


def test_only_what_changed_is_sent_again(desk: Client, world: World):
    part = desk.get("/visits/board/", headers={"HX-Request": "true", "HX-Target": "board"})
    assert part.content.decode().lstrip().startswith('<div id="board"')
    same = desk.get("/visits/board/", headers={"HX-Request": "true", "HX-Target": "board", "X-Board": part["X-Board"]})
    assert same.status_code == 204


@pytest.mark.parametrize("query", ["day=1800-01-01", "day=x&span=y&office=zz&team=9&skill=-1", "cursor=nonsense", "office=all&span=week"])
def test_addresses_that_make_no_sense_show_the_board(desk: Client, query: str):
    assert desk.get(f"/visits/board/?{query}").status_code == 200


def test_an_engineer_looks_but_moves_nothing(world: World):
    make_visit(world, starts_at=soon(), ends_at=soon() + HOUR)
    client = Client()
    client.force_login(world.engineer)
    page = client.get(f"/visits/board/?day={timezone.localdate(soon())}").content.decode()
    assert "data-bar" in page
    assert "data-drag" not in page
