"""What each kind of case in `data/sla_vectors.json` asks, said in terms of the engine.

The cases were mined from the test suites of other helpdesks and business-time libraries; `source` names the file of each.
"""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sla.engine import Calendar

Case = dict[str, Any]
Pauses = list[tuple[datetime, datetime | None]]

CASES: list[Case] = json.loads((Path(__file__).parent / "data" / "sla_vectors.json").read_text())


def answer(case: Case) -> Any:
    """Let the engine answer a case."""
    return KINDS[case["kind"]](Calendar.from_dict(case["calendar"]), case["input"])


def expected(case: Case) -> Any:
    """Read what a case expects, its times as instants."""
    return _read(case["expected"])


def _deadline(calendar: Calendar, facts: Case) -> datetime | None:
    return calendar.deadline(instant(facts["start"]), seconds(facts["seconds"]), pauses(facts))


def _elapsed(calendar: Calendar, facts: Case) -> int:
    return calendar.elapsed(instant(facts["from"]), instant(facts["to"]), pauses(facts)) // timedelta(seconds=1)


def _level(calendar: Calendar, facts: Case) -> datetime | None:
    """A level at a share of the target or at an offset from due, before (negative) or after it (rule 12 of the clock)."""
    start, target = instant(facts["start"]), facts["seconds"]
    offset = target * facts["percent"] // 100 - target if "percent" in facts else facts["offset_seconds"]
    if facts.get("unit") == "wall":
        due = calendar.deadline(start, seconds(target), pauses(facts))
        return due and max(due + seconds(offset), start)
    if target + offset < 0:
        return start
    return calendar.deadline(start, seconds(target + offset), pauses(facts))


def _recalc(calendar: Calendar, facts: Case) -> datetime | None:
    """The last of several policies, counted anew from the start, pauses kept."""
    assert facts["mode"] == "recompute"
    last = facts["policies"][-1]
    if "calendar" in last:
        calendar = Calendar.from_dict(last["calendar"])
    return calendar.deadline(instant(facts["start"]), seconds(last["seconds"]), pauses(facts))


def _lifecycle(calendar: Calendar, facts: Case) -> dict[str, Any]:
    """Every clock of a ticket after its events."""
    clocks = {name: _clock(calendar, name, target, facts) for name, target in facts["targets"].items()}
    running = [clock["due"] for clock in clocks.values() if not clock["stopped"]]
    return clocks | {"_next": {"due": min(running, default=None)}}


def _clock(calendar: Calendar, name: str, target: Case, facts: Case) -> dict[str, Any]:
    mine = [(event["type"], instant(event["at"])) for event in facts["events"] if event["target"] == name]
    start = max((at for kind, at in mine if kind == "start"), default=instant(facts["created"]))
    stop = min((at for kind, at in mine if kind == "stop"), default=None)
    due = calendar.deadline(start, seconds(target["seconds"]))
    seen = stop or instant(facts.get("now", facts["created"]))
    elapsed = calendar.elapsed(start, max(seen, start)) // timedelta(seconds=1)
    return {
        "due": due,
        "breached": seen > due,
        "elapsed": elapsed,
        "remaining": target["seconds"] - elapsed,
        "stopped": stop is not None,
    }


def _first(spans: Iterable[tuple[datetime, datetime]], count: int) -> list[list[datetime]]:
    return [list(span) for span in islice(spans, count)]


KINDS: dict[str, Callable[[Calendar, Case], Any]] = {
    "deadline": _deadline,
    "pause": _deadline,
    "deadline_back": lambda calendar, facts: calendar.deadline_back(instant(facts["end"]), seconds(facts["seconds"])),
    "elapsed": _elapsed,
    "elapsed_pause": _elapsed,
    "warn": _level,
    "escalate": _level,
    "recalc": _recalc,
    "open": lambda calendar, facts: calendar.is_open(instant(facts["at"])),
    "next_open": lambda calendar, facts: calendar.next_open(instant(facts["at"])),
    "next_close": lambda calendar, facts: calendar.next_close(instant(facts["at"])),
    "prev_close": lambda calendar, facts: calendar.prev_close(instant(facts["at"])),
    "on_holiday": lambda calendar, facts: calendar.on_holiday(instant(facts["at"])),
    "workday": lambda calendar, facts: calendar.is_workday(date.fromisoformat(facts["date"])),
    "workdays_count": lambda calendar, facts: calendar.workdays_between(*(date.fromisoformat(facts[name]) for name in ("first", "last"))),
    "segments": lambda calendar, facts: _first(calendar.open_spans(instant(facts["from"])), facts["count"]),
    "segments_back": lambda calendar, facts: _first(calendar.open_spans_back(instant(facts["to"])), facts["count"]),
    "local_to_instant": lambda calendar, facts: calendar.local_to_instant(
        date.fromisoformat(facts["date"]), time.fromisoformat(facts["time"])
    ),
    "lifecycle": _lifecycle,
}


def instant(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(text)


def seconds(count: int) -> timedelta:
    """A length of time."""
    return timedelta(seconds=count)


def pauses(facts: Case) -> Pauses:
    """Read the pauses of a case."""
    return [(instant(start), instant(end) if end else None) for start, end in facts.get("pauses", [])]


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _read(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_read(item) for item in value]
    return datetime.fromisoformat(value) if isinstance(value, str) else value
