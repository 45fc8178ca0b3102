"""Calendars as iCalendar files (RFC 5545): days off as all-day events, date-specific hours as timed ones.

Time zone and weekly hours cannot be told this way: an iCalendar file is a list of events.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import icalendar
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.calendars.content import LONGEST_SPAN, Dates, clean_name, dates_of, each_day
from sla.calendars.files import MOST_ROWS
from sla.calendars.year import FIRST_YEAR, LAST_YEAR
from sla.reading import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sla.calendars.content import Content

HOLIDAY, CLOSED, OPEN = "HOLIDAY", "CLOSED", "OPEN"
PRODUCT = "-//Pledge Desk//Calendars//EN"
CALLED = {HOLIDAY: gettext_lazy("Holiday"), CLOSED: gettext_lazy("Closed day"), OPEN: gettext_lazy("Open hours")}
DAY = timedelta(days=1)
MIDNIGHT = time(0, 0)
REPEATS = ("RRULE", "RDATE", "EXDATE")


def write_ical(content: Content, *, code: str, name: str, at: datetime, year: int | None = None, since: int | None = None) -> bytes:
    """Write the days of a calendar, of one year, or from a year on; ``at`` is when the version began, the stamp of every event."""
    zone = ZoneInfo(content["timezone"])
    out = icalendar.Calendar()
    for key, value in (("prodid", PRODUCT), ("version", "2.0"), ("x-wr-calname", name), ("x-wr-timezone", content["timezone"])):
        out.add(key, value)
    for event in _events(dates_of(content, year), code, zone, at):
        if since is None or event.decoded("dtstart").year >= since:
            out.add_component(event)
    out.add_missing_timezones()
    return bytes(out.to_ical())


def _events(dates: Dates, code: str, zone: ZoneInfo, at: datetime) -> Iterator[icalendar.Event]:
    for day in sorted(dates.holidays | dates.extra.keys()):
        name = dates.names.get(day, "")
        if day in dates.holidays:
            yield _event(f"{code}-{day}-holiday", name, HOLIDAY, (day, day + DAY), at)
        hours = dates.extra.get(day)
        if hours is not None and not hours:
            yield _event(f"{code}-{day}-closed", name, CLOSED, (day, day + DAY), at)
        for number, (start, end) in enumerate(hours or (), 1):
            begins = datetime.combine(day, time.fromisoformat(start), zone)
            last = MIDNIGHT if end == "24:00" else time.fromisoformat(end)
            ends = datetime.combine(day if last > begins.time() else day + DAY, last, zone)
            yield _event(f"{code}-{day}-{number}", name, OPEN, (begins, ends), at)


def _event(uid: str, name: str, category: str, span: tuple[date, date], at: datetime) -> icalendar.Event:
    """Make an event; what has no name is called by its category, which reading knows to be none."""
    event = icalendar.Event()
    event.add("uid", f"{uid}@calendar")
    event.add("dtstamp", at)
    event.add("summary", name or str(CALLED[category]))
    event.add("categories", [category])
    if name:
        event.add("x-day-name", name)
    event.add("dtstart", span[0])
    event.add("dtend", span[1])
    event.add("transp", "TRANSPARENT" if category != OPEN else "OPAQUE")
    return event


def read_ical(text: str, name: str, timezone: str) -> Dates:
    """Read the days of a file; wall times are taken in the calendar's zone. Raises `Unreadable` with the line of the event."""
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.strip().upper() == "BEGIN:VEVENT"]
    if len(lines) > MOST_ROWS:
        raise refusal(name, lines[MOST_ROWS], _("there are more than %(most)s events") % {"most": MOST_ROWS})
    try:
        events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise refusal(name, 1, _("this is not iCalendar: %(problem)s") % {"problem": str(error)[:120]}) from None
    if not events or len(lines) != len(events):
        raise refusal(name, 1, _("there is no event in this file"))
    dates, zone = Dates(), ZoneInfo(timezone)
    for line, event in zip(lines, events, strict=True):
        _take(dates, event, zone, name, line)
    return dates


def _take(dates: Dates, event: icalendar.Component, zone: ZoneInfo, name: str, line: int) -> None:
    if any(key in event for key in REPEATS):
        raise refusal(name, line, _("events that repeat are not read here; write out each day"))
    start, end = _moments(event, name, line)
    if isinstance(start, datetime) and isinstance(end, datetime):
        days = [_take_hours(dates, (start, end), zone, name=name, line=line)]
    else:
        days = _take_days(dates, start, end, closed=CLOSED in _categories(event), name=name, line=line)
    words = clean_name(str(event.get("X-DAY-NAME") or ("" if _categories(event) & {HOLIDAY, CLOSED, OPEN} else event.get("SUMMARY", ""))))
    if words:
        dates.names |= dict.fromkeys(days, words)


def _categories(event: icalendar.Component) -> set[str]:
    given = event.get("CATEGORIES", [])
    return {str(word).upper() for each in (given if isinstance(given, list) else [given]) for word in each.cats}


def _moments(event: icalendar.Component, name: str, line: int) -> tuple[date, date]:
    try:
        start = event.decoded("DTSTART")
        length = event.decoded("DURATION", None)
        end = event.decoded("DTEND", None) or (start + length if length else start + DAY)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise refusal(name, line, _("this event has no beginning and end that can be read")) from None
    if not isinstance(start, date) or not isinstance(end, date) or isinstance(start, datetime) is not isinstance(end, datetime):
        raise refusal(name, line, _("this event has no beginning and end that can be read"))
    for day in (start, end):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            words = _("%(day)s lies outside of the years %(first)s to %(last)s")
            raise refusal(name, line, words % {"day": day.isoformat()[:10], "first": FIRST_YEAR, "last": LAST_YEAR})
    return start, end


def _take_days(dates: Dates, start: date, end: date, *, closed: bool, name: str, line: int) -> list[date]:
    length = (end - start).days
    if not 0 < length <= LONGEST_SPAN:
        raise refusal(name, line, _("an event of days lasts from 1 to %(most)s days") % {"most": LONGEST_SPAN})
    days = list(each_day(start, end - DAY))
    if closed:
        for day in days:
            dates.extra.setdefault(day, [])
    else:
        dates.holidays.update(days)
    return days


def _take_hours(dates: Dates, span: tuple[datetime, datetime], zone: ZoneInfo, *, name: str, line: int) -> date:
    """Take a timed event as hours of the date it begins on; a time without a zone is a wall time of the calendar."""
    begins, ends = (each.astimezone(zone) if each.tzinfo else each.replace(tzinfo=zone) for each in span)
    day = begins.date()
    wall = ends.replace(tzinfo=None) - begins.replace(tzinfo=None)
    if not timedelta(0) < wall <= DAY:
        raise refusal(name, line, _("hours last no longer than a day; for days off write an event of whole days"))
    midnight = ends.time() == MIDNIGHT and ends.date() == day + DAY
    dates.extra.setdefault(day, []).append([_clock(begins), "24:00" if midnight else _clock(ends)])
    return day


def _clock(at: datetime) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
