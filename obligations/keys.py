"""The names that make an obligation one: the same words, the same row, however often and by however many workers it is entered."""

from __future__ import annotations


def of(code: str, contract: int, period: str) -> str:
    """Answer the key of what a contract's plan makes recur; ``period`` is 2026, 2026Q4, 2026-10, or nothing for what is owed once."""
    return f"{code}:contract:{contract}:{period}"
