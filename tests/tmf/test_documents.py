"""Tickets as documents, without a server."""

from __future__ import annotations

from tests.worlds import NOON
from tmf.documents import Shown, written
from tmf.shapes import V4, V5


def test_a_place_of_a_schema_that_is_no_uri_is_not_shown_in_version_4():
    words = {"@schemaLocation": "t", "relatedEntity": [{"id": "e", "@schemaLocation": "https://x.example/s.json"}]}
    said = {"severity": 2, "kind": "fault", "subject": "s", "description": "d", "status": "acknowledged"}
    shown = Shown(id="T-1", words=words, created_at=NOON, updated_at=NOON, **said)
    assert written(shown, V5, "http://x")["@schemaLocation"] == "t"
    found = written(shown, V4, "http://x")
    assert "@schemaLocation" not in found
    assert found["relatedEntity"][0]["@schemaLocation"] == "https://x.example/s.json"
