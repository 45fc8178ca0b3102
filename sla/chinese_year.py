"""The official Chinese working year: holidays, make-up workdays (调休), and whether the State Council's notice is known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from holidays import country_holidays

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

HOURS = (("09:00", "12:00"), ("13:30", "18:00"))
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
PLAIN: Mapping[str, Any] = {
    "code": "office-cn",
    "name": {"zh-hans": "工作日办公时间（中国法定节假日与调休）", "en": "Office hours (Chinese official holidays and make-up workdays)"},
    "timezone": "Asia/Shanghai",
    "weekly": [[name, *hours] for name in WEEKDAYS for hours in HOURS],
}
HEAD = """\
# Office hours with the official Chinese holidays and make-up workdays.
# Written by `manage.py cn_calendar`; correct it by hand where a notice says otherwise, then run `manage.py load_plans`.
"""


@dataclass(frozen=True, slots=True)
class Year:
    """A year's dates off and worked in exchange, each with its name; unconfirmed until the notice is out."""

    number: int
    holidays: Mapping[date, str]
    workdays: Mapping[date, str]

    @property
    def confirmed(self) -> bool:
        """Whether the notice is known: it always moves some weekend, statute alone never does."""
        return bool(self.workdays)


def year(number: int) -> Year:
    """Answer what the holidays package knows of a year."""
    known = country_holidays("CN", years=number, language="zh_CN")
    off = {day: name for day, name in sorted(known.items()) if day.year == number}
    worked = {day: "调休上班" for day in sorted(known.weekend_workdays) if day.year == number}
    return Year(number, off, worked)


def write(years: Iterable[Year], kept: Mapping[str, Any] = PLAIN) -> str:
    """Write the calendar file of these years; all else (name, weekly hours, other years) is as in the calendar kept."""
    found = sorted(years, key=lambda entry: entry.number)
    numbers = {entry.number for entry in found}
    monday = [hours for name, *hours in kept["weekly"] if name == "mon"]
    holidays = {day: _name(day) for day in kept.get("holidays", ()) if _year(day) not in numbers}
    holidays |= {day.isoformat(): name for entry in found for day, name in entry.holidays.items()}
    extra = {row["date"]: (row["hours"], "") for row in kept.get("extra", ()) if _year(row["date"]) not in numbers}
    extra |= {day.isoformat(): (monday, name) for entry in found for day, name in entry.workdays.items()}
    unconfirmed = {entry.number for entry in found if not entry.confirmed} | set(kept.get("unconfirmed", ())) - numbers
    return "".join(_rendered(kept, holidays, extra, unconfirmed))


def _year(day: str) -> int:
    return int(day[:4])


def _name(day: str) -> str:
    return str(country_holidays("CN", years=_year(day), language="zh_CN").get(day) or "")


def _rendered(
    kept: Mapping[str, Any], holidays: Mapping[str, str], extra: Mapping[str, tuple[Any, str]], unconfirmed: set[int]
) -> Iterable[str]:
    yield f"{HEAD}code: {kept['code']}\nname: {{zh-hans: {_quoted(kept['name']['zh-hans'])}, en: {_quoted(kept['name']['en'])}}}\n"
    yield f"timezone: {kept['timezone']}\nweekly:\n"
    for name, start, end in kept["weekly"]:
        yield f'  - [{name}, "{start}", "{end}"]\n'
    yield "# Years whose notice was not out: only what the law itself fixes is known.\n"
    yield f"unconfirmed: [{', '.join(map(str, sorted(unconfirmed)))}]\n"
    yield "holidays:\n" if holidays else "holidays: []\n"
    for day, name in sorted(holidays.items()):
        yield f"  - {day}{_comment(name)}\n"
    yield "extra:\n" if extra else "extra: []\n"
    for day, (hours, name) in sorted(extra.items()):
        ranges = ", ".join(f'["{start}", "{end}"]' for start, end in hours)
        yield f"  - {{date: {day}, hours: [{ranges}]}}{_comment(name)}\n"


def _quoted(words: str) -> str:
    """Write words so that YAML reads them as words, whatever stands in them."""
    return json.dumps(words, ensure_ascii=False)


def _comment(name: str) -> str:
    return f"  # {name}" if name else ""
