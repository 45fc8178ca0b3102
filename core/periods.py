"""Months, quarters and years as what recurring work is counted by. Pure: dates in, dates and words out."""

from __future__ import annotations

from datetime import date
from typing import Final

from dateutil.relativedelta import relativedelta

MONTH, QUARTER, YEAR = "month", "quarter", "year"
MONTHS: Final = {MONTH: 1, QUARTER: 3, YEAR: 12}


def key(every: str, day: date) -> str:
    """Answer the name of the period a day is in: 2026-10, 2026Q4, 2026."""
    if every == MONTH:
        return f"{day:%Y-%m}"
    return f"{day.year}Q{(day.month + 2) // 3}" if every == QUARTER else f"{day.year}"


def first_day(every: str, day: date) -> date:
    """Answer the first day of the period a day is in."""
    length = MONTHS[every]
    return date(day.year, (day.month - 1) // length * length + 1, 1)


def last_day(every: str, day: date) -> date:
    """Answer the last day of the period a day is in."""
    return first_day(every, day) + relativedelta(months=MONTHS[every], days=-1)


def turn_on_or_after(every: str, starts_on: date, day: date) -> date:
    """Answer the first turn on or after a day of what recurs from ``starts_on`` on.

    Counted from the start and not from the turn before: a plan that starts on the 31st comes on the 30th in
    April and on the 31st again in May, one turn in each calendar period.
    """
    length = MONTHS[every]
    months = (day.year - starts_on.year) * 12 + day.month - starts_on.month
    turns = max(months // length - 1, 0)
    while (turn := starts_on + relativedelta(months=turns * length)) < day:
        turns += 1
    return turn
