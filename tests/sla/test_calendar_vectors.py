"""What eight other helpdesks and business-time libraries hold to be right, case by case."""

import pytest

from tests.sla.vectors import CASES, Case, answer, expected

pytestmark = pytest.mark.once


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}-{case['id']}")
def test_answers_as_the_case_says(case: Case) -> None:
    got, want = answer(case), expected(case)
    if case["kind"] == "lifecycle":
        got = {name: {fact: got[name][fact] for fact in facts} for name, facts in want.items()}
    assert got == want, case["note"]
