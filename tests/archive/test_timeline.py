"""What stands in a timeline, in which order, and how it is paged and searched."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from archive import selectors
from archive.engine import Key, Place, merged
from archive.scope import Scope
from archive.sources import all_sources
from core.pages import BadCursor
from customers import services as customers
from obligations import services as obligations
from obligations.services import Owed
from sla.models import Plan
from tests.archive.worlds import DAYS, KINDS, LATER, entries, kinds, make_history, report_many, solve
from tests.care.worlds import answer, make_callback, make_calling_world, plan_inquiries, say_of_items
from tests.worlds import NOON, make_promising_world, make_ticket
from tickets import services as tickets

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_promising_world()


def titles(user, thing, **given):
    return [entry.title for entry in entries(user, thing, **given)]


# --- Sources ------------------------------------------------------------------------------------


def test_every_kind_of_history_stands_in_one_timeline():
    world = make_history()
    found = entries(world.manager, world.organization)
    assert {entry.kind for entry in found} >= KINDS
    assert [entry.at for entry in found] == sorted((entry.at for entry in found), reverse=True)
    assert all(entry.title and entry.label and entry.icon for entry in found)
    assert all(entry.link for entry in found if entry.kind != "person")


def test_the_archive_of_an_equipment_holds_what_was_done_to_it():
    world = make_history()
    made = kinds(world.manager, world.equipment)
    assert made == KINDS - {"person", "report", "inspection", "finding"}, "its site was inspected, it was not looked at by itself"
    other = {entry.kind for entry in entries(world.manager, world.other_equipment)}
    assert other == {"contract", "heightened"}, "what holds for the whole customer holds for each equipment"


def test_the_archive_of_an_equipment_holds_the_calls_about_its_faults_and_those_in_which_it_was_asked_about():
    world = make_calling_world("p3")
    callback = make_callback(world)
    answer(callback, world.dispatcher, words="没有再出现")
    world.contract.plan = Plan.objects.get(code="p2")
    world.contract.save()
    inquiry = next(call for call in plan_inquiries() if call.site == world.site)
    answer(inquiry, world.dispatcher, answers={}, items=say_of_items(inquiry), words="运行良好")
    for person in (world.manager, world.supervisor):
        found = [entry.text for entry in entries(person, world.equipment) if entry.kind == "call"]
        assert sorted(found) == ["没有再出现", "运行良好"]
        assert not [entry for entry in entries(person, world.other_equipment) if entry.kind == "call"]


def test_each_source_is_known_by_one_kind_and_searches_real_columns(world):
    for source in all_sources():
        rows = source.matching(source.timed(source.within(world.manager, Scope.of(world.organization))), "x 数据")
        assert list(rows) == [], source.kind


def test_a_ticket_is_one_entry_with_cause_solution_and_moments(world):
    ticket = solve(world, make_ticket(world))
    tickets.reopen(ticket, actor=world.customer, at=NOON + timedelta(hours=1), reason="又打不开")
    with translation.override("en"):
        [entry] = [entry for entry in entries(world.manager, world.organization) if entry.kind == "ticket"]
    facts = dict(entry.facts)
    assert (facts["Cause"], facts["Solution"], facts["Prevention"]) == ("磁盘写满", "清理日志并扩容", "每周清理")
    assert [label for label, _at in entry.moments] == ["resolved", "reopened"]
    assert (entry.site, entry.equipment, entry.state) == (world.site.name, world.equipment.name, "reopened")


def test_what_has_not_happened_yet_is_no_history(world):
    span = {"starts_at": LATER + timedelta(hours=1), "ends_at": LATER + timedelta(hours=2)}
    customers.take_down(world.equipment, **span, reason="搬迁", actor=world.engineer, at=NOON)
    assert "downtime" not in kinds(world.manager, world.equipment)
    assert "downtime" in kinds(world.manager, world.equipment, at=LATER + timedelta(hours=3))


def test_who_came_and_who_went_is_told_even_when_the_account_is_gone(world):
    with translation.override("en"):
        assert f"{world.customer} was given an account" in titles(world.supervisor, world.organization)
        name = str(world.customer)
        world.customer.membership.delete()
        found = titles(world.supervisor, world.organization)
    assert f"{name} left" in found


def test_words_of_entries_are_in_the_readers_language(world):
    make_ticket(world)
    for language, label in (("zh-hans", "工单"), ("en", "Ticket")):
        with translation.override(language):
            assert label in {entry.label for entry in entries(world.manager, world.organization)}


def test_recurring_work_is_history_once_it_is_done(world):
    given = {"kind": "report", "title": "十月性能报告", "organization": world.organization, "contract": world.contract, "period": "2026-10"}
    owed = Owed(key="report:1:2026-10", opens_at=NOON - timedelta(days=30), due_at=NOON, **given)
    obligations.owe(owed, at=NOON - timedelta(days=30))
    assert "obligation" not in kinds(world.supervisor, world.organization)
    obligations.meet(owed.key, actor=world.engineer, at=NOON, proof="已发送")
    [entry] = [entry for entry in entries(world.supervisor, world.organization) if entry.kind == "obligation"]
    assert (entry.title, entry.state, entry.text) == ("十月性能报告", "done", "已发送")


# --- Filters ------------------------------------------------------------------------------------


def test_days_have_both_ends_where_the_desk_is(world):
    make_ticket(world, at=NOON)
    for first, last, count in (
        (NOON, NOON, 1),
        (NOON + timedelta(days=1), LATER, 0),
        (NOON - timedelta(days=2), NOON - timedelta(days=1), 0),
    ):
        asked = selectors.Asked(first.date(), last.date(), frozenset({"ticket"}))
        assert len(entries(world.manager, world.organization, asked)) == count


def test_kinds_narrow_and_an_unknown_one_finds_nothing(world):
    make_ticket(world)
    assert kinds(world.manager, world.organization) >= {"ticket", "contract", "person"}
    for kind in ("ticket", "contract"):
        assert {entry.kind for entry in entries(world.manager, world.organization, replace(DAYS, kinds=frozenset({kind})))} == {kind}
    assert entries(world.manager, world.organization, replace(DAYS, kinds=frozenset({"nonsense"}))) == []


SEARCHES = {
    "挂号": {"ticket"},
    "挂号 打不开": {"ticket"},
    "数据库": {"ticket", "configuration"},  # the equipment's name
    "内存 128": {"configuration"},
    "Inspur": set(),
    "oracle": {"ticket"},
    "内存 挂号": set(),
    "%": set(),
    "_": set(),
    "\0": {"ticket", "configuration", "contract", "person"},  # no word at all
}


def test_every_word_must_occur_in_chinese_and_in_english(world):
    make_ticket(world, description="Oracle 监听没有启动")
    customers.record_configuration(world.equipment, what="内存", before="64 GB", after="128 GB", actor=world.engineer, at=NOON)
    found = {words: kinds(world.manager, world.organization, asked=replace(DAYS, words=words)) for words in SEARCHES}
    assert found == SEARCHES


# --- Pages --------------------------------------------------------------------------------------


def test_pages_hold_each_entry_once_though_all_happened_at_one_instant():
    world = make_history()
    whole = [entry.key for entry in entries(world.manager, world.organization)]
    assert len(whole) == len(set(whole)) > 12
    for size in (1, 3, 7):
        assert [entry.key for entry in entries(world.manager, world.organization, size=size)] == whole


def test_the_way_back_leads_over_the_same_pages():
    world = make_history()
    scope, given = Scope.of(world.organization), {"at": LATER, "size": 4}
    forward, cursor = [], ""
    while True:
        page = selectors.timeline(world.manager, scope, DAYS, cursor=cursor, **given)
        forward.append([entry.key for entry in page])
        if not page.next_cursor:
            break
        cursor = page.next_cursor
    backward = [forward[-1]]
    while page.previous_cursor:
        page = selectors.timeline(world.manager, scope, DAYS, cursor=page.previous_cursor, **given)
        backward.insert(0, [entry.key for entry in page])
    assert len(forward) > 3
    assert list(chain(*backward)) == list(chain(*forward))


def test_a_new_entry_does_not_shift_the_page_that_is_read(world):
    report_many(world, 6)
    scope, asked = Scope.of(world.organization), replace(DAYS, kinds=frozenset({"ticket"}))
    first = selectors.timeline(world.manager, scope, asked, at=LATER, size=3)
    before = selectors.timeline(world.manager, scope, asked, at=LATER, size=3, cursor=first.next_cursor)
    make_ticket(world, at=NOON + timedelta(hours=1))
    after = selectors.timeline(world.manager, scope, asked, at=LATER, size=3, cursor=first.next_cursor)
    assert [entry.key for entry in after] == [entry.key for entry in before]


@pytest.mark.parametrize("cursor", ["nonsense", "WyJwayIsMCwiaSIsMSwxXQ", "x" * 3000])
def test_a_place_that_cannot_be_read_is_refused(world, cursor):
    with pytest.raises(BadCursor):
        selectors.timeline(world.manager, Scope.of(world.organization), DAYS, at=LATER, cursor=cursor)


def test_a_page_takes_the_same_queries_however_much_there_is(world):
    scope = Scope.of(world.organization)

    def queries(size: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            selectors.timeline(world.manager, scope, DAYS, at=LATER, size=size)
        return len(counted)

    for ticket in report_many(world, 3):
        solve(world, ticket)
    few = queries(50)
    for ticket in report_many(world, 9):
        solve(world, ticket)
    assert queries(50) == few <= 2 * len(all_sources())


def test_keys_are_ordered_by_time_then_kind_then_the_younger_row():
    early, late = NOON, NOON + timedelta(seconds=1)
    keys = [Key(early, "visit", 1), Key(late, "visit", 2), Key(early, "ticket", 3), Key(early, "ticket", 9)]
    assert merged(keys, 3) == [Key(late, "visit", 2), Key(early, "ticket", 9), Key(early, "ticket", 3)]
    assert merged(keys, 2, backward=True) == [Key(early, "visit", 1), Key(early, "ticket", 3)]
    place = selectors.decoded(selectors.encoded(Place(keys[0], backward=True)))
    assert place == Place(keys[0], backward=True)
    assert place.takes_same_instant("ticket")
    assert not place.takes_same_instant("wish")
