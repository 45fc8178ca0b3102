"""What a sheet says and what its lines come to: pure."""

from decimal import Decimal

import pytest

from scoresheets import engine
from scoresheets.engine import Case, Definition, SheetError
from scoresheets.rules import REGISTRY
from tests.scoresheets.worlds import ITEM, SHEET

pytestmark = pytest.mark.once


def read(item=None, **facts):
    return Definition.read(SHEET | ({"items": [ITEM | item]} if item else {}) | facts)


def cases(count):
    return [Case({"zh-hans": "一次", "en": "once"})] * count


def test_a_sheet_is_read_with_its_points_and_groups():
    sheet = read({"group": "arrival", "points": 1.5, "most": 4.5})
    assert (sheet.every, sheet.total, sheet.items[0].points, sheet.items[0].most) == ("quarter", 100, Decimal("1.5"), Decimal("4.5"))


@pytest.mark.parametrize(
    ("item", "place", "says"),
    [
        ({"rule": "bad_mood"}, "items.0.rule", "not known here"),
        ({"points": 0}, "items.0.points", "from 0.1"),
        ({"points": 0.25}, "items.0.points", "one decimal"),
        ({"points": True}, "items.0.points", "from 0.1"),
        ({"points": "two"}, "items.0.points", "from 0.1"),
        ({"most": 1}, "items.0.most", "less than one case"),
        ({"with": {}}, "items.0.with", "name a measure"),
        ({"with": {"measure": "mood"}}, "items.0.with.measure", "not known here"),
        ({"with": {"below": 90}}, "items.0.with", "not known here"),
        ({"rule": "followup_share", "with": {}}, "items.0.with", "“below” is missing"),
        ({"rule": "followup_share", "with": {"below": 101}}, "items.0.with.below", "from 1 to 100"),
        ({"code": "Late!"}, "items.0", "is no code"),
        ({"name": {"en": "Late"}}, "items.0", "both languages"),
        ({"colour": "red"}, "items.0", "not known here"),
        ({"group": "g" * 41}, "items.0.group", "at most 40"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_its_place(item, place, says):
    with pytest.raises(SheetError) as refused:
        read(item)
    assert refused.value.place == place
    assert says in str(refused.value)


@pytest.mark.parametrize("facts", [{"items": []}, {"items": [ITEM, ITEM]}, {"every": "week"}, {"total": 0}, {"items": ["late"]}])
def test_a_sheet_that_says_too_little_or_twice_is_refused(facts):
    with pytest.raises(SheetError):
        read(**facts)


def test_an_empty_group_or_clause_is_none():
    item = read({"group": None, "clause": None}).items[0]
    assert (item.group, item.clause) == ("", "")


def test_a_line_takes_off_so_much_a_case_and_at_most_its_most():
    assert [engine.settle(read(), {"late": cases(count)})[0].counted for count in (0, 1, 2, 3, 9)] == [0, 2, 4, 5, 5]


def test_a_case_may_count_several_times():
    line = engine.settle(read(), {"late": [Case({}, times=2)]})[0]
    assert (line.counted, line.times) == (4, 2)


def test_of_a_group_only_the_highest_counts_and_of_equals_the_first():
    given = [("a", Decimal(3)), ("a", Decimal(5)), ("", Decimal(1)), ("a", Decimal(5)), ("b", Decimal(2))]
    assert engine.counted_of(given) == [0, 5, 1, 0, 2]


def test_a_score_is_never_less_than_nothing():
    assert engine.score(Decimal(100), [Decimal(60), Decimal(60)]) == 0
    assert engine.score(Decimal(100), [Decimal("7.5")]) == Decimal("92.5")


def test_every_rule_that_a_sheet_may_name_is_counted_by_somebody():
    assert set(REGISTRY) == set(engine.RULES)
