"""Pages of a long list by key."""

from __future__ import annotations

import base64
import json

import pytest
from django.test import RequestFactory
from rest_framework.request import Request

from core.api_pages import KeysetPagination
from core.errors import Invalid
from core.pages import BadCursor, Cursor, page
from customers.models import Organization
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    """Ten rows, of which four share a name."""
    for index in range(10):
        worlds.make_organization(name="same" if 3 <= index <= 6 else f"name {index}")
    return Organization.objects.all()


def walk(rows, **how):
    """All rows, page by page to the end."""
    seen, cursor = [], ""
    while True:
        found = page(rows, cursor=cursor, size=3, **how)
        seen += found
        if not found.has_next:
            return seen
        cursor = found.next_cursor


def walk_back(rows, start, **how):
    seen, cursor = list(start), start.previous_cursor
    while cursor:
        found = page(rows, cursor=cursor, size=3, **how)
        seen = [*found, *seen]
        cursor = found.previous_cursor
    return seen


@pytest.mark.parametrize("by", ["pk", "name"])
@pytest.mark.parametrize("descending", [True, False])
def test_every_row_is_met_once_in_order_both_ways(rows, by, descending):
    sign = "-" if descending else ""
    expected = list(rows.order_by(f"{sign}{by}", f"{sign}pk"))
    assert walk(rows, by=by, descending=descending) == expected
    last = page(rows, by=by, descending=descending, size=3)
    while last.has_next:
        last = page(rows, by=by, descending=descending, cursor=last.next_cursor, size=3)
    assert walk_back(rows, last, by=by, descending=descending) == expected


def test_the_first_page_has_nothing_before_and_the_last_nothing_after(rows):
    first = page(rows, size=6)
    last = page(rows, size=6, cursor=first.next_cursor)
    assert (first.has_previous, first.has_next, len(first)) == (False, True, 6)
    assert (last.has_previous, last.has_next, len(last)) == (True, False, 4)


def test_a_row_that_arrives_meanwhile_moves_no_page(rows):
    first = page(rows, by="name", size=3)
    before = page(rows, by="name", size=3, cursor=first.next_cursor).rows
    worlds.make_organization(name="aaa comes first")
    assert page(rows, by="name", size=3, cursor=first.next_cursor).rows == before


def test_when_the_rows_are_gone_the_page_leads_back(rows):
    first = page(rows, size=9)
    Organization.objects.filter(pk__gt=first.rows[-1].pk).delete()
    empty = page(rows, size=9, cursor=first.next_cursor)
    assert (len(empty), empty.has_next, empty.has_previous) == (0, False, True)
    assert page(rows, size=9, cursor=empty.previous_cursor).rows == first.rows[:-1]


def test_a_page_is_one_query(rows, django_assert_num_queries):
    with django_assert_num_queries(1):
        page(rows, by="name", size=3)


def word(*parts) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("not a cursor", id="a word that was typed"),
        pytest.param("é" * 5, id="not even base64"),
        pytest.param("[" * 3000, id="overlong"),
        pytest.param(word("pk", 0, "i", 1, 1), id="of a list in another order"),
        pytest.param(word("name", 0, "s", "x\0", 1), id="a character that PostgreSQL refuses"),
        pytest.param(word("name", 0, "s", 5, 1), id="a number for a text"),
        pytest.param(word("name", 0, "t", "2026-01-01", 1), id="a moment without a zone"),
        pytest.param(word("name", 0, "t", "0001-01-01T00:00:00+14:00", 1), id="a moment before all calendars"),
        pytest.param(word("name", 0, "i", 10**30, 1), id="larger than any column"),
        pytest.param(word(*("name", 0, "s", "x", True)), id="a boolean for an id"),
        pytest.param(word("name", 0, ["s"], "x", 1), id="a list for a type"),
        pytest.param(word("name", 0, "s"), id="too short"),
        pytest.param(base64.urlsafe_b64encode(b'{"a": 1}').decode(), id="an object"),
        pytest.param(base64.urlsafe_b64encode(b"\xff\xfe").decode(), id="not text"),
    ],
)
def test_a_place_that_cannot_be_read_is_refused_in_a_sentence(rows, cursor):
    with pytest.raises(BadCursor) as refused:
        page(rows, by="name", cursor=cursor)
    assert refused.value.stable_code == "bad_cursor"
    assert refused.value.status == 400


@pytest.mark.parametrize("value", [5, "江城", 1.5, worlds.NOON, worlds.NOON.date()])
def test_what_is_written_is_read_again(value):
    cursor = Cursor("by", backward=True, value=value, pk=7)
    assert Cursor.decode(cursor.encode(), "by") == cursor


def api_page(rows, **query):
    request = Request(RequestFactory().get("/api/v1/organizations/", {"code": "x y", **query}))
    pages = KeysetPagination()
    found = pages.paginate_queryset(rows, request)
    return pages.get_paginated_response([row.pk for row in found]).data


def test_the_api_links_to_the_neighbours_and_keeps_the_filters(rows):
    first = api_page(rows, page_size="4")
    assert len(first["results"]) == 4
    assert first["previous"] is None
    assert first["next"].startswith("http://testserver/api/v1/organizations/?code=x+y&page_size=4&cursor=")


@pytest.mark.parametrize(("wanted", "given"), [("2", 2), ("", 10), ("9" * 50, 10)])
def test_a_page_is_as_long_as_was_asked_for_within_reason(rows, wanted, given):
    assert len(api_page(rows, page_size=wanted)["results"]) == given


@pytest.mark.parametrize("wanted", ["0", "-3", "x", "²"])
def test_a_page_size_that_is_no_number_is_refused(rows, wanted):
    with pytest.raises(Invalid):
        api_page(rows, page_size=wanted)
