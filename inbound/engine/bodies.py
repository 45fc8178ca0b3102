"""From bytes to plain data, refusing whatever is not that: size, encoding, syntax, depth."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from inbound.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

DEEPEST = 32
MOST = 50_000
"""Values in one message, all levels together."""
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def loaded(body: bytes) -> Any:
    """Answer the data of a JSON text (RFC 8259, in UTF-8). Raises Unreadable with a code for each way it is none."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(_("Send UTF-8."), code="bad_encoding") from error
    try:
        found = json.loads(text, parse_constant=_no_number)
    except RecursionError as error:
        raise Unreadable(_("The JSON is nested too deeply."), code="too_deep") from error
    except ValueError as error:
        raise Unreadable(_("This is no JSON: %(why)s") % {"why": str(error)[:200]}, code="bad_json") from error
    _measure(found)
    return found


def an_object(body: bytes) -> dict[str, Any]:
    """Answer a JSON object; refuse any other value."""
    found = loaded(body)
    if not isinstance(found, dict):
        raise Unreadable(_("Send a JSON object."), code="not_an_object")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


def _measure(value: Any) -> None:
    """Walk without recursion, so that nothing a stranger sends decides how deep our own stack gets."""
    rows, depth, seen = [value], 0, 0
    while rows:
        depth += 1
        if depth > DEEPEST:
            raise Unreadable(_("The JSON is nested too deeply."), code="too_deep")
        inner: list[Any] = []
        for row in rows:
            if isinstance(row, float) and not math.isfinite(row):
                raise Unreadable(_("A number is too large."), code="bad_number")
            children = list(row.values()) if isinstance(row, dict) else row if isinstance(row, list) else ()
            seen += len(children)
            if seen > MOST:
                raise Unreadable(_("There are too many values in one message."), code="too_many")
            inner.extend(children)
        rows = inner


def said(value: Any) -> str:
    """Answer a plain value as text: words as they are, numbers and yes or no as JSON writes them, else nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        try:
            return json.dumps(value)
        except ValueError:  # an integer of thousands of digits
            return ""
    return ""


def words_of(data: Mapping[str, Any], name: str) -> dict[str, str]:
    """Answer an object of words, such as labels; what is missing is empty, what is none is refused by its name."""
    found = data.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Unreadable(_("“%(name)s” is not an object.") % {"name": name}, field=name, code="bad_type")
    return {key: said(value) for key, value in found.items()}


def moment_of(value: Any, name: str) -> datetime | None:
    """Answer an instant of RFC 3339; nothing for none, and for the year 1 by which Go says the same."""
    if value is None or value == "":
        return None
    wrong = Unreadable(_("“%(name)s” is no instant as RFC 3339 writes it.") % {"name": name}, field=name, code="bad_time")
    try:
        at = datetime.fromisoformat(_fewer_digits(value))
    except (TypeError, ValueError, AttributeError) as error:
        raise wrong from error
    if at.year == 1:
        return None
    if at.tzinfo is None or not FIRST.year <= at.year < LAST.year:
        raise wrong
    return at.astimezone(UTC)


def _fewer_digits(value: str) -> str:
    """Go writes nanoseconds; microseconds are as fine as anybody here reads."""
    head, dot, tail = value.partition(".")
    if not dot:
        return value
    digits = tail[: len(tail) - len(tail.lstrip("0123456789"))]
    return f"{head}.{digits[:6]}{tail[len(digits) :]}"
