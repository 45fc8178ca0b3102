"""Calendars that the tests speak of by name."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sla.engine import Calendar

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
ALL_DAYS = (*WORKDAYS, "sat", "sun")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def calendar(*weekly: tuple[str, str, str], zone: str = "Asia/Shanghai", **exceptions: Any) -> Calendar:
    """Make a calendar; `extra` may be given as a mapping from date to hours."""
    extra = [{"date": on, "hours": hours} for on, hours in exceptions.pop("extra", {}).items()]
    return Calendar.from_dict({"timezone": zone, "weekly": [list(row) for row in weekly], "extra": extra, **exceptions})


def every(days: tuple[str, ...], *ranges: tuple[str, str]) -> list[tuple[str, str, str]]:
    """Write the same ranges for several days of the week."""
    return [(day, *span) for day in days for span in ranges]


def office(**exceptions: Any) -> Calendar:
    """Office hours in Shanghai, closed at noon."""
    return calendar(*every(WORKDAYS, ("09:00", "12:00"), ("13:30", "18:00")), **exceptions)


def at(text: str, zone: str = "Asia/Shanghai", *, fold: int = 0) -> datetime:
    """Read a wall time in a zone; `fold=1` is the second of two."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def local(moment: datetime, zone: str = "Asia/Shanghai") -> str:
    """Write an instant as wall time in a zone, to the minute."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
