"""The list, a report's page, and what managers do there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.models import Message
from reports import services
from reports.models import MonthlyReport
from tests.reports.worlds import FIRST, OCTOBER, make_october, make_report
from tests.worlds import World, make_contract, make_organization, make_world

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
LIST = "/reports/"


@pytest.fixture
def world() -> World:
    return make_october()


@pytest.fixture
def report(world: World) -> MonthlyReport:
    return make_report(world)


def texts(client: Client, person: object, address: str, language: str = "en") -> str:
    client.force_login(person)  # type: ignore[arg-type]
    client.cookies["django_language"] = language
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_supervisor_reads_of_their_own_organization_only(client: Client, world, report):
    other = services.make_report(make_contract(number="HT-OTHER"), OCTOBER, actor=None, at=FIRST)
    page = texts(client, world.supervisor, LIST)
    assert world.contract.number in page
    assert "HT-OTHER" not in page
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(reverse("reports:file", args=[other.pk, "pdf"])).status_code == 404
    assert "HT-OTHER" in texts(client, world.engineer, LIST)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"HT-A", "HT-B"}),
        ("?month=2026-10", {"HT-A", "HT-B"}),
        ("?month=2026-09", set()),
        ("?customer=江城", {"HT-A"}),
        ("?customer=ht-b", {"HT-B"}),
        ("?month=nonsense", {"HT-A", "HT-B"}),
    ],
)
def test_the_list_is_narrowed_by_month_and_customer(client: Client, asked, found):
    world = make_world()
    for number, organization in (("HT-A", world.organization), ("HT-B", make_organization("远山水务"))):
        services.make_report(make_contract(organization, number=number), OCTOBER, actor=None, at=FIRST)
    page = texts(client, world.manager, f"{LIST}{asked}")
    assert {number for number in ("HT-A", "HT-B") if number in page} == found
    if not found:
        assert "No report found" in page


def test_the_list_goes_on_by_key_the_newest_month_first(client: Client):
    world = make_world()
    for month in (7, 8, 9):
        services.make_report(world.contract, date(2026, month, 1), actor=None, at=FIRST)
    MonthlyReport.objects.bulk_create(
        MonthlyReport(contract=make_contract(), organization=world.organization, month=OCTOBER, figures={}, made_at=FIRST)
        for _place in range(50)
    )
    client.force_login(world.manager)
    first = client.get(LIST).context["page"]
    assert {row.month for row in first} == {OCTOBER}
    second = client.get(LIST, {"cursor": first.next_cursor}).context["page"]
    assert [row.month.month for row in second] == [9, 8, 7]


def test_list_and_page_take_the_same_number_of_queries_however_long_they_are(client: Client, world, report):
    client.force_login(world.manager)
    for address in (LIST, report.get_absolute_url()):
        client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    with CaptureQueriesContext(connection) as page:
        client.get(report.get_absolute_url())
    for _place in range(5):
        services.make_report(make_contract(world.organization), OCTOBER, actor=None, at=FIRST)
    report.figures["missed"] *= 10
    report.save()
    with CaptureQueriesContext(connection) as more:
        client.get(LIST)
    with CaptureQueriesContext(connection) as longer:
        client.get(report.get_absolute_url())
    assert len(few) == len(more) <= 6
    assert len(page) == len(longer) <= 14


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ["服务履约月报 2026-10", "各条款承诺达成情况", "未达成的承诺"]),
        ("en", ["Monthly service report 2026-10", "Clause", "Late by"]),
    ],
)
def test_a_report_speaks_the_readers_language(client: Client, world, report, language, words):
    page = texts(client, world.supervisor, report.get_absolute_url(), language)
    for word in [*words, "#let x = [1] $y$ = 负载过高", report.number]:
        assert word in page
    assert "Send" not in page
    assert world.manager.name not in page, "our people by name are for our people"


def test_a_manager_makes_a_report_by_hand(client: Client, world):
    client.force_login(world.manager)
    number = world.contract.number
    answer = client.post(reverse("reports:make"), {"contract": number, "month": "2026-09"})
    made = MonthlyReport.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, made.get_absolute_url())
    assert (made.made_by, made.month, Message.objects.filter(kind="monthly_report").count()) == (world.manager, date(2026, 9, 1), 0)


@pytest.mark.parametrize(
    ("contract", "month", "sentence"),
    [
        ("nothing", "2026-10", "No contract has the number"),
        ("", "2026-10", "required"),
        (None, "2099-10", "not over yet"),
        (None, "2026-13", "such as 2026-10"),
        (None, "2025-01", "was not in force"),
    ],
)
def test_what_cannot_be_made_is_said_at_its_field(client: Client, contract, month, sentence):
    world = make_world()
    client.force_login(world.manager)
    client.cookies["django_language"] = "en"
    number = world.contract.number if contract is None else contract
    answer = client.post(reverse("reports:make"), {"contract": number, "month": month})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert f'value="{month}"' in answer.content.decode(), "what was typed stays"


def test_a_manager_corrects_and_sends(client: Client, world, report):
    client.force_login(world.manager)
    client.cookies["django_language"] = "en"
    client.post(reverse("reports:correct", args=[report.pk]), {"reason": "一张工单补录"})
    second = MonthlyReport.objects.get(is_current=True)
    page = texts(client, world.manager, second.get_absolute_url())
    assert "Revision 2: 一张工单补录" in page
    assert report.get_absolute_url() in page
    for sendings in (0, 0):
        client.post(reverse("reports:send", args=[second.pk]), {"sendings": sendings})
    assert Message.objects.filter(kind="monthly_report", channel="email").count() == 2
    assert "Send again" in texts(client, world.manager, second.get_absolute_url())
    assert "has been corrected" in texts(client, world.supervisor, report.get_absolute_url())
    refused = client.post(reverse("reports:send", args=[report.pk]), {"sendings": 0})
    assert refused.status_code in (302, 403)


def test_who_has_no_report_yet_is_told_when_there_will_be_one(client: Client):
    assert "first of the month" in texts(client, make_world().supervisor, LIST)


def test_only_supervisors_have_it_in_their_bar(client: Client):
    world = make_world()
    has = {}
    for name in ("customer", "supervisor"):
        client.force_login(world.person(name))
        has[name] = LIST in client.get("/portal/").content.decode()
    assert has == {"customer": False, "supervisor": True}
