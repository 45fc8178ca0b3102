"""The table is the queue: claim rows under a lock, in batches, until none is left."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound="Model")


def claim(rows: QuerySet[Row], limit: int, *, of: tuple[str, ...] = ()) -> list[Row]:
    """Lock and answer up to ``limit`` rows that nobody else holds; call inside a transaction.

    SQLite has no row locks: its immediate transactions already let one writer in at a time.
    """
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=of)
    return list(rows[:limit])


@contextmanager
def _no_collection() -> Iterator[None]:
    """Leave the collector of cyclic garbage aside for a round: among tens of thousands of new rows it only walks them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def drain(step: Callable[..., int], *, rounds: int = 1000, **given: Any) -> int:
    """Call ``step`` until it has nothing left to do; answer how many rows were done in all."""
    total = 0
    for _ in range(rounds):
        with _no_collection():
            done = step(**given)
        if not done:
            break
        total += done
    return total
