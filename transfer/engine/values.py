"""What a cell says, as a value of ours: instants in a zone, days, numbers, words without markup."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

FIRST, LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Between which instants something can have happened."""
MILLISECONDS = 100_000_000_000
USUAL = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日 %H时%M分", "%Y.%m.%d %H:%M", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d",
)  # fmt: skip
"""How instants and days are written where nothing else is said: largest part first, which only one reading fits."""


class Unreadable(ValueError):
    """It is not a value of that kind; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def moment(value: Any, formats: Sequence[str], zone: ZoneInfo) -> datetime:
    """Answer an instant in UTC, whole seconds: by the formats that were named, else ISO 8601, seconds since 1970, or the usual ones.

    What names no zone is a wall time in ``zone``; one that does not exist moves forward, one that exists twice is the first.
    """
    found = _moment(str(value).strip(), formats)
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    try:
        found = found.astimezone(UTC).replace(microsecond=0)
    except (OverflowError, ValueError) as error:
        raise Unreadable("bad_date") from error
    if not FIRST <= found < LAST:
        raise Unreadable("date_out_of_range")
    return found


def _moment(text: str, formats: Sequence[str]) -> datetime:
    for form in formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is put on by the caller
        except ValueError:
            continue
    if formats:
        raise Unreadable("bad_date")
    if re.fullmatch(r"[0-9]{9,13}", text):
        seconds = int(text)
        return datetime.fromtimestamp(seconds / 1000 if seconds > MILLISECONDS else seconds, UTC)
    for form in USUAL:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Unreadable("bad_date") from error


def day(value: Any, formats: Sequence[str], zone: ZoneInfo) -> date:
    """Answer a day; of an instant with a zone the day it was there."""
    return moment(value, formats, zone).astimezone(zone).date()


def number(value: Any, low: int, high: int) -> int:
    """Answer a whole number within bounds."""
    try:
        found = int(str(value).strip())
    except ValueError as error:
        raise Unreadable("bad_number") from error
    if not low <= found <= high:
        raise Unreadable("out_of_range")
    return found


YES = frozenset({"1", "true", "t", "yes", "y", "是", "对", "有", "on"})
NO = frozenset({"", "0", "false", "f", "no", "n", "否", "无", "off", "null", "none"})


def truth(value: Any) -> bool:
    """Answer yes or no."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Unreadable("bad_bool")


_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "pre", "hr"})
_HIDDEN = frozenset({"style", "script", "head", "title"})


class _Words(HTMLParser):
    """Keeps the words of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def plain(markup: str) -> str:
    """Answer the words of HTML, a line for each block; what it would have run or shown is gone."""
    if "<" not in markup:
        return html.unescape(markup).strip()
    words = _Words()
    words.feed(markup)
    words.close()
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in "".join(words.parts).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def words(value: Any) -> str:
    """Answer a text that a database takes: no control signs, whatever it came as."""
    text = "" if value is None else value if isinstance(value, str) else str(value)
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).encode("utf-8", "replace").decode().strip()
