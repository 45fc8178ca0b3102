"""The rule set: what a kind of work costs on a day, and why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from customers import engine
from customers.engine import Span, rule

pytestmark = pytest.mark.once

DAY = date(2026, 11, 20)
YEAR = timedelta(days=364)


def span(kind: str, scope: str = "all", starts: date = DAY, ends: date | None = None, **more: str) -> Span:
    return Span(kind, starts, ends or starts + YEAR, scope, **more)


@pytest.mark.parametrize(
    ("spans", "work", "verdict", "because"),
    [
        ([], "onsite", "charged", "no_term"),
        ([span("acceptance")], "onsite", "free", "acceptance"),  # P0: a year from the signed acceptance
        ([span("acceptance")], "parts", "free", "acceptance"),
        ([span("software", "labour")], "software", "free", "software"),  # P1: three years
        ([span("software", "labour")], "parts", "charged", "no_term"),  # software does not pay for parts
        ([span("trial", "labour")], "software", "free", "trial"),  # P1: free upgrades
        ([span("maker", "parts")], "parts", "maker", "maker"),  # P1: hardware by its maker's terms
        ([span("maker", "parts")], "onsite", "charged", "no_term"),
        ([span("maker"), span("acceptance")], "parts", "free", "acceptance"),  # ours before the maker's
        ([span("paid", "none")], "onsite", "charged", "as_contract"),
        ([span("paid", "labour")], "onsite", "free", "paid"),
        ([span("paid", "labour")], "parts", "charged", "as_contract"),
        ([span("acceptance", starts=DAY - 2 * YEAR)], "onsite", "charged", "ended"),
        ([span("acceptance", starts=DAY + timedelta(days=1))], "onsite", "charged", "no_term"),  # it has not begun
        ([span("acceptance", starts=DAY - YEAR)], "onsite", "free", "acceptance"),  # the last day is inside
        ([span("extension", component="控制器")], "parts", "charged", "no_term"),  # of a component that is not asked for
    ],
)
def test_what_a_kind_of_work_costs(spans, work, verdict, because):
    found = rule(spans, DAY, work)
    assert (found.verdict, found.rule) == (verdict, because)
    assert found.asks_first == (verdict == "charged")


def test_a_component_is_covered_by_its_own_term():
    spans = [span("extension", component="控制器")]
    assert rule(spans, DAY, "parts", " 控制器 ").is_free
    assert not rule(spans, DAY, "parts", "电源").is_free


def test_of_several_the_longest_of_the_highest_rank_is_the_reason():
    short, long = span("extension", ends=DAY), span("extension", ends=DAY + YEAR)
    assert rule([span("free_service", ends=DAY + 2 * YEAR), short, long], DAY, "onsite").until == DAY + YEAR


def test_what_ended_last_is_named():
    older = span("acceptance", starts=DAY - 3 * YEAR)
    newer = span("extension", starts=DAY - 2 * YEAR, ends=DAY - timedelta(days=1))
    found = rule([newer, older], DAY, "onsite")
    assert (found.rule, found.until) == ("ended", DAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("kind", "ends"),
    [
        ("acceptance", date(2027, 11, 19)),  # P0
        ("software", date(2029, 11, 19)),  # P1
        ("trial", date(2027, 2, 19)),  # P1
        ("maker", None),  # by the maker's terms
    ],
)
def test_terms_last_as_the_plans_promise(kind, ends):
    assert engine.usual_end(kind, DAY) == ends


def test_a_signed_contract_comes_to_warranty_then_paid_service():
    spans = engine.signed("HT-1", date(2025, 1, 1), 12, 12, date(2026, 12, 31))
    assert [(each.kind, each.starts, each.ends) for each in spans] == [
        ("acceptance", date(2025, 1, 1), date(2025, 12, 31)),
        ("paid", date(2026, 1, 1), date(2026, 12, 31)),
    ]


def test_free_service_has_a_span_of_its_own_only_where_it_is_longer():
    kinds = [each.kind for each in engine.signed("HT-1", date(2025, 1, 1), 12, 24, None)]
    assert kinds == ["acceptance", "free_service"]
    assert [each.kind for each in engine.signed("HT-1", date(2025, 1, 1), 12, 6, None)] == ["acceptance"]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (date(2026, 1, 1), [(90, date(2026, 10, 2)), (60, date(2026, 11, 1)), (30, date(2026, 12, 1))]),
        (date(2026, 10, 2), [(90, date(2026, 10, 2)), (60, date(2026, 11, 1)), (30, date(2026, 12, 1))]),
        (date(2026, 10, 20), [(90, date(2026, 10, 20)), (60, date(2026, 11, 1)), (30, date(2026, 12, 1))]),  # said at once
        (date(2026, 12, 20), [(30, date(2026, 12, 20))]),  # what has passed is said once
        (date(2027, 2, 1), []),  # entered after its end
    ],
)
def test_an_end_is_reminded_of_by_steps_from_when_it_is_known(known, expected):
    assert engine.steps(date(2026, 12, 31), known) == expected
