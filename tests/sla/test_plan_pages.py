"""Who reads which plan, and what stands there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.time import now
from sla import loading, words
from sla.engine.plan import Target
from sla.reading import read_document
from tests.sla.logs import shipped
from tests.worlds import make_contract, make_plan, make_promising_world

P0 = (loading.SHIPPED / "p0.yaml").read_text("utf-8")


@pytest.fixture
def world(db):
    return make_promising_world("p3")


@pytest.fixture
def seen(client, world):
    def see(path, who, **query):
        client.force_login(getattr(world, who))
        client.cookies["django_language"] = "en"
        return client.get(path, query)

    return see


@pytest.mark.parametrize("role", ["engineer", "dispatcher", "manager", "admin"])
def test_staff_read_every_plan(seen, role):
    listed = seen("/plans/", role).content.decode()
    assert "/plans/p0/" in listed
    assert "/plans/p3/" in listed
    assert "2027: not announced yet" in listed
    assert seen("/plans/p0/", role).status_code == 200


@pytest.mark.parametrize(("who", "status"), [("customer", 200), ("supervisor", 200), ("stranger", 404)])
def test_customers_read_the_plans_of_their_contracts_only(seen, who, status):
    assert seen("/plans/p3/", who).status_code == status
    assert seen("/plans/p0/", who).status_code == 404
    assert seen("/plans/", who).status_code == 403


def test_strangers_are_asked_to_log_in(client, world):
    assert client.get("/plans/p3/").status_code == 302


def test_the_page_says_every_promise_with_clause_and_wording(seen):
    page = seen("/plans/p3/", "customer").content.decode()
    for promise in words.promises(shipped("p3"), {}):
        assert f'id="{promise.code}"' in page
        assert promise.clause in page
    assert "3 working days" in page
    assert "official notice not known yet" in page


def test_a_customer_is_not_told_whom_we_tell(seen):
    assert "the office lead" not in seen("/plans/p3/", "customer").content.decode()
    assert "the office lead" in seen("/plans/p3/", "engineer").content.decode()


def test_an_earlier_or_coming_version_can_be_read(seen, world):
    coming = now() + timedelta(days=30)
    loading.load_documents([read_document(P0.replace("target: 8h", "target: 6h"), "p0.yaml")], actor=world.admin, at=coming)
    page = seen("/plans/p0/", "manager").content.decode()
    assert "8 hours" in page
    assert "Valid until" in page
    later = seen("/plans/p0/", "manager", version=2).content.decode()
    assert "6 hours" in later
    assert "Show the version in force" in later
    assert seen("/plans/p0/", "manager", version=9).status_code == 404
    assert "Version 2" in seen("/plans/", "manager").content.decode()


def test_a_plan_without_a_version_says_so(seen, world):
    plan = make_plan("bare")
    make_contract(world.organization, plan=plan)
    assert "Nothing in force" in seen("/plans/bare/", "supervisor").content.decode()
    assert "nothing in force" in seen("/plans/", "engineer").content.decode()


def test_a_plan_page_costs_the_same_however_many_versions(seen, world):
    seen("/plans/p0/", "engineer")
    with CaptureQueriesContext(connection) as few:
        seen("/plans/p0/", "engineer")
    for hours in (5, 6, 7):
        text = P0.replace("target: 8h", f"target: {hours}h")
        loading.load_documents([read_document(text, "p0.yaml")], actor=world.admin, at=now() + timedelta(days=hours))
    seen("/plans/p0/", "engineer")
    with CaptureQueriesContext(connection) as many:
        seen("/plans/p0/", "engineer")
    assert len(many) == len(few)


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "english", "chinese"),
    [
        (Target(), "at once", "立即"),
        (Target(seconds=900), "15 minutes", "15 分钟"),
        (Target(seconds=3600), "1 hour", "1 小时"),
        (Target(seconds=5400), "1 hour 30 minutes", "1 小时 30 分钟"),
        (Target(seconds=48 * 3600), "48 hours", "48 小时"),
        (Target(seconds=15 * 86400), "15 days", "15 天"),
        (Target(seconds=1), "1 second", "1 秒"),
        (Target(workdays=3), "3 working days", "3 个工作日"),
        (Target(workdays=1), "1 working day", "1 个工作日"),
    ],
)
def test_targets_in_words(target, english, chinese):
    with translation.override("en"):
        assert words.target_words(target) == english
    with translation.override("zh-hans"):
        assert words.target_words(target) == chinese


def test_what_a_promise_applies_to():
    with translation.override("en"):
        found = {promise.code: promise.applies for promise in words.promises(shipped("p0"), {})}
    assert found["response-warranty"] == "faults · Severe fault · in warranty"
    assert found["answer"] == "consultations · by web, hotline, e-mail, fax"


def test_severities_that_share_a_target_stand_together():
    with translation.override("zh-hans"):
        found = {promise.code: promise.targets for promise in words.promises(shipped("p3"), {"office-cn": "办公时间"})}
    assert [(each.severities, each.within, each.calendar) for each in found["response"]] == [
        ("重大、紧急", "1 小时", ""),
        ("一般", "2 小时", ""),
    ]
    assert [(each.severities, each.within, each.calendar) for each in found["restore"]][-1] == ("一般", "3 个工作日", "办公时间")
    assert [each.severities for each in found["departure"]] == ["紧急", "一般"]
    assert [each.severities for each in found["registration"]] == [""]


def test_the_week_in_words():
    data = {"weekly": [["mon", "09:00", "12:00"], ["mon", "13:00", "18:00"], ["tue", "09:00", "12:00"], ["tue", "13:00", "18:00"]]}
    with translation.override("en"):
        assert words.week(data) == [("Mon–Tue", "09:00–12:00, 13:00–18:00"), ("Wed–Sun", "closed")]
