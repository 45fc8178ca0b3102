"""Whatever is changed or taken out of a record behind the application's back is found, and where."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from core.chain import BEGIN, Line, breaks, canonical, link
from documents import services as documents
from servicedesk import verifying
from tests.documents.worlds import STROKES, make_document
from tests.worlds import NOON, make_promising_world, make_ticket
from tickets import services
from tickets.models import Event

pytestmark = pytest.mark.django_db


class Said(Line):
    """A line that is never stored."""

    class Meta:
        app_label = "tests"
        abstract = True

    def __init__(self, seq, text):
        self.seq, self.text, self.hash = seq, text, ""

    def said(self):
        return {"seq": self.seq, "text": self.text}


def make_record(texts):
    lines, before = [], BEGIN
    for seq, text in enumerate(texts, 1):
        lines.append(Said(seq, text))
        before = lines[-1].seal(before)
    return lines, before


@given(st.lists(st.text(max_size=8), min_size=1, max_size=8), st.data())
def test_any_one_change_of_a_record_is_found_at_its_place(texts, data):
    lines, head = make_record(texts)
    assert not list(breaks(lines, count=len(lines), head=head))
    place = data.draw(st.integers(1, len(lines)))
    how = data.draw(st.sampled_from(["change", "remove", "swap hash"]))
    if how == "change":
        lines[place - 1].text += "!"
    elif how == "remove":
        del lines[place - 1]
    else:
        lines[place - 1].hash = link("x")
    found = list(breaks(lines, count=len(texts), head=head))
    assert found
    assert found[0][0] == place or (how == "remove" and place == len(texts) and found[0] == (place, "cut"))


def test_data_is_spelled_the_same_whatever_database_it_went_through():
    assert canonical({"b": 1.0, "a": (1, None, "中")}) == canonical({"a": [1, None, "中"], "b": 1}) == '{"a":[1,null,"中"],"b":1}'


def verify() -> str:
    out = io.StringIO()
    call_command("verify_records", stdout=out)
    return out.getvalue()


def lived():
    world = make_promising_world()
    ticket = make_ticket(world)
    services.contact(ticket, actor=world.engineer, at=NOON, text="已联系，正在处理")
    services.note(ticket, actor=world.engineer, at=NOON, text="电池")
    services.diagnose(ticket, actor=world.engineer, at=NOON, cause="电池失效", plan="更换")
    return world, ticket


CHANGES = [
    ("UPDATE tickets_event SET text = 'x' WHERE ticket_id = %s AND seq = 2", (2, "changed")),
    ("UPDATE tickets_event SET at = '2026-01-01 00:00:00+00' WHERE ticket_id = %s AND seq = 1", (1, "changed")),
    ("UPDATE tickets_event SET actor_id = NULL WHERE ticket_id = %s AND seq = 4", (4, "changed")),
    ("DELETE FROM tickets_event WHERE ticket_id = %s AND seq = 3", (3, "missing")),
    ("DELETE FROM tickets_event WHERE ticket_id = %s AND seq = 4", (4, "cut")),
    ("UPDATE tickets_ticket SET event_count = 3 WHERE id = %s", (4, "cut")),
]


@pytest.mark.parametrize(("statement", "found"), CHANGES, ids=[statement[:48] for statement, _found in CHANGES])
def test_a_row_changed_with_sql_is_found(statement, found):
    _world, ticket = lived()
    assert "4 行" in verify() or "4 lines" in verify()
    with connection.cursor() as cursor:
        cursor.execute(statement, [ticket.pk])
    first = next(verifying.records([]))
    assert (first.line, first.what) == found
    assert ticket.number in first.of
    with pytest.raises(CommandError):
        verify()


def test_levels_that_fire_in_a_sweep_are_chained_as_well():
    world = make_promising_world()
    ticket = make_ticket(world)
    assert services.escalate_due(at=NOON + timedelta(hours=2))
    assert Event.objects.filter(ticket=ticket, type="escalated").exists()
    assert not list(verifying.records([]))


def test_a_document_or_file_that_was_touched_is_found():
    world, _ticket = lived()
    document = make_document(world)
    documents.sign(document, name="赵主任", strokes=STROKES, seen=document.content_hash, actor=world.engineer, at=NOON)
    made = documents.made_file(document, "en", at=NOON)
    assert not list(verifying.documents())
    with default_storage.open(made.file.name, "ab") as file:
        file.write(b" ")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE documents_document SET content = %s WHERE id = %s", ['{"sheets": {}}', document.pk])
        cursor.execute("UPDATE documents_signature SET seen = 'x'")
    assert [(finding.of.split()[0], finding.what) for finding in verifying.documents()] == [
        ("document", "changed"),
        ("signature", "changed"),
        ("file", "changed"),
    ]
    default_storage.delete(made.file.name)
    assert [finding.what for finding in verifying.documents()][-1] == "missing"
