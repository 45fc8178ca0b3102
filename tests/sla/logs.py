"""Logs of events written the way people tell them, and what the shipped plans say about them."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sla import loading
from sla.engine import Calendar, Clock, Event, Plan, settle
from sla.reading import calendar_of, plan_of, read_document

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = 3600
DAY = 86400

WORDS = {"zh-hans": "词", "en": "word"}
SEVERITIES = {number: {"name": WORDS, "means": WORDS} for number in (1, 2, 3, 4)}


def at(text: str) -> int:
    """Read “11-20 09:00” or “11-20 09:00:01” of 2026 in Shanghai as epoch seconds; 11-20 is a Friday."""
    clock = "%H:%M:%S" if text.count(":") > 1 else "%H:%M"
    return int(datetime.strptime(f"2026-{text}", f"%Y-%m-%d {clock}").replace(tzinfo=SHANGHAI).timestamp())


def told(seconds: int | None) -> str | None:
    """Write epoch seconds as “11-20 09:00”; the seconds only when there are any."""
    if seconds is None:
        return None
    local = datetime.fromtimestamp(seconds, SHANGHAI)
    return local.strftime("%m-%d %H:%M:%S" if local.second else "%m-%d %H:%M")


def log(*rows: tuple[Any, ...]) -> list[Event]:
    """Make a log of rows (when, what, facts if any)."""
    return [Event(at(when), number, what, dict(*facts)) for number, (when, what, *facts) in enumerate(rows, 1)]


def hold(when: str, pause: str = "1", owner: str = "customer") -> tuple[Any, ...]:
    """A row: we wait for somebody."""
    return when, "hold", {"pause": pause, "owner": owner}


def resumed(when: str, pause: str = "1") -> tuple[Any, ...]:
    """A row: the wait is over."""
    return when, "resumed", {"pause": pause}


def severity(when: str, number: int) -> tuple[Any, ...]:
    """A row: the severity is another one from then on."""
    return when, "severity_changed", {"situation": {"severity": number}}


@cache
def shipped(code: str) -> Plan:
    """Answer a shipped plan."""
    return plan_of(read_document((loading.SHIPPED / f"{code}.yaml").read_text("utf-8"), code))


@cache
def calendars() -> dict[str, Calendar]:
    """Answer the shipped calendars."""
    files = (loading.SHIPPED / "calendars").glob("*.yaml")
    return {path.stem: calendar_of(read_document(path.read_text("utf-8"), path.name))[0] for path in files}


def promising(**promise: Any) -> Plan:
    """Make a plan of one promise: restoring within 8 hours around the clock, unless said otherwise."""
    row = {
        "code": "restore",
        "measure": "restore",
        "name": WORDS,
        "from": "reported",
        "until": "resolved",
        "target": "8h",
        "pausable": True,
    }
    return Plan.from_dict({"code": "test", "name": WORDS, "severities": SEVERITIES, "promises": [row | promise]})


def clocks(plan: Plan, events: list[Event], now: str | int, **situation: Any) -> list[Clock]:
    """Settle a log under a plan."""
    situation = {"kind": "fault", "severity": 1, "channel": "portal", "warranty": False} | situation
    return settle(plan, calendars(), situation, events, now if isinstance(now, int) else at(now))


def clock(plan: Plan, events: list[Event], now: str | int, promise: str = "restore", cycle: int = 1, **situation: Any) -> Clock:
    """Settle a log and answer one clock."""
    [found] = [found for found in clocks(plan, events, now, **situation) if (found.promise, found.cycle) == (promise, cycle)]
    return found


def due(*args: Any, **kwargs: Any) -> str | None:
    """Settle a log and tell when one promise is due."""
    return told(clock(*args, **kwargs).due)
