"""Files with parts that cannot be read: each is told of by its line, nothing is dropped or garbled in silence."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.transfer.worlds import begin, tried
from tests.worlds import make_promising_world
from tickets.models import Ticket
from transfer import words
from transfer.engine import reading
from transfer.engine.rows import LARGEST_CELL, LONGEST_READ, Broken, Row

HEAD = "number,subject,organization,created at\n"
LATE = (HEAD + "A-1,plain,江城第一人民医院,2025-01-01\n").encode() + b"\n" * reading.HEAD
"""More than what the encoding is told from; in line 262147 what comes next begins."""


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def rows(name: str, content: bytes) -> list[Row | Broken]:
    source = reading.opened(io.BytesIO(content), name)
    return list(source.rows(source.tables[0]))


def test_another_encoding_further_behind_is_told_of_by_its_line():
    content = LATE + "A-2,乱码,江城第一人民医院,2025-01-01\n".encode("gb18030") + "A-3,好的\ufffd,x,2025-01-01\n".encode()
    first, second, third = rows("t.csv", content)
    assert isinstance(first, Row)
    assert (second.line, second.code) == (reading.HEAD + 3, "unreadable_signs")
    assert third.data["subject"] == "好的\ufffd", "a sign that the file itself holds stays"


def test_another_encoding_in_json_lines_is_told_of_by_its_line():
    content = b'{"a": "x"}\n' + b"\n" * reading.HEAD + json.dumps({"a": "乱码"}, ensure_ascii=False).encode("gb18030") + b'\n{"a": "y"}\n'
    first, second, third = rows("t.jsonl", content)
    assert (first.data, third.data) == ({"a": "x"}, {"a": "y"})
    assert (second.line, second.code) == (reading.HEAD + 2, "unreadable_signs")


@pytest.mark.parametrize("quoted", [True, False])
def test_a_cell_that_is_too_long_takes_no_other_row_with_it(quoted):
    long = "x" * (LARGEST_CELL + 1)
    cell = f'"{long}\nA-9,no row,x,2025-01-01"' if quoted else long
    found = rows("t.csv", f"{HEAD}A-1,{cell},x,2025-01-01\nA-2,fine,x,2025-01-01\n".encode())
    assert [(type(row), row.line) for row in found] == [(Broken, 2), (Row, 4 if quoted else 3)]
    assert found[0].code == "too_long_to_read"


def test_a_line_of_json_that_is_too_long_is_one_line():
    long = json.dumps({"a": "x" * (2 * LARGEST_CELL)})
    _first, second, third = rows("t.jsonl", f'{{"a": "1"}}\n{long}\n{{"a": "2"}}\n'.encode())
    assert (second.line, second.code) == (2, "too_long_to_read")
    assert (third.line, third.data) == (3, {"a": "2"})


@pytest.mark.django_db
def test_a_table_whose_end_cannot_be_found_fails_its_dry_run_and_is_not_brought_in():
    from core.errors import NotNow
    from transfer import services

    world = make_promising_world()
    body = 'A-1,"never closed,江城第一人民医院,2025-01-01\n' + "A-2,behind,江城第一人民医院,2025-01-01\n" * 20
    rest = "A-0,fine,江城第一人民医院,2025-01-01\n" * 300
    csv.field_size_limit(200)
    try:
        row = tried(world.manager, "t.csv", HEAD + rest + body)
    finally:
        csv.field_size_limit(LONGEST_READ)
    assert (row.state, row.total) == ("failed", 0)
    assert "302" in row.trouble
    with pytest.raises(NotNow):
        services.run(row, actor=world.manager, at=row.asked_at)
    assert not Ticket.objects.exists()


@pytest.mark.django_db
def test_what_cannot_be_read_is_a_problem_of_its_row():
    world = make_promising_world()
    content = LATE + "A-2,乱码,江城第一人民医院,2025-01-01\n".encode("gb18030")
    row = tried(world.manager, "t.csv", content)
    problem = row.problems.get()
    assert (problem.line, problem.is_refused) == (reading.HEAD + 3, True)
    assert "UTF-8" in words.sentence(problem)
    assert begin(world.manager, "u.csv", HEAD.encode())
