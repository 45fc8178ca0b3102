"""What is known by heart is known anew by every process as soon as a change is committed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from core.byheart import ByHeart

pytestmark = pytest.mark.once


class Rows:
    """Stands for a table that counts how often it is read."""

    def __init__(self) -> None:
        self.rows: tuple[str, ...] = ()
        self.reads = 0

    def read(self) -> tuple[str, ...]:
        self.reads += 1
        return self.rows


@pytest.fixture
def rows() -> Rows:
    cache.clear()
    return Rows()


def test_it_is_read_once_and_again_after_a_change_of_another_process(db: None, rows: Rows, django_capture_on_commit_callbacks: Any) -> None:
    ours, theirs = (ByHeart("test", rows.read, ()) for _process in range(2))
    assert [theirs(), theirs(), ours()] == [(), (), ()]
    assert rows.reads == 2
    with django_capture_on_commit_callbacks(execute=True):
        rows.rows = ("new",)
        ours.forget()
        assert ours() == ("new",), "within its own transaction at once"
        assert theirs() == (), "not before the commit"
    assert theirs() == ("new",)
    assert ours() == ("new",)


def test_without_the_cache_a_change_is_known_a_little_later(db: None, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    known = ByHeart("test", rows.read, ())
    assert known() == ()
    rows.rows = ("new",)
    assert known() == ()
    monkeypatch.setattr("core.byheart.time.monotonic", lambda: known._until)
    assert known() == ("new",)
