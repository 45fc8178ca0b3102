"""Many rows in one statement are the rows that would have been written one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from core.bulk import insert_many, insert_missing, update_many
from notifications.models import Message

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC)
WORDS = "“引号”\\n \"'%s \\ é 😀\n第二行"


def message(key: str, **given: object) -> Message:
    facts = {"address": "a@example.com", "channel": "email", "kind": "ticket_closed", "created_at": AT, **given}
    return Message(dedupe_key=key, **facts)


def as_written(row: Message) -> dict[str, object]:
    kept = Message.objects.filter(pk=row.pk).values().get()
    return {name: value for name, value in kept.items() if name != "id"}


def wanted(row: Message) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in Message._meta.concrete_fields if field.attname != "id"}


def rows() -> list[Message]:
    return [
        message("a", last_error=WORDS, context={"text": WORDS, "none": None, "list": [1, {"x": True}]}, urgent=True, attempts=3),
        message("b", sent_at=AT, state="sent", leased_until=None),
        message("c", context={}),
    ]


def test_new_rows_are_written_as_they_are_and_know_their_ids() -> None:
    written = rows()
    insert_many(written)
    assert len({row.pk for row in written}) == 3
    for row in written:
        assert as_written(row) == wanted(row)
        assert not row._state.adding


def test_rows_that_stand_there_are_left_as_they_are() -> None:
    message("b", last_error="first").save()
    insert_missing(rows())
    assert dict(Message.objects.values_list("dedupe_key", "last_error")) == {"a": WORDS, "b": "first", "c": ""}


def test_only_the_named_columns_are_changed() -> None:
    written = rows()
    insert_many(written)
    for row in written:
        row.attempts, row.context, row.leased_until, row.address = 9, {"text": WORDS}, AT, "b@example.com"
    update_many(written[:2], ["attempts", "context", "leased_until"])
    for row in written[:2]:
        assert as_written(row) == {**wanted(row), "address": "a@example.com"}
    assert Message.objects.get(dedupe_key="c").attempts == 0


def test_nothing_is_nothing_to_write(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        insert_many([])
        insert_missing([])
        update_many([], ["attempts"])
