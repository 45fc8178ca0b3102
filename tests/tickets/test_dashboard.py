"""The dashboard's pages: what they show, lead to and send to spreadsheets, in as many queries however much there is."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import exports, pages
from core.time import now
from tests.looks import NARROW, WIDE, complaints, enter
from tests.worlds import World, make_organization, make_promising_world, make_site, make_ticket, make_user
from tickets import services
from tickets.figures import board
from tickets.figures.period import day_of
from tickets.models import Ticket

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.django_db

DASHBOARD = reverse("tickets:dashboard")
BEHIND = reverse("tickets:figures_tickets")


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def told(world: World) -> World:
    """Yesterday one fault was solved well; an hour and a half ago one was reported that nobody answered."""
    yesterday = now() - timedelta(days=1)
    well = make_ticket(world, at=yesterday, subject="=HYPERLINK(1)")
    services.contact(well, actor=world.engineer, at=yesterday + timedelta(minutes=10), text="已联系")
    services.resolve(well, actor=world.engineer, at=yesterday + timedelta(minutes=50), cause="磁盘写满", solution="已扩容")
    make_ticket(world, at=now() - timedelta(minutes=90), severity=1, subject="核心系统宕机")
    services.escalate_next_batch(now())
    return world


def get(client: Client, address: str = DASHBOARD, person: Any = None, **facts: Any) -> HttpResponse:
    if person is not None:
        client.force_login(person)
    return client.get(address, facts, headers={"accept-language": "en"})


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def table(answer: HttpResponse, name: str) -> list[list[str]]:
    """What a table of the page says, row by row."""
    (found,) = [table for section in answer.context["board"].sections for table in section.tables if table.name == name]
    return [[cell.text for cell in row] for row in found.rows]


def tiles(answer: HttpResponse) -> dict[str, tuple[str, str]]:
    return {tile.label: (tile.number, tile.before) for tile in answer.context["board"].tiles}


def test_the_page_says_how_promises_are_kept(client: Client, told: World) -> None:
    answer = get(client, person=told.manager)
    assert table(answer, "kept-by-promise") == [
        ["Response", "1", "0", "1", "50.0%", "—"],
        ["Diagnosis report", "1", "0", "0", "100.0%", "—"],
    ]
    assert table(answer, "kept-by-office") == [["East China office", "2", "0", "1", "66.7%", "—"]]
    assert table(answer, "remote-by-severity") == [["2 · Major", "1", "0", "100.0%", "—"]]
    assert table(answer, "restore-time") == [["2 · Major", "1", "50 min", "50 min", "—"], ["All severities", "1", "50 min", "50 min", "—"]]
    assert tiles(answer)["Promises kept"] == ("66.7%", "")
    assert tiles(answer)["Running late now"] == ("1", "")
    assert tiles(answer)["Tickets reported"] == ("2", "0")


def test_what_is_urgent_stands_on_top_with_its_promise(client: Client, told: World) -> None:
    make_ticket(told, at=now(), subject="报表慢", severity=3)
    answer = get(client, person=told.manager)
    assert [row.subject for row in answer.context["board"].open.first_late] == ["核心系统宕机"]
    assert [row.subject for row in answer.context["board"].open.first_soon] == ["报表慢"]
    assert re.search(r"核心系统宕机.*?chip-late", text(answer), re.DOTALL)


def test_the_list_of_what_is_urgent_is_short_and_leads_to_the_queue(client: Client, told: World) -> None:
    for _each in range(11):
        make_ticket(told, at=now())
    answer = get(client, person=told.manager)
    assert len(answer.context["board"].open.first_soon) == 10
    assert "All 11 in the queue" in text(answer)
    assert get(client, answer.context["links"]["soon"]).context["page"].rows


def test_an_empty_desk_says_so(client: Client, world: World) -> None:
    answer = get(client, person=world.manager)
    assert "Nothing runs late" in text(answer)
    assert "Nothing in these days." in text(answer)
    assert tiles(answer)["Promises kept"] == ("—", "")


# --- Who ------------------------------------------------------------------------------------------


def test_an_engineer_sees_the_own_load_only(client: Client, told: World) -> None:
    other = make_user(name="别的工程师", office=told.office)
    names = {
        role: [row[0] for row in table(get(client, person=told.person(role)), "workload")] for role in ("engineer", "dispatcher", "manager")
    }
    assert names["engineer"] == [told.engineer.name]
    assert names["dispatcher"] == names["manager"]
    assert {told.engineer.name, other.name} == set(names["manager"])
    sent = get(client, reverse("tickets:figures_export", args=["workload", "csv"]), told.engineer)
    assert other.name not in read_csv(sent)[1][0]


# --- When and whose ---------------------------------------------------------------------------------


TODAY = date(2026, 11, 22)
DAYS = [
    ({}, 30, "the usual"),
    ({"period": "7"}, 7, "a week"),
    ({"period": "90"}, 90, "three months"),
    ({"period": ""}, 30, "nothing chosen"),
    ({"period": "nonsense"}, 30, "what is not offered"),
    ({"period": "custom", "since": "2026-01-01", "until": "2026-01-31"}, 31, "days of one's own"),
    ({"since": "2026-01-01", "until": "2026-01-31"}, 31, "as links say it"),
    ({"period": "custom"}, 30, "not chosen yet"),
    ({"period": "custom", "since": "2026-01-01"}, 30, "half chosen"),
    ({"period": "custom", "since": "2026-02-01", "until": "2026-01-01"}, 30, "backwards"),
    ({"period": "custom", "since": "2025-01-01", "until": "2026-01-01"}, 366, "a leap year's length"),
    ({"period": "custom", "since": "2024-12-31", "until": "2026-01-01"}, 30, "too long"),
    ({"period": "custom", "since": "yesterday", "until": "2026-01-01"}, 30, "no date"),
    ({"period": "custom", "since": "0001-01-01", "until": "0001-01-05"}, 30, "before the calendar"),
    ({"period": "custom", "since": "9999-12-01", "until": "9999-12-31"}, 30, "after it"),
]


@pytest.mark.parametrize(("given", "length", "why"), DAYS, ids=[why for *_case, why in DAYS])
def test_days_are_chosen(client: Client, world: World, given: dict[str, str], length: int, why: str) -> None:
    answer = get(client, person=world.manager, **given)
    assert answer.status_code == 200
    assert answer.context["asked"].period.length == length


REFUSED = [
    ({"period": "custom", "since": "2026-02-01", "until": "2026-01-01"}, "The last day comes before the first one."),
    ({"period": "custom", "since": "2026-02-01"}, "Choose both days."),
    ({"period": "custom", "since": "2024-01-01", "until": "2026-01-01"}, "A dashboard looks at 366 days at most."),
    ({"customer": "nobody"}, "No customer is called “nobody”."),
    ({"customer": "999999999999999999"}, "No customer is called “999999999999999999”."),
]


@pytest.mark.parametrize(("given", "sentence"), REFUSED)
@pytest.mark.parametrize("by_htmx", [True, False])
def test_what_makes_no_sense_is_said(client: Client, world: World, given: dict[str, str], sentence: str, *, by_htmx: bool) -> None:
    client.force_login(world.manager)
    headers = {"accept-language": "en"} | ({"HX-Request": "true"} if by_htmx else {})
    figures = text(client.get(DASHBOARD, given, headers=headers)).split('id="figures"')
    assert sentence in figures[by_htmx]


CUSTOMERS = [
    ("江城一院", "the short name"),
    ("江城第一人民医院", "the name"),
    ("第一人民", "a piece that only one has"),
    ("{id}", "the id, as links say it"),
]


@pytest.mark.parametrize(("given", "why"), CUSTOMERS, ids=[why for _given, why in CUSTOMERS])
def test_a_customer_is_found(client: Client, told: World, given: str, why: str) -> None:
    make_ticket(told, at=now(), site=make_site(make_organization("远江医院"), region=told.region), equipment=None, actor=told.dispatcher)
    answer = get(client, person=told.manager, customer=given.format(id=told.organization.pk))
    assert answer.context["asked"].scope.organization == told.organization
    assert tiles(answer)["Tickets reported"][0] == "2"
    assert 'value="江城第一人民医院"' in text(answer), "a person reads the name, not the id"


def test_several_customers_are_named(client: Client, world: World) -> None:
    make_organization("江城第二医院")
    assert "Several customers fit “江城”" in text(get(client, person=world.manager, customer="江城"))


# --- Behind the figures -------------------------------------------------------------------------------


def links(answer: HttpResponse) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Every number of the page that leads to what is behind it."""
    return {
        (table.name, row[0].text, column.label): (cell.text, cell.url)
        for section in answer.context["board"].sections
        for table in section.tables
        for row in table.rows
        for column, cell in zip(table.columns, row, strict=True)
        if cell.url
    }


def test_every_number_leads_to_as_many_rows(client: Client, told: World) -> None:
    found = links(get(client, person=told.manager))
    assert len(found) > 15
    for place, (number, url) in found.items():
        answer = get(client, url)
        if url.startswith(BEHIND):
            expected = answer.context["count"]
            assert expected == len(answer.context["page"].rows)
        elif url.startswith(reverse("tickets:queue")):
            expected = len(answer.context["page"].rows)
        else:
            continue
        assert place[2] == "Share kept" or number == str(expected), (place, url)


def test_tiles_lead_to_what_they_count(client: Client, told: World) -> None:
    answer = get(client, person=told.manager)
    for tile in answer.context["board"].tiles:
        shown = get(client, tile.url)
        assert shown.status_code == 200, tile
        if tile.number.isdigit():
            rows = shown.context["page"].rows
            assert len(rows) == int(tile.number), tile


def test_a_list_of_promises_says_what_became_of_each(client: Client, told: World) -> None:
    since, until = (day_of(now() - ago).isoformat() for ago in (timedelta(hours=2), timedelta()))  # it may be just after midnight
    answer = get(client, BEHIND, told.manager, outcome="missed", since=since, until=until)
    assert "Promises missed" in text(answer)
    assert re.search(r"核心系统宕机.*?Response.*?30 min.*? late.*?not yet", text(answer), re.DOTALL)


LISTS = [
    ({}, "no days"),
    ({"since": "2026-01-01", "until": "soon"}, "no date"),
    ({"since": "2026-01-02", "until": "2026-01-01"}, "backwards"),
    ({"since": "2020-01-01", "until": "2026-01-01"}, "too long"),
    ({"since": "2026-01-01", "until": "2026-01-01", "figure": "nothing"}, "no such figure"),
    ({"since": "2026-01-01", "until": "2026-01-01", "outcome": "maybe"}, "no such outcome"),
    ({"since": "2026-01-01", "until": "2026-01-01", "severity": "9"}, "no such severity"),
    ({"since": "2026-01-01", "until": "2026-01-01", "office": "0"}, "no such office"),
    ({"since": "2026-01-01", "until": "2026-01-01", "engineer": "x"}, "no such person"),
    ({"since": "2026-01-01", "until": "2026-01-01", "customer": "0"}, "no such customer"),
    ({"since": "0001-01-01", "until": "0001-01-01"}, "before the calendar"),
]


@pytest.mark.parametrize(("given", "why"), LISTS, ids=[why for _given, why in LISTS])
@pytest.mark.parametrize("address", [BEHIND, reverse("tickets:figures_tickets_export", args=["csv"])])
def test_a_list_that_makes_no_sense_is_refused_in_a_sentence(
    client: Client, world: World, address: str, given: dict[str, str], why: str
) -> None:
    answer = get(client, address, world.manager, **given)
    assert answer.status_code == 400
    assert "Open it from the dashboard." in text(answer)


def test_a_place_in_the_list_that_cannot_be_read_shows_the_first_page(client: Client, told: World) -> None:
    since, until = (day_of(now() - ago).isoformat() for ago in (timedelta(hours=2), timedelta()))  # it may be just after midnight
    answer = get(client, BEHIND, told.manager, outcome="missed", since=since, until=until, cursor="nonsense")
    assert len(answer.context["page"].rows) == 1


@pytest.mark.parametrize("figure", ["promises", "reported"])
def test_long_lists_are_read_page_by_page(client: Client, world: World, figure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for minutes in range(5):
        ticket = make_ticket(world, at=now() - timedelta(minutes=minutes))
        services.diagnose(ticket, actor=world.engineer, at=now(), cause="磁盘", plan="扩容")
    monkeypatch.setitem(pages.page.__kwdefaults__, "size", 4)
    first, last = (now() - timedelta(days=1)).date().isoformat(), (now() + timedelta(days=1)).date().isoformat()
    seen, cursor = [], ""
    while True:
        answer = get(client, BEHIND, world.manager, figure=figure, since=first, until=last, cursor=cursor)
        seen += [row.pk for row in answer.context["page"].rows]
        cursor = answer.context["page"].next_cursor
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == answer.context["count"] == {"promises": 10, "reported": 5}[figure]


# --- As many queries, however much there is -------------------------------------------------------------


def queries(client: Client, address: str, **facts: Any) -> int:
    get(client, address, **facts)  # plans are read into memory once
    with CaptureQueriesContext(connection) as found:
        get(client, address, **facts)
    return len(found)


def test_queries_do_not_grow_with_what_is_shown(client: Client, told: World) -> None:
    client.force_login(told.manager)
    day = day_of(now())
    days = {"since": (day - timedelta(days=2)).isoformat(), "until": day.isoformat()}
    asked: list[tuple[str, dict[str, str]]] = [
        (DASHBOARD, {}),
        (BEHIND, {**days, "figure": "reported"}),
        (BEHIND, {**days, "outcome": "missed"}),
    ]
    few = [queries(client, address, **facts) for address, facts in asked]
    for number in range(6):
        site = make_site(make_organization(f"客户 {number}"), region=told.region)
        make_ticket(told, at=now() - timedelta(minutes=70), site=site, equipment=None, actor=told.dispatcher)
        make_ticket(told, at=now() - timedelta(minutes=70))
    services.escalate_next_batch(now())
    assert [queries(client, address, **facts) for address, facts in asked] == few
    assert few[0] <= 60


# --- Spreadsheets -----------------------------------------------------------------------------------------


def read_csv(answer: HttpResponse) -> list[list[str]]:
    content = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert content.startswith("\ufeff"), "Excel reads it as UTF-8"
    return list(csv.reader(io.StringIO(content[1:])))


XML = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def read_xlsx(answer: HttpResponse) -> dict[str, list[list[str]]]:
    """The sheets of a workbook as text; no cell of them may be a formula."""
    with ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:  # type: ignore[attr-defined]
        names = [sheet.attrib["name"] for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iterfind(".//x:sheet", XML)]
        sheets = {}
        for place, name in enumerate(names, start=1):
            page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{place}.xml"))
            assert not page.findall(".//x:f", XML)
            sheets[name] = [["".join(cell.itertext()) for cell in row.iterfind("x:c", XML)] for row in page.iterfind(".//x:row", XML)]
    return sheets


def test_every_table_can_be_sent_both_ways(client: Client, told: World) -> None:
    client.force_login(told.manager)
    for name in board.names():
        lines = read_csv(get(client, reverse("tickets:figures_export", args=[name, "csv"])))
        (sheet,) = read_xlsx(get(client, reverse("tickets:figures_export", args=[name, "xlsx"]))).values()
        assert lines[0] == sheet[0]
        assert len(lines) == len(sheet), name


def test_the_numbers_sent_are_those_of_the_page(client: Client, told: World) -> None:
    sent = read_csv(get(client, reverse("tickets:figures_export", args=["kept-by-promise", "csv"]), told.manager))
    assert sent == [
        ["Promise", "Kept", "Kept, disputed", "Missed", "Share kept", "Change, points"],
        ["Response", "1", "0", "1", "0.5", ""],
        ["Diagnosis report", "1", "0", "0", "1.0", ""],
    ]
    times = read_csv(get(client, reverse("tickets:figures_export", args=["restore-time", "csv"])))
    assert times[0][2] == "Half within, hours"
    assert times[1][2] == "0.83"


def test_one_workbook_holds_everything(client: Client, told: World) -> None:
    answer = get(client, reverse("tickets:figures_export", args=["dashboard", "xlsx"]), told.manager, period="7")
    sheets = read_xlsx(answer)
    assert len(sheets) == len(board.names())
    assert len(sheets["1 Kept day by day"]) == 8
    assert answer["Content-Disposition"].startswith('attachment; filename="dashboard-')


NO_SUCH = [("kept-by-office", "pdf"), ("nothing", "csv"), ("dashboard", "csv")]


@pytest.mark.parametrize(("name", "kind"), NO_SUCH)
def test_what_is_not_there_is_not_found(client: Client, world: World, name: str, kind: str) -> None:
    assert get(client, reverse("tickets:figures_export", args=[name, kind]), world.manager).status_code == 404


def test_a_list_is_sent_whole_and_never_runs(client: Client, told: World) -> None:
    days = {"since": (day_of(now()) - timedelta(days=2)).isoformat(), "until": day_of(now()).isoformat(), "figure": "reported"}
    lines = read_csv(get(client, reverse("tickets:figures_tickets_export", args=["csv"]), told.manager, **days))
    assert [line[1] for line in lines] == ["Subject", "核心系统宕机", "'=HYPERLINK(1)"]
    (sheet,) = read_xlsx(get(client, reverse("tickets:figures_tickets_export", args=["xlsx"]), **days)).values()
    assert [row[1] for row in sheet] == ["Subject", "核心系统宕机", "'=HYPERLINK(1)"]
    promises = read_csv(get(client, reverse("tickets:figures_tickets_export", args=["csv"]), **{**days, "figure": "promises"}))
    assert sorted(line[5] for line in promises[1:]) == ["kept", "kept", "missed"]


def test_a_list_too_long_says_so_in_its_last_line(client: Client, told: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("tickets.figures.behind", "tickets.figures.lines"):
        monkeypatch.setattr(f"{module}.LONGEST_EXPORT", 1)
    days = {"since": (day_of(now()) - timedelta(days=2)).isoformat(), "until": day_of(now()).isoformat(), "figure": "reported"}
    lines = read_csv(get(client, reverse("tickets:figures_tickets_export", args=["csv"]), told.manager, **days))
    assert len(lines) == 3
    assert lines[-1] == ["There are more rows; only the newest 1 are here."]
    assert "The export holds the newest 1 row." in text(get(client, BEHIND, **days))


CELLS = [
    ("=1+1", "'=1+1", "a formula"),
    ("+86 10", "'+86 10", "a number with a sign is one as well"),
    ("-2", "'-2", "so is a minus"),
    ("@SUM(A1)", "'@SUM(A1)", "an old function"),
    ("\t=1", "'\t=1", "behind a tab"),
    ("＝1+1", "'＝1+1", "in full width"),
    ("a=b", "a=b", "in the middle it is only a sign"),
    (-2, -2, "a number is no text"),
    (None, None, "nothing stays nothing"),
    (date(2026, 11, 22), date(2026, 11, 22), "a day stays a day"),
    (
        datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC),
        datetime.fromisoformat("2026-11-22T09:02:03"),
        "a moment is told in the time of the desk",
    ),
]


@pytest.mark.parametrize(("value", "expected", "why"), CELLS, ids=[why for *_case, why in CELLS])
def test_cells_are_inert(value: Any, expected: Any, why: str) -> None:
    assert exports.inert(value) == expected


def test_sheets_have_names_that_excel_takes() -> None:
    assert exports._sheet_name("Kept: by office / customer [all] and much more of it", 3) == "3 Kept  by office   customer  a"


# --- In the browser -----------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("language", "screen"), [("zh-hans", WIDE), ("en", NARROW)])
def test_charts_are_drawn_and_everybody_can_read_them(
    page: Page, context: BrowserContext, live_server: Any, told: World, language: str, screen: Any
) -> None:
    enter(context, told.manager, live_server.url, language=language)
    page.set_viewport_size(screen)
    page.goto(DASHBOARD)
    page.locator("#kept-by-day svg").wait_for()
    drawn = page.locator("[data-chart]").count()
    assert drawn == page.locator("[data-chart] svg").count() >= 8
    for summary in page.locator(".chart-table summary").all():
        summary.press("Enter")
    assert page.locator(".chart-table[open]").count() == drawn
    assert complaints(page) == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_another_period_is_drawn_without_reload(page: Page, context: BrowserContext, live_server: Any, told: World) -> None:
    enter(context, told.manager, live_server.url, language="en")
    page.goto(DASHBOARD)
    page.evaluate("document.body.dataset.mark = 'same page'")
    assert not page.get_by_label("First day", exact=True).is_visible()
    page.get_by_label("Period", exact=True).select_option("7")
    page.wait_for_url("**period=7**")
    page.locator("#kept-by-day svg").wait_for()
    assert page.evaluate("document.body.dataset.mark") == "same page"
    page.get_by_label("Period", exact=True).select_option("custom")
    page.get_by_label("First day", exact=True).wait_for()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("screen", [WIDE, NARROW])
def test_the_keyboard_leads_from_a_number_to_its_tickets(
    page: Page, context: BrowserContext, live_server: Any, told: World, screen: Any
) -> None:
    enter(context, told.manager, live_server.url, language="en")
    page.set_viewport_size(screen)
    page.goto(DASHBOARD)
    figure = page.locator("#kept-by-promise")
    figure.locator("summary").press("Enter")
    figure.get_by_role("row", name="Response").get_by_role("link").last.press("Enter")
    page.get_by_role("heading", name="Promises missed").wait_for()
    assert complaints(page) == []
    page.get_by_role("link", name="核心系统宕机").press("Enter")
    page.wait_for_url(f"**/tickets/{Ticket.objects.get(subject='核心系统宕机').number}/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_without_script_the_tables_are_there(browser: Any, live_server: Any, told: World) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    enter(context, told.manager, live_server.url, language="en")
    page = context.new_page()
    page.goto(DASHBOARD)
    assert not page.locator("#kept-by-office [data-chart]").is_visible()
    page.locator("#kept-by-office summary").click()
    page.locator("#kept-by-office").get_by_role("row", name="East China office").wait_for()
    page.get_by_label("Period", exact=True).select_option("90")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**period=90**")
    context.close()
