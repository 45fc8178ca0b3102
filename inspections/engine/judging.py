"""What a figure means against its limits. Pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

LARGEST = Decimal(10) ** 10
PLACES = 4


def read_number(words: str) -> Decimal | None:
    """Answer what was typed as a number that a column can hold, or None; a decimal comma and a percent sign are forgiven."""
    written = words.strip().replace(",", ".").removesuffix("%").strip()
    try:
        value = Decimal(written)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) >= LARGEST:
        return None
    return round(value, PLACES)


def within(value: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    """Whether a value keeps both limits; a limit itself is kept."""
    return (low is None or value >= low) and (high is None or value <= high)
