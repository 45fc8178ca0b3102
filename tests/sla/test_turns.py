"""Who had the ball: every second is somebody's, and the parts are the whole."""
# ruff: noqa: E501 - a case a line

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.engine import Event
from sla.engine.turns import PARTIES, total, turns, within
from tests.sla.logs import DAY, HOUR, at, hold, log, resumed, told

pytestmark = pytest.mark.once

REPORTED = ("11-20 09:00", "reported")
LI = {"assignee": "李工", "team": None, "office": None}


def part(when: str, until: str):
    return when, "hold", {"pause": "1", "owner": "logistics", "until": at(until)}


def lines(rows, now):
    return [(told(turn.start)[6:], told(turn.to)[6:], turn.party, turn.who) for turn in turns(log(REPORTED, *rows), at(now))]


@pytest.mark.parametrize(
    ("rows", "found", "why"),
    [
        ([], [("09:00", "20:00", "ours", "")], "nobody has it yet"),
        ([("11-20 10:00", "assigned", LI)], [("09:00", "10:00", "ours", ""), ("10:00", "20:00", "ours", "李工")], "given to a person"),
        ([("11-20 10:00", "assigned", {"team": "网络组"}), ("11-20 11:00", "accepted", {"by": "王工"})], [("09:00", "10:00", "ours", ""), ("10:00", "11:00", "ours", "网络组"), ("11:00", "20:00", "ours", "王工")], "a team's until somebody took it up"),
        ([("11-20 10:00", "assigned", LI), ("11-20 11:00", "accepted", {"by": "王工"})], [("09:00", "10:00", "ours", ""), ("10:00", "20:00", "ours", "李工")], "who was given it keeps it"),
        ([("11-20 10:00", "assigned", LI), ("11-20 11:00", "assigned", {"team": "网络组"})], [("09:00", "10:00", "ours", ""), ("10:00", "11:00", "ours", "李工"), ("11:00", "20:00", "ours", "网络组")], "given on to a team"),
        ([hold("11-20 10:00"), resumed("11-20 12:00")], [("09:00", "10:00", "ours", ""), ("10:00", "12:00", "customer", ""), ("12:00", "20:00", "ours", "")], "a pause is its owner's"),
        ([hold("11-20 10:00", owner="vendor")], [("09:00", "10:00", "ours", ""), ("10:00", "20:00", "vendor", "")], "one that lasts"),
        ([part("11-20 10:00", "11-20 12:00")], [("09:00", "10:00", "ours", ""), ("10:00", "12:00", "logistics", ""), ("12:00", "20:00", "ours", "")], "one that ends by itself"),
        ([hold("11-20 10:00"), resumed("11-20 12:00"), ("11-20 13:00", "objection_upheld", {"hold": 2})], [("09:00", "20:00", "ours", "")], "one that was withdrawn was ours all the time"),
        ([hold("11-20 10:00"), hold("11-20 11:00", "2", "vendor"), resumed("11-20 12:00"), resumed("11-20 13:00", "2")], [("09:00", "10:00", "ours", ""), ("10:00", "12:00", "customer", ""), ("12:00", "13:00", "vendor", ""), ("13:00", "20:00", "ours", "")], "of two the first"),
        ([("11-20 10:00", "resolved"), ("11-20 12:00", "closed")], [("09:00", "10:00", "ours", ""), ("10:00", "12:00", "customer", "")], "solved: until they confirm"),
        ([("11-20 10:00", "resolved"), ("11-20 12:00", "rejected")], [("09:00", "10:00", "ours", ""), ("10:00", "12:00", "customer", ""), ("12:00", "20:00", "ours", "")], "and ours again"),
        ([("11-20 10:00", "resolved"), ("11-20 11:00", "closed"), ("11-20 15:00", "reopened")], [("09:00", "10:00", "ours", ""), ("10:00", "11:00", "customer", ""), ("15:00", "20:00", "ours", "")], "what was closed is nobody's"),
        ([("11-20 10:00", "cancelled")], [("09:00", "10:00", "ours", "")], "called off"),
    ],
)  # fmt: skip
def test_whose_turn_it_was(rows, found, why):
    assert lines(rows, "11-20 20:00") == found, why


KINDS = ["assigned", "accepted", "contacted", "hold", "resumed", "arrival_moved", "resolved", "rejected", "closed", "reopened", "cancelled",
         "pause_objected", "objection_upheld", "objection_refused", "noted"]  # fmt: skip


@st.composite
def logs_of(draw):
    """A log in any order the workflow would or would not allow."""
    when = at("11-20 09:00")
    events = [Event(when, 1, "reported", {})]
    for number, kind in enumerate(draw(st.lists(st.sampled_from(KINDS), max_size=14)), 2):
        when += draw(st.sampled_from([0, 1, 60, HOUR, 14 * HOUR]))
        facts = {"pause": draw(st.sampled_from("ab")), "owner": draw(st.sampled_from([*PARTIES[1:], "nobody", None]))}
        if (kind in ("hold", "arrival_moved") and draw(st.booleans())) or kind == "arrival_moved":
            facts["until"] = when + draw(st.sampled_from([0, 60, DAY]))
        if kind.startswith("objection") or kind == "pause_objected":
            facts["hold"] = draw(st.integers(1, 14))
            facts |= draw(st.sampled_from([{}, {"since": when - HOUR}, {"to": when - 60}]))
        if kind in ("assigned", "accepted"):
            facts |= draw(st.sampled_from([{"assignee": "a"}, {"team": "t"}, {"by": "b"}, {}]))
        events.append(Event(when, number, kind, facts))
    return events


@settings(max_examples=400, deadline=None)
@given(logs_of(), st.integers(0, 3 * DAY), st.integers(0, 2 * DAY))
def test_the_parts_are_the_whole(events, later, edge):
    now = events[-1].at + later
    found = turns(events, now)
    length, opened = 0, None
    for event in events:  # the time from each opening to the close after it, as anybody would reckon it
        if event.type in ("reported", "reopened") and opened is None:
            opened = event.at
        elif event.type in ("closed", "cancelled") and opened is not None:
            length, opened = length + event.at - opened, None
    length += now - opened if opened is not None else 0
    assert sum(total(found).values()) == sum(turn.to - turn.start for turn in found) == length
    assert all(before.to <= after.start for before, after in pairwise(found)), "one party at a time"
    assert all(turn.start < turn.to and turn.party in PARTIES for turn in found)
    middle = events[0].at + edge
    halves = [within(found, 0, middle), within(found, middle, now + 1)]
    assert sum(sum(total(half).values()) for half in halves) == length, "a month's share and the rest are the whole"
