"""The section of a plan that says what recurs."""

import pytest
from django.utils import translation

from sla import recurring as words
from sla.engine.plan import Length, PlanError, Recurring
from sla.engine.plan.recurring import recurring_of
from tests.sla.test_plan_pages import shipped

pytestmark = pytest.mark.once

ROW = {"code": "health", "kind": "health_check", "name": {"zh-hans": "健康检查", "en": "Health check"}, "every": "month", "window": "15-20"}


def read(**facts):
    return Recurring.read({key: value for key, value in (ROW | facts).items() if value is not None}, ("recurring", 0))


def test_a_row_says_what_how_often_and_when():
    row = read(times=2, share=50, per="equipment", starts="3 months")
    assert (row.every, row.window, row.times, row.share, row.per, row.starts) == ("month", (15, 20), 2, 50, "equipment", Length(months=3))
    assert row.is_periodic
    assert row.is_planned


@pytest.mark.parametrize(
    ("facts", "place", "says"),
    [
        ({"every": "week"}, "every", "is not known"),
        ({"kind": "party"}, "kind", "is not known"),
        ({"window": "20-15"}, "window", "is no window"),
        ({"window": "29-31"}, "window", "is no window"),
        ({"window": "15 bis 20"}, "window", "is no window"),
        ({"every": "quarter"}, "window", "days of a month"),
        ({"times": 0}, "times", "whole number from 1"),
        ({"times": "zweimal"}, "times", "whole number"),
        ({"share": 101}, "share", "from 1 to 100"),
        ({"within": "24h"}, "within", "due at its end"),
        ({"every": "once", "window": None}, "within", "how long after the acceptance"),
        ({"every": "once", "window": None, "within": "0h"}, "within", "needs some time"),
        ({"every": "once", "window": None, "within": "900 months"}, "within", "too long"),
        ({"every": "fault", "window": None, "times": 2}, "times", "leave it out"),
        ({"every": "fault", "window": None, "starts": "1 month"}, "starts", "leave it out"),
        ({"often": 3}, "often", "not known here"),
        ({"name": {"en": "Health check"}}, "name", "both languages"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(facts, place, says):
    with pytest.raises(PlanError) as refused:
        read(**facts)
    assert refused.value.path == ("recurring", 0, place)
    assert says in refused.value.sentence


def test_a_code_stands_once_and_the_section_is_a_list():
    with pytest.raises(PlanError, match="used twice"):
        recurring_of([ROW, ROW], ("recurring",))
    with pytest.raises(PlanError, match="is a list"):
        recurring_of({"health": ROW}, ("recurring",))
    assert recurring_of([], ("recurring",)) == ()


def test_every_row_of_the_shipped_plans_has_its_clause_and_its_words():
    rows = [row for code in ("p0", "p1", "p2", "p3") for row in shipped(code).recurring]
    assert len(rows) == 21
    assert all(row.clause and row.quote["zh-hans"] and row.quote["en"] for row in rows)


def test_the_plans_promise_what_their_documents_say():
    assert shipped("p1").work("health-monthly").window == (15, 20)
    assert shipped("p2").work("inquiry-quarterly").share == 100
    assert shipped("p3").work("training-basic").within == Length(months=1)
    assert shipped("p3").work("callback-fault").within == Length(seconds=86400)
    assert shipped("p0").work("nothing") is None


def test_work_is_said_in_words():
    with translation.override("en"):
        said = {row.code: (row.every, row.within) for code in ("p1", "p2", "p3") for row in words.recurring(shipped(code))}
    assert said["health-monthly"] == ("every month", "between the days 15 and 20 of the month")
    assert said["inquiry-quarterly"] == ("every quarter, 100 % of the equipment in service", "by the end of the period")
    assert said["training-basic"] == ("once after the acceptance", "within 1 month")
    assert said["training-advanced"][0] == "every year, from 1 month after the acceptance"
    assert said["assessment-release"][1] == "without a time of its own"
