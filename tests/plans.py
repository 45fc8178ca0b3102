"""The plans that come with the product, loaded for a test."""

from __future__ import annotations

from datetime import UTC, datetime

from sla import loading

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def load_shipped_plans(at: datetime = LONG_AGO) -> list[loading.Loaded]:
    """Load every shipped calendar and plan, valid from an instant before the test's own."""
    return loading.load(loading.shipped_files(), actor=None, at=at)
