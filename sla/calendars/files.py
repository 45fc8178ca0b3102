"""Calendars as files to send and to fetch: JSON (all of it), CSV (the days), iCalendar (`sla.calendars.ical`)."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.errors import Invalid
from sla.calendars.content import Dates, clean_name, dates_of, ranges_text, read_ranges
from sla.calendars.year import FIRST_YEAR, LAST_YEAR
from sla.engine import Calendar, CalendarError
from sla.engine.calendar.hours import FIELDS
from sla.errors import Unreadable
from sla.reading import read_document, refusal

if TYPE_CHECKING:
    from sla.calendars.content import Content
    from sla.reading import Document, Path

LARGEST = 1_000_000
"""Bytes of a file that are looked at; a calendar of a century is smaller."""
MOST_ROWS = 10_000
HOLIDAY, CLOSED = "holiday", "closed"
WORDS = {HOLIDAY: HOLIDAY, CLOSED: CLOSED, "假日": HOLIDAY, "节假日": HOLIDAY, "休": HOLIDAY, "关闭": CLOSED, "休息": CLOSED}
HEAD = ("date", "hours", "name")
HEADS = {"date": {"date", "日期"}, "hours": {"hours", "时间", "hours/closed"}, "name": {"name", "名称"}}


def text_of(data: bytes, name: str) -> str:
    """Answer the text of a file; raises `Unreadable` where it is too large or no text in UTF-8."""
    if len(data) > LARGEST:
        raise Unreadable(_("%(file)s is larger than %(most)s kB.") % {"file": name, "most": LARGEST // 1000}, field="file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refusal(name, data[: error.start].count(b"\n") + 1, _("this is not text in UTF-8")) from None


# --- JSON -------------------------------------------------------------------------------------------------


def write_json(content: Content) -> str:
    """Write time zone, weekly hours, holidays and date-specific hours: what `Calendar.from_dict` reads. Names are left out."""
    return json.dumps({field: content[field] for field in FIELDS}, ensure_ascii=False, indent=1) + "\n"


def read_json(text: str, name: str) -> Content:
    """Read a calendar; raises `Unreadable` with the line. ``names`` and ``unconfirmed`` may stand beside the four fields."""
    document = _document(text, name)
    data = document.data
    for key in data:
        if key not in (*FIELDS, "names", "unconfirmed"):
            choices = ", ".join((*FIELDS, "names", "unconfirmed"))
            words = _("“%(key)s” is not known here; choose from %(choices)s")
            raise document.refusal((str(key),), words % {"key": key, "choices": choices})
    try:
        content = Calendar.from_content(data).to_dict()
    except CalendarError as error:
        raise document.refusal(_steps(error.where), error.sentence) from None
    if not content["weekly"]:
        raise document.refusal(("weekly",), _("name at least one range of weekly hours; without any, a promise would never come due"))
    return content | _beside(document)


def _document(text: str, name: str) -> Document:
    """Read the text twice: as the JSON it is, and with the line of every part."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise refusal(name, error.lineno, _("this is not JSON: %(problem)s") % {"problem": error.msg}) from None
    except RecursionError:
        raise refusal(name, 1, _("this is not JSON: %(problem)s") % {"problem": "nested too deeply"}) from None
    if not isinstance(data, dict):
        raise refusal(name, 1, _("a calendar is a mapping of keys to values"))
    return read_document(text.replace("\t", " "), name)


def _beside(document: Document) -> dict[str, Any]:
    names, years = document.data.get("names", {}), document.data.get("unconfirmed")
    if not isinstance(names, dict) or not all(isinstance(words, str) for words in names.values()):
        raise document.refusal(("names",), _("write dates and what they are called, such as {2026-10-01: 国庆节}"))
    if years is not None and (not isinstance(years, list) or not all(type(year) is int for year in years)):
        raise document.refusal(("unconfirmed",), _("write a list of years, such as [2027]"))
    found: dict[str, Any] = {"names": {str(day): words for day, words in names.items()}}
    return found if years is None else found | {"unconfirmed": years}


def _steps(where: str) -> Path:
    return tuple(int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", where))


# --- CSV --------------------------------------------------------------------------------------------------


def write_csv(content: Content, year: int | None = None) -> str:
    """Write the days that are not as the week has them: date, hours (or holiday, or closed), name."""
    dates = dates_of(content, year)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for day in sorted(dates.holidays | dates.extra.keys()):
        name = _safe(dates.names.get(day, ""))
        if day in dates.holidays:
            writer.writerow((day.isoformat(), HOLIDAY, name))
        if day in dates.extra:
            writer.writerow((day.isoformat(), ranges_text(dates.extra[day]) or CLOSED, name))
    return out.getvalue()


def _safe(name: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{name}" if name[:1] in ("=", "+", "-", "@") else name


def read_csv(text: str, name: str) -> Dates:
    """Read the days of a file; raises `Unreadable` with the line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    dates = Dates()
    try:
        for row in reader:
            if not any(cell.strip() for cell in row) or (reader.line_num == 1 and _is_head(row)):
                continue
            _take(dates, [cell.strip() for cell in row], name, reader.line_num)
    except csv.Error as error:
        raise refusal(name, reader.line_num, _("this is not CSV: %(problem)s") % {"problem": error}) from None
    if not dates:
        raise refusal(name, 1, _("there is no day in this file; write date,hours,name and a day on each line"))
    return dates


def _is_head(row: list[str]) -> bool:
    return row[0].strip().lower() in HEADS["date"]


def _take(dates: Dates, row: list[str], name: str, line: int) -> None:
    if line > MOST_ROWS:
        raise refusal(name, line, _("there are more than %(most)s lines") % {"most": MOST_ROWS})
    if not 2 <= len(row) <= len(HEAD):  # noqa: PLR2004 - the name may be left out
        raise refusal(name, line, _("write date,hours,name: %(count)s columns stand here") % {"count": len(row)})
    day = day_of(row[0], name, line)
    word = WORDS.get(row[1].lower())
    if (day in dates.holidays) if word == HOLIDAY else (day in dates.extra):
        raise refusal(name, line, _("%(day)s is given twice") % {"day": day})
    if word == HOLIDAY:
        dates.holidays.add(day)
    else:
        try:
            hours = [] if word == CLOSED else read_ranges(row[1])
        except Invalid as error:
            raise refusal(name, line, str(error)) from None
        if not hours and word != CLOSED:
            raise refusal(name, line, _("write hours such as 09:00-12:00, or holiday, or closed"))
        dates.extra[day] = hours
    words = clean_name(row[2].removeprefix("'")) if len(row) > 2 else ""  # noqa: PLR2004 - the third column
    if words:
        dates.names[day] = words


def day_of(text: str, name: str, line: int) -> date:
    """Read a date of a file; raises `Unreadable` with the line."""
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        words = _("“%(text)s” is no date between %(first)s and %(last)s; write 2026-10-01")
        raise refusal(name, line, words % {"text": text[:20], "first": FIRST_YEAR, "last": LAST_YEAR})
    return day
