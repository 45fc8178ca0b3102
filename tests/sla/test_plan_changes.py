"""What changed between two versions of a plan: every difference is said, and nothing else."""
# ruff: noqa: E501 - a case a line

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.time import now
from sla import changes, loading, sheet, words
from sla.engine.plan import MEASURES
from sla.models import PlanVersion
from sla.reading import read_document
from tests.worlds import make_promising_world

P3 = (loading.SHIPPED / "p3.yaml").read_text("utf-8")
FOLLOW_UP = P3[P3.index("  - code: followup") :]

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def world():
    return make_promising_world("p3")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def changed(*edits: tuple[str, str], with_ladder=True) -> changes.Changes:
    """Load P3 as it ships and then with these words replaced; answer what differs."""
    text = P3
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    loading.load_documents([read_document(text, "p3.yaml")], actor=None, at=now())
    after, before = PlanVersion.objects.filter(plan__code="p3").order_by("-number")[:2]
    return sheet.compare(before, after, now(), with_ladder=with_ladder)


def said(rows: list[changes.Changed]) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    return [(row.code, row.how, [(edit.label, edit.before, edit.after) for edit in row.edits]) for row in rows]


@pytest.mark.parametrize(
    ("old", "new", "code", "label", "before", "after"),
    [
        ("target: 15min", "target: 10min", "registration", "Within", "15 minutes", "10 minutes"),
        ("target: 15min", "target: 15min\n    limit: 1h", "registration", "Within", "15 minutes", "15 minutes · at the latest 1 hour"),
        ("calendar: {1: always, 2: always, 3: office-cn}", "calendar: {1: office-cn, 2: always, 3: office-cn}", "restore", "Within", None, None),
        ("zh-hans: 登记分类", "zh-hans: 登记", "registration", "Name (中文)", "登记分类", "登记"),
        ("en: Registration and triage", "en: Registration", "registration", "Name (English)", "Registration and triage", "Registration"),
        ("clause: 四（一）2", "clause: 四（一）3", "registration", "Clause", "四（一）2", "四（一）3"),
        ("15分钟内完成信息登记与初步分类。", "15分钟内完成登记。", "registration", "Wording (中文)", None, "服务中心接到报修后，15分钟内完成登记。"),
        ("until: followed_up", "until: [followed_up, contacted]", "followup", "Until", None, "customer contacted or customer asked whether it came back"),
        ("from: resolved", "from: confirmed", "followup", "From", "solved", "confirmed by the customer"),
        ("again: [rejected, reopened]", "again: [rejected]", "restore", "Owed again after", "solution rejected or opened again", "solution rejected"),
        ("void: [rejected, reopened]", "void: [rejected]", "followup", "Not owed after", None, None),
        ("    pausable: true", "    pausable: [customer]", "restore", "Waiting", "stops while we wait for others", "stops while we wait for the customer"),
        ("measure: registration", "measure: response", "registration", "Measured as", "registration", "response"),
        ("target: 15min", "target: 15min\n    levels: []", "registration", "When a promise runs late", None, ""),
        ("    from: resolved", "    from: resolved\n    levels: [{code: due, at: due, tell: [team]}]", "followup", "When a promise runs late", None, "when it is due: the team"),
    ],
)  # fmt: skip
def test_a_difference_is_named_with_what_was_and_what_is(world, old, new, code, label, before, after):
    found = changed((old, new))
    [(row, how, [(what, was, is_now)])] = said(found.promises)
    assert (row, how, what) == (code, "changed", label)
    assert was != is_now
    assert before in (None, was)
    assert after in (None, is_now)
    assert (found.plan, found.severities, found.same) == ([], [], 7)


def test_a_promise_that_is_new_or_gone_is_told_whole(world):
    gone = changed((FOLLOW_UP, "")).promises
    assert [(row.code, row.name, row.how) for row in gone] == [("followup", "Follow-up", "removed")]
    assert {edit.after for edit in gone[0].edits} == {""}
    assert ("Within", "24 hours") in {(edit.label, edit.before) for edit in gone[0].edits}
    [back] = changed(("target: 15min", "target: 15min")).promises
    assert (back.code, back.how, {edit.before for edit in back.edits}) == ("followup", "added", {""})


def test_a_severity_and_the_plan_itself(world):
    found = changed(
        ("zh-hans: 系统瘫痪或核心功能失效，影响业务正常运行", "zh-hans: 系统瘫痪"), ("en: After-sales service plan", "en: Service plan")
    )
    assert [(row.code, row.how, [edit.label for edit in row.edits]) for row in found.severities] == [
        ("1", "changed", ["What it means (中文)"])
    ]
    assert said(found.plan)[0][2] == [
        ("Name (English)", "After-sales service plan for engineering projects", "Service plan for engineering projects")
    ]
    assert (found.promises, found.same) == ([], 8)


def test_what_is_said_in_other_words_of_the_file_only_is_no_change(world):
    found = changed(("    pausable: true", "    pausable: [customer, third_party, logistics, vendor]"))
    assert (found.groups, found.same) == ([], 8)


def test_whom_we_tell_is_not_for_customers(world):
    assert changed(("target: 15min", "target: 15min\n    levels: []"), with_ladder=False).promises == []


# --- the page -----------------------------------------------------------------------------------


@pytest.fixture
def page(client, world):
    def open_as(who, code="p3", **query):
        client.force_login(getattr(world, who))
        client.cookies["django_language"] = "en"
        return client.get(f"/plans/{code}/changes/", query)

    return open_as


def test_the_page_compares_with_the_version_before_unless_told_otherwise(page, world):
    for minutes in (12, 10):
        text = P3.replace("target: 15min", f"target: {minutes}min")
        loading.load_documents([read_document(text, "p3.yaml")], actor=None, at=now())
    answer = page("customer").content.decode()
    assert "<del>12 minutes</del>" in answer
    assert "<ins>10 minutes</ins>" in answer
    assert "7 promises stay as they were." in answer
    assert "<del>15 minutes</del>" in page("engineer", **{"from": 1, "to": 2}).content.decode()
    assert "Both versions promise the same." in page("engineer", **{"from": 3, "to": 3}).content.decode()
    assert "<ins>15 minutes</ins>" in page("engineer", **{"from": 3, "to": 1}).content.decode(), "backwards too"


@pytest.mark.parametrize("query", [{"to": 9}, {"from": 9}, {"from": "x"}, {"to": "-1"}])
def test_a_version_that_is_none_is_not_found(page, query):
    assert page("engineer", **query).status_code == 404


def test_a_first_version_has_nothing_to_be_compared_with(page):
    assert "This plan has no earlier version." in page("engineer").content.decode()


def test_the_first_change_is_shown_before_it_holds(page, world):
    text = P3.replace("target: 15min", "target: 10min")
    loading.load_documents([read_document(text, "p3.yaml")], actor=None, at=now() + timedelta(days=30))
    assert "<ins>10 minutes</ins>" in page("customer").content.decode()


def test_the_versions_of_a_plan_lead_to_what_each_changed(client, world):
    changed(("target: 15min", "target: 10min"))
    client.force_login(world.customer)
    answer = client.get("/plans/p3/").content.decode()
    assert "/plans/p3/changes/?to=2" in answer
    assert "/plans/p3/changes/?to=1" not in answer


def test_the_page_costs_the_same_however_many_versions(page, world):
    def count():
        page("engineer")
        with CaptureQueriesContext(connection) as seen:
            page("engineer")
        return len(seen)

    changed(("target: 15min", "target: 10min"))
    few = count()
    for hours in (5, 6, 7):
        text = P3.replace("target: 15min", f"target: {hours}min")
        loading.load_documents([read_document(text, "p3.yaml")], actor=None, at=now())
    assert count() == few


def test_every_measure_has_a_word():
    assert set(words.MEASURES) == set(MEASURES)
