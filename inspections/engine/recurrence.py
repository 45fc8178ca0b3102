"""The turns of a plan: a rule (RFC 5545) says when, a period or a window says until when."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from dateutil.rrule import rrule, rrulestr

from core import periods

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS", "WKST"})
FREQUENCIES = frozenset({"WEEKLY", "MONTHLY", "YEARLY"})
LONGEST = 200
SAFE_DAY = 28
"""Every month has this day; for later ones the rule takes the last that there is."""
REACH = timedelta(days=5 * 366)
"""A rule whose next turn is further away than this has none."""
A_DAY = timedelta(days=1)
LAST = date(2199, 12, 31)


class RuleProblem(ValueError):
    """A rule that cannot be taken: a code for the sentence, and the word it is about."""

    def __init__(self, code: str, word: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.word = word


@dataclass(frozen=True, slots=True)
class Turn:
    """One visit that is owed: what it is called, the day the rule names, and the days within which it is to be done."""

    key: str
    day: date
    first: date
    last: date


def preset_rule(every: str, starts_on: date) -> str:
    """Write the rule of a usual rhythm; a day that a short month lacks becomes that month's last."""
    kind, interval, month = {
        periods.MONTH: ("MONTHLY", "", ""),
        periods.QUARTER: ("MONTHLY", ";INTERVAL=3", ""),
        "four": ("MONTHLY", ";INTERVAL=3", ""),
        periods.YEAR: ("YEARLY", "", f";BYMONTH={starts_on.month}"),
    }[every]
    days = range(min(starts_on.day, SAFE_DAY), starts_on.day + 1)
    chosen = f";BYMONTHDAY={','.join(map(str, days))}"
    return f"FREQ={kind}{interval}{month}{chosen}" + (";BYSETPOS=-1" if len(days) > 1 else "")


def check_rule(rule: str, starts_on: date, *, once_a_month: bool = False) -> str:
    """Answer a rule as it is kept, or raise RuleProblem; with a window, a month may have one turn only."""
    written = rule.strip().upper().removeprefix("RRULE:").strip(";")
    if not written or len(written) > LONGEST or "\n" in written:
        raise RuleProblem("unreadable", rule[:40])
    parts = [part.partition("=") for part in written.split(";")]
    for name, equals, value in parts:
        if name not in PARTS or not equals or not value:
            raise RuleProblem("unknown", name)
    names = [name for name, _equals, _value in parts]
    if len(set(names)) < len(names):
        raise RuleProblem("twice", next(name for name in names if names.count(name) > 1))
    given = {name: value for name, _equals, value in parts}
    if given.get("FREQ") not in FREQUENCIES:
        raise RuleProblem("frequency", given.get("FREQ", ""))
    if not (given.get("INTERVAL", "1").isdecimal() and 1 <= int(given.get("INTERVAL", "1")[:6]) <= 60):  # noqa: PLR2004
        raise RuleProblem("interval", given["INTERVAL"])
    found = list(islice(_days(_parsed(written, starts_on), starts_on, starts_on + REACH), 60))
    if not found:
        raise RuleProblem("never")
    if once_a_month and len({(day.year, day.month) for day in found}) < len(found):
        raise RuleProblem("window")
    return written


def _parsed(rule: str, starts_on: date) -> rrule:
    try:
        parsed = rrulestr(rule, dtstart=datetime.combine(starts_on, time()), ignoretz=True)
    except (ValueError, TypeError, OverflowError) as error:
        raise RuleProblem("unreadable", rule) from error
    if not isinstance(parsed, rrule):
        raise RuleProblem("unreadable", rule)
    return parsed


def _days(parsed: rrule, since: date, until: date) -> Iterator[date]:
    """Yield the days of a rule within a span."""
    end = min(until, LAST)
    for moment in parsed.xafter(datetime.combine(since, time()), inc=True):
        if moment.date() > end:
            return
        yield moment.date()


def turns(every: str, rule: str, starts_on: date, since: date, *, window: tuple[int, int] | None = None) -> Iterator[Turn]:
    """Yield the turns that can still be kept on a day, in their order.

    Those whose time passed while nobody planned are left out: nobody can visit in the past.
    """
    parsed = _parsed(rule, starts_on)
    # A turn may be long past and still be owed, until its period ends or the next one comes.
    days = _days(parsed, max(starts_on, since - REACH), max(starts_on, since) + REACH)
    before: date | None = None
    for day in days:
        if before is not None:
            turn = _turn(every, before, day, window)
            if turn.last >= since:
                yield turn
        before = day
    if before is not None:
        turn = _turn(every, before, None, window)
        if turn.last >= since:
            yield turn


def _turn(every: str, day: date, following: date | None, window: tuple[int, int] | None) -> Turn:
    first, last, key = _period(every, day, following)
    if window is None:
        return Turn(key, day, first, last)
    length = monthrange(day.year, day.month)[1]
    return Turn(key, day, day.replace(day=min(window[0], length)), day.replace(day=min(window[1], length)))


def _period(every: str, day: date, following: date | None) -> tuple[date, date, str]:
    """Answer within which days a turn is owed, and its name: a calendar period, or the time until the next turn."""
    if every in periods.MONTHS:
        return periods.first_day(every, day), periods.last_day(every, day), periods.key(every, day)
    return day, following - A_DAY if following else day + timedelta(days=90), day.isoformat()
