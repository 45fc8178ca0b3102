"""The plans that come with the product, loaded for a test."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from sla import loading, reading
from tests.remembering import remembered

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


@cache
def _shipped() -> list[reading.Document]:
    """Read the files once for all tests of a process: that takes longer than loading them."""
    return loading.read_files(loading.shipped_files())


@remembered
def load_shipped_plans(at: datetime = LONG_AGO) -> list[loading.Loaded]:
    """Load every shipped calendar and plan, valid from an instant before the test's own."""
    return loading.load_documents(_shipped(), actor=None, at=at)
