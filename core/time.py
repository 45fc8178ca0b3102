"""The one place where the time is read; called at the edges only (view, API, task, command)."""

from __future__ import annotations

from datetime import UTC, datetime

FAR = datetime(9999, 1, 1, tzinfo=UTC)
"""Sorts after every real instant: "nothing is due"."""


def now() -> datetime:
    """Answer the current instant in UTC, in whole seconds (rule 1 of the clock)."""
    return datetime.now(UTC).replace(microsecond=0)


def epoch(at: datetime) -> int:
    """Answer an aware instant as whole seconds since 1970 (the engine's unit)."""
    return int(at.timestamp())


def instant(seconds: int) -> datetime:
    """Answer whole seconds since 1970 as an aware instant in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
