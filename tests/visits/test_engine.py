"""Who is sent, what speaks against it, and how a day is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visits import engine
from visits.engine import Need, Person, Taken, Times

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)
DB, NETWORK = 1, 2
HERE, THERE = 10, 20


def at(hours: float) -> datetime:
    return MONDAY + hours * HOUR


DAYS = [(at(24 * day), at(24 * day + 24)) for day in range(3)]
HOURS = engine.joined(
    [(at(24 * day + start), at(24 * day + end)) for day in range(3) for start, end in ((9, 12), (13.5, 18))], engine.BREAK
)
TIMES = Times(HOURS, DAYS, at(72))
NEED = Need(since=at(9.1), length=2 * HOUR, office=HERE, site=5, skill=DB)


def someone(name: str = "甲", **facts) -> Person:
    return Person(**{"pk": ord(name[0]), "name": name, "office": HERE, "skills": frozenset({DB}), **facts})


def visit(start: float, end: float, **facts) -> Taken:
    return Taken(at(start), at(end), **facts)


def codes(reasons) -> list[str]:
    return [reason.code for reason in reasons]


def test_lunch_does_not_part_a_day():
    assert HOURS[0] == (at(9), at(18))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (someone(), someone("乙", skills=frozenset({NETWORK}))),
        (someone(), someone("乙", office=THERE)),  # P1: the region's people first
        (someone(office=THERE), someone("乙", skills=frozenset())),  # who cannot do it is no use, however near
        (someone("乙", duty="重保"), someone()),
        (someone("乙", taken=(visit(14, 15, site=5),)), someone()),  # there anyway
        (someone("乙"), someone(taken=(visit(9, 10),))),  # nothing planned that day
        (someone("乙", open_tickets=2), someone(open_tickets=3)),
        (someone("乙"), someone(taken=(visit(9, 72, is_away=True),), office=HERE)),
        (someone("乙"), someone()),  # alike: by name
    ],
)
def test_the_better_one_is_named_first_whoever_is_asked_first(better, worse):
    for people in ((better, worse), (worse, better)):
        assert engine.suggest(NEED, people, TIMES)[0].person == better


@pytest.mark.parametrize(
    ("taken", "due", "start"),
    [
        ((), None, 9.25),  # the next quarter of an hour
        ((visit(9, 11),), None, 11),
        ((visit(10, 11),), None, 11),  # the gap before it is too short
        ((visit(9, 16.5),), None, 33),  # an hour and a half is too short: tomorrow
        ((visit(9, 16.5),), 17.0, 16.5),  # the promise does not wait for the morning
        ((visit(9, 17.5),), 17.0, 33),  # too late either way: in working hours, then
    ],
)
def test_the_slot_is_the_earliest_that_keeps_the_promise(taken, due, start):
    need = replace(NEED, due=None if due is None else at(due))
    (choice,) = engine.suggest(need, [someone(taken=taken)], TIMES)
    assert choice.start == at(start)


def test_a_choice_says_why():
    person = someone(taken=(visit(10, 12, site=5), visit(17, 18)), open_tickets=4, duty="重保", office=THERE)
    (choice,) = engine.suggest(NEED, [person], TIMES)
    assert codes(choice.reasons) == ["other_region", "skill", "duty", "here", "free", "visits", "tickets"]
    facts = {reason.code: reason.facts for reason in choice.reasons}
    assert facts["free"] == {"start": at(12), "end": at(17)}
    assert facts["visits"] == {"count": 2}


def test_openings_follow_each_other_in_what_somebody_has_free_each_with_the_best_who_could_come():
    busy, other = someone(taken=(visit(9, 14),)), someone("乙", office=THERE)
    found = engine.openings(NEED, [busy, other], TIMES, [(at(10), at(18))])
    assert [(choice.start, choice.person.name) for choice in found] == [
        (at(10), "乙"), (at(12), "乙"), (at(14), "甲"), (at(16), "甲")]  # fmt: skip
    assert engine.openings(NEED, [busy, other], TIMES, [(at(10), at(18))], limit=1) == found[:1]
    assert engine.openings(NEED, [busy, other], TIMES, [(at(10), at(11))]) == [], "no visit fits"


def test_openings_lie_in_office_hours_unless_only_others_keep_the_promise():
    night = [(at(18), at(34))]
    assert [choice.start for choice in engine.openings(NEED, [someone()], TIMES, night)] == []
    due = replace(NEED, due=at(20))
    assert [choice.start for choice in engine.openings(due, [someone()], TIMES, night)] == [at(18), at(20)]
    assert "closed" in codes(engine.openings(due, [someone()], TIMES, night)[0].reasons)


def test_too_late_and_off_hours_are_said():
    late = engine.suggest(replace(NEED, due=at(10)), [someone(taken=(visit(9, 11),))], TIMES)
    assert "late" in codes(late[0].reasons)
    night = engine.suggest(replace(NEED, since=at(20), due=at(22)), [someone()], TIMES)
    assert night[0].start == at(20)
    assert "closed" in codes(night[0].reasons)


@pytest.mark.parametrize(
    ("person", "span", "due", "said"),
    [
        (someone(), (9.25, 11), None, []),
        (someone(), (11, 14), None, []),  # through lunch
        (someone(taken=(visit(8, 10),)), (10, 11), None, []),  # one after another
        (someone(taken=(visit(8, 10),)), (9.5, 11), None, ["double"]),
        (someone(taken=(visit(8, 10, is_present=True),)), (9.5, 11), None, ["present"]),
        (someone(taken=(visit(0, 72, is_away=True, deputy="乙"),)), (10, 11), None, ["away"]),
        (someone(), (17, 19), None, ["closed"]),
        (someone(skills=frozenset()), (10, 11), None, ["skill"]),
        (someone(office=THERE), (10, 11), None, ["region"]),
        (someone(), (14, 15), 13.0, ["late"]),
        (someone(), (8, 9), None, ["past", "closed"]),
    ],
)
def test_what_speaks_against_a_plan_is_said(person, span, due, said):
    need = replace(NEED, due=None if due is None else at(due))
    assert codes(engine.conflicts(person, (at(span[0]), at(span[1])), need, HOURS)) == said


@pytest.mark.parametrize(
    ("due", "remaining", "left"),
    [(10.0, None, HOUR), (8.0, None, -HOUR), (None, 1800, HOUR / 2), (None, None, None)],
)
def test_slack_is_what_is_left_of_the_promise(due, remaining, left):
    assert engine.slack(None if due is None else at(due), remaining, at(9)) == left


# --- Whatever is asked ------------------------------------------------------------------------------

quarters = st.integers(0, 4 * 72).map(lambda quarter: at(quarter / 4))
spans = st.tuples(quarters, quarters).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: (min(pair), max(pair)))
takens = st.builds(lambda span, is_away: Taken(*span, is_away=is_away), spans, st.booleans())
people = st.lists(
    st.builds(
        Person,
        pk=st.integers(1, 99),
        name=st.sampled_from("甲乙丙丁"),
        office=st.sampled_from([HERE, THERE]),
        skills=st.frozensets(st.sampled_from([DB, NETWORK])),
        taken=st.lists(takens, max_size=5).map(tuple),
        open_tickets=st.integers(0, 5),
    ),
    max_size=6,
    unique_by=lambda person: person.pk,
)
needs = st.builds(
    lambda since, quarters, due: replace(NEED, since=since, length=quarters * engine.STEP, due=due),
    quarters,
    st.integers(1, 16),
    st.none() | quarters,
)


@settings(max_examples=80, deadline=None)
@given(needs, people, st.randoms())
def test_a_proposed_slot_is_free_and_the_order_does_not_depend_on_who_is_asked_first(need, asked, random):
    found = engine.suggest(need, asked, TIMES, limit=9)
    for choice in found:
        slot = (choice.start, choice.start + need.length)
        assert need.since <= slot[0]
        assert not any(engine.meet(slot, (one.start, one.end)) for one in choice.person.taken)
        assert not {"double", "away", "present"} & set(codes(engine.conflicts(choice.person, slot, need, HOURS)))
    random.shuffle(asked)
    assert engine.suggest(need, asked, TIMES, limit=9) == found
    keeps = [need.due is None or choice.start <= need.due for choice in found]
    skilled = [NEED.skill in choice.person.skills for choice in found]
    assert sorted(zip(skilled, keeps, strict=True), reverse=True) == list(zip(skilled, keeps, strict=True))


@settings(max_examples=80, deadline=None)
@given(st.lists(spans, max_size=12))
def test_no_two_bars_of_a_lane_overlap_and_there_are_no_more_lanes_than_visits_at_once(drawn):
    found = engine.lanes(drawn)
    for one in range(len(drawn)):
        for other in range(one):
            assert found[one] != found[other] or not engine.meet(drawn[one], drawn[other])
    busiest = max((sum(start <= moment < end for start, end in drawn) for moment, _end in drawn), default=0)
    assert max(found, default=-1) + 1 == busiest


@settings(max_examples=80, deadline=None)
@given(st.lists(takens, max_size=6), spans)
def test_free_time_is_what_nothing_takes(taken, window):
    found = list(engine.free(taken, *window))
    assert found == engine.joined(found)
    busy = engine.joined(engine.common(engine.joined((one.start, one.end) for one in taken), [window]))
    assert engine.length(found) + engine.length(busy) == window[1] - window[0]
