"""Pages and the REST interface of obligations."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse

from core.time import now
from notifications.models import Message
from obligations import selectors, services, tables
from obligations.models import Obligation, Status
from obligations.services import Owed
from tests.obligations.worlds import contract_of, local, make_owing_world, planned
from tests.worlds import make_contract

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LIST, JSON = reverse("obligations:list"), "application/json"


def owe(world, name="回访", *, days=3, **facts):
    at = now() - timedelta(days=10)
    given = {"key": name, "kind": "callback", "title": name, "clause": "四（一）5", "opens_at": at, "due_at": now() + timedelta(days=days)}
    given |= {"organization": world.organization, "contract": world.contract, "office": world.office}
    return services.owe(Owed(**given | facts), at=at)[0]


@pytest.fixture
def world():
    return make_owing_world()


def titles(answer):
    return [row.title for row in answer.context["page"].rows]


def test_the_list_shows_what_is_owed_the_most_urgent_first(client, world):
    owe(world, "后到期")
    owe(world, "先到期", days=-1)
    services.waive(owe(world, "不欠了"), actor=world.manager, at=now(), reason="客户取消")
    client.force_login(world.engineer)
    assert titles(client.get(LIST)) == ["先到期", "后到期"]
    assert titles(client.get(LIST, {"show": "late"})) == ["先到期"]
    assert titles(client.get(LIST, {"show": "waived"})) == ["不欠了"]
    assert len(titles(client.get(LIST, {"show": "all"}))) == 3


def test_the_list_is_narrowed_by_month_kind_office_and_words(client, world):
    row = owe(world, "十月的", due_at=local(10, 5), opens_at=local(10, 1))
    owe(world, "巡检", kind="inspection", office=None, contract=None)
    client.force_login(world.manager)
    assert titles(client.get(LIST, {"month": "2026-10"})) == ["十月的"]
    assert titles(client.get(LIST, {"kind": "inspection"})) == ["巡检"]
    assert titles(client.get(LIST, {"office": world.office.pk})) == ["十月的"]
    assert titles(client.get(LIST, {"find": row.contract.number})) == ["十月的"]
    assert titles(client.get(LIST, {"find": "nobody"})) == []
    assert client.get(LIST, {"month": "October"}).status_code == 200


def test_a_supervisor_sees_what_is_owed_to_them_and_what_is_late(client, world):
    row = owe(world, "季度巡检", days=-1)
    client.force_login(world.supervisor)
    page = client.get(LIST)
    assert titles(page) == ["季度巡检"]
    assert 'class="chip chip-late"' in page.content.decode()
    client.force_login(world.stranger)
    assert titles(client.get(LIST)) == []
    assert client.get(row.get_absolute_url()).status_code == 404
    client.force_login(world.customer)
    assert client.get(LIST).status_code == 403


def test_the_list_takes_the_same_queries_however_long_it_is(client, world, django_assert_max_num_queries):
    client.force_login(world.manager)
    for number in range(30):
        owe(world, f"回访 {number}", contract=make_contract(world.organization) if number % 3 else world.contract)
    with django_assert_max_num_queries(14):
        assert len(titles(client.get(LIST))) == 30


def test_a_page_of_the_list_leads_to_the_next(client, world):
    for number in range(55):
        owe(world, f"回访 {number:02}")
    client.force_login(world.manager)
    first = client.get(LIST)
    second = client.get(LIST, {"cursor": first.context["page"].next_cursor})
    assert (len(titles(first)), len(titles(second))) == (50, 5)


def test_a_manager_waives_with_a_reason_that_the_customer_reads(client, world):
    row = owe(world)
    client.force_login(world.manager)
    refused = client.post(reverse("obligations:waive", args=[row.pk]), {"reason": " "})
    assert refused.status_code == 422
    assert client.post(reverse("obligations:waive", args=[row.pk]), {"reason": "客户要求取消本次回访"}).status_code == 302
    client.force_login(world.supervisor)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "客户要求取消本次回访" in page
    assert "waive" not in page


def test_a_dispatcher_enters_what_was_done_elsewhere_and_the_history_tells(client, world):
    row = owe(world)
    client.force_login(world.dispatcher)
    assert client.post(reverse("obligations:meet", args=[row.pk]), {"proof": "张工 11 月 20 日电话回访"}).status_code == 302
    page = client.get(row.get_absolute_url()).content.decode()
    assert "张工 11 月 20 日电话回访" in page
    assert str(world.dispatcher) in page
    again = client.post(reverse("obligations:meet", args=[row.pk]), {"proof": "再次"})
    assert again.status_code == 422


def test_the_file_holds_what_the_page_shows(client, world):
    owe(world, "=SUM(1)")
    owe(world, "迟了", days=-1)
    client.force_login(world.manager)
    answer = client.get(reverse("obligations:export", args=["csv"]), {"show": "late"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [line[1] for line in csv.reader(io.StringIO(text))][1:] == ["迟了"]
    book = client.get(reverse("obligations:export", args=["xlsx"]))
    assert b"".join(book.streaming_content).startswith(b"PK")
    book.close()
    assert client.get(reverse("obligations:export", args=["pdf"])).status_code == 404


def test_what_was_kept_is_counted_by_month_and_kind(world):
    at = local(11, 20)
    due = {"opens_at": local(11, 1), "due_at": local(11, 10)}
    services.meet(owe(world, "a", **due).key, actor=None, at=local(11, 9), proof="x")
    services.meet(owe(world, "b", **due).key, actor=None, at=local(11, 12), proof="x")
    owe(world, "c", **due)
    owe(world, "d", opens_at=local(11, 1), due_at=local(11, 25))
    services.waive(owe(world, "e", **due), actor=world.manager, at=local(11, 5), reason="取消")
    owe(world, "f", kind="care", opens_at=local(10, 1), due_at=local(10, 31, 23))
    found = {(row.month, row.kind): row for row in selectors.kept(Obligation.objects.all(), at)}
    november = found[date(2026, 11, 1), "callback"]
    assert (november.owed, november.in_time, november.late, november.open, november.waived) == (4, 1, 2, 1, 1)
    assert round(november.share, 3) == 0.333
    assert found[date(2026, 10, 1), "care"].late == 1
    chart = tables.chart(found.values())
    assert chart["labels"] == ["2026-10", "2026-11"]


def test_the_page_of_what_was_kept_has_its_table_behind_the_chart(client, world):
    owe(world, "迟了", days=-1)
    client.force_login(world.manager)
    page = client.get(reverse("obligations:kept")).content.decode()
    assert 'data-chart="line"' in page
    assert "0 %" in page


def test_what_turns_late_is_told_once_to_the_lead_and_the_managers_together(world):
    contract_of(world, "p1")
    planned(local(11, 2))
    while services.watch_next_batch(local(12, 31)):
        pass
    assert Obligation.objects.filter(status=Status.OWED, late_at=local(12, 31)).count() == 1
    while services.watch_next_batch(local(1, 5, year=2027)):
        pass
    while services.watch_next_batch(local(1, 6, year=2027)):
        pass
    told = Message.objects.filter(kind="obligation_late", channel="inbox").order_by("created_at")
    assert [(message.recipient, message.context["count"]) for message in told] == [(world.manager, 1), (world.manager, 7)]


def test_contract_and_customer_show_what_is_owed(client, world):
    row = owe(world, "季度系统巡检")
    client.force_login(world.manager)
    for address in (
        reverse("customers:contract", args=[world.contract.pk]),
        reverse("customers:organization", args=[world.organization.pk]),
    ):
        assert row.title in client.get(address).content.decode()
    client.force_login(world.customer)
    assert row.title not in client.get(reverse("customers:contract", args=[world.contract.pk])).content.decode()


def test_programs_read_and_narrow_what_is_owed(client, world):
    late = owe(world, "迟了", days=-1)
    owe(world, "不迟")
    client.force_login(world.manager)
    assert [row["title"] for row in client.get("/api/v1/obligations/").json()["results"]] == ["迟了", "不迟"]
    [found] = client.get("/api/v1/obligations/", {"late": "true"}).json()["results"]
    assert (found["id"], found["late"], found["contract"], found["office"]) == (late.pk, True, world.contract.number, world.office.code)
    assert client.get("/api/v1/obligations/", {"colour": "red"}).status_code == 400


def test_programs_meet_and_waive(client, world):
    row, other = owe(world, "a"), owe(world, "b")
    client.force_login(world.manager)
    assert client.post(f"/api/v1/obligations/{row.pk}/meet/", {"proof": "电话回访"}, JSON).json()["status"] == "done"
    again = client.post(f"/api/v1/obligations/{row.pk}/waive/", {"reason": "取消"}, JSON)
    assert (again.status_code, again.json()["code"]) == (409, "obligation_ended")
    assert client.post(f"/api/v1/obligations/{other.pk}/waive/", {"reason": "取消"}, JSON).json()["reason"] == "取消"


def test_the_plan_says_what_recurs(client, world):
    client.force_login(world.supervisor)
    page = client.get(reverse("sla:plan", args=["p0"])).content.decode()
    assert "季度系统巡检" in page
    assert "提供每季度系统巡检服务" in page
