"""What a conformance kit demands beyond the official files, each demand a test."""

from __future__ import annotations

import pytest


def test_a_ticket_is_made_of_the_three_mandatory_attributes_and_read_back_as_it_was_said(theirs):
    for slash in ("", "/"):
        answer = theirs.post(theirs.ticket(), f"troubleTicket{slash}")
        assert answer.status_code == 201
        made = answer.json()
        assert answer.headers["Location"] == made["href"]
        assert answer.headers["Content-Type"].replace(" ", "") == "application/json;charset=utf-8"
        read = theirs.http.get(made["href"]).json()
        assert read == made
        assert (read["description"], read["severity"], read["ticketType"]) == ("挂号系统打不开", "High", "incident")
        assert read["status"] == "acknowledged"


@pytest.mark.parametrize("status", ["resolved", "nonsense", 7, None])
def test_a_status_is_passed_over_when_a_ticket_is_made(theirs, status):
    assert theirs.made(status=status)["status"] == "acknowledged"


@pytest.mark.parametrize("missing", ["ticketType", "severity", "description"])
def test_what_is_mandatory_is_asked_for_with_400(theirs, missing):
    sent = theirs.ticket()
    del sent[missing]
    answer = theirs.post(sent)
    assert answer.status_code == 400
    said = answer.json()
    assert (said["code"], said["status"]) == ("bad_document", "400")
    assert missing in said["message"]
    assert said["reason"]


@pytest.mark.parametrize(
    "wrong", [{"note": {"text": "x", "author": "y"}}, {"severity": 1}, {"requestedResolutionDate": "soon"}, {"name": None}]
)
def test_what_has_another_form_is_refused_with_400(theirs, wrong):
    answer = theirs.post(theirs.ticket(**wrong))
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_document")


@pytest.mark.parametrize("odd", ['"\\ud83d"', "1e999", "-1e999", "NaN"])
@pytest.mark.parametrize(
    "within", ['"name": %s', '"relatedEntity": [{"id": "1", "deep": {"deeper": [%s]}}]', '"attachment": [{"size": {"amount": %s}}]']
)
def test_what_could_not_be_written_again_is_refused_however_deep_it_stands(theirs, odd, within):
    """Kept, it would make every list fail that it stands in, and every message that tells of it."""
    mandatory = '"description": "x", "severity": "High", "ticketType": "incident"'
    answer = theirs.http.post(theirs.url("troubleTicket"), f"{{{mandatory}, {within % odd}}}", content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert theirs.get().json() == []


def test_fields_are_exactly_those_that_are_asked_for(theirs):
    made = theirs.made()
    assert set(theirs.get(f"troubleTicket/{made['id']}", "fields=status,severity").json()) == {"status", "severity"}
    assert all(set(row) == {"id", "severity"} for row in theirs.get(query="fields=severity").json())


def test_a_list_begins_with_the_newest_and_each_row_says_what_is_mandatory(theirs, ours, world):
    from core.time import now
    from tests.worlds import make_ticket

    make_ticket(world, at=now())
    made = [theirs.made()["id"] for _ in range(3)]
    rows = theirs.get().json()
    assert [row["id"] for row in rows[:3]] == made[::-1]
    for row in rows:
        assert all(isinstance(row[name], str) for name in ("id", "href", "description", "severity", "ticketType")), row


def test_filters_go_by_the_callers_own_words_exactly(theirs):
    high, low = theirs.made(), theirs.made(severity="high", ticketType="大事")
    assert [row["id"] for row in theirs.get(query="severity=High").json()] == [high["id"]]
    assert [row["id"] for row in theirs.get(query="severity=high").json()] == [low["id"]]
    assert [row["id"] for row in theirs.get(query="ticketType=%E5%A4%A7%E4%BA%8B").json()] == [low["id"]]
    assert theirs.get(query="ticketType=nothing").json() == []


@pytest.mark.parametrize("key", ["0", "-1", "SD-20260101-9999", "a%20b", "%00", "x" * 500, "1e9", "%F0%9F%8E%AB", "..%2F..%2Fetc"])
def test_an_unknown_id_of_any_form_is_not_found(theirs, key):
    answer = theirs.get(f"troubleTicket/{key}")
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (404, "404", "not_found")


def test_notes_and_words_come_back_byte_for_byte(theirs):
    note = {"author": " Li Na ", "date": "2026-11-23T12:00:00.123+08:00", "text": "  two  spaces\n\ttab\u0000 \U0001f600 "}
    if theirs.version == "v5":
        note["@type"] = "Note"
    made = theirs.made(note=[note], severity="  sev-X ", description=" 描述\r\n ", name="\t名")
    assert {name: made["note"][0][name] for name in note} == note
    assert made["note"][0]["id"]
    assert (made["severity"], made["description"], made["name"]) == ("  sev-X ", " 描述\r\n ", "\t名")
