"""Plain data from JSON: what every database can hold and every program can read back (RFC 8259 §6 and §8.2)."""

from __future__ import annotations

import json
import math
from typing import Any

from django.utils.translation import gettext as _


class Unkeepable(ValueError):
    """JSON whose numbers or texts cannot be kept; its words say why, its path leads to the place."""

    def __init__(self, sentence: str, code: str) -> None:
        """Begin at the text itself; whoever holds it adds its own name in front."""
        super().__init__(sentence)
        self.code = code
        self.path: list[str] = []


def read(text: str, *, takes_nul: bool = False) -> Any:
    """Answer the data of a JSON text.

    Raises Unkeepable for a number without end, for half of a character (a lone surrogate) and, unless it is taken, for U+0000, in
    names as in values; ValueError for what is no JSON, RecursionError for brackets within brackets without end.
    """
    found = json.loads(text, parse_constant=_number, parse_float=_number)
    if _may_hold_odd(text):
        _each(found, _whole if takes_nul else _refused)
    return found


def mended(text: str) -> Any:
    """Answer the data of a JSON text from somebody who cannot be asked again: what cannot be kept of a text is left out or stands as “?”.

    Raises ValueError for what is no JSON or has a number without end, RecursionError for brackets within brackets without end.
    """
    found = json.loads(text, parse_constant=_number, parse_float=_number)
    return _each(found, keepable) if _may_hold_odd(text) else found


def keepable(words: str) -> str:
    """Answer words as every database can hold them: without U+0000, and with no half of a character."""
    return words.replace("\0", "").encode("utf-8", "replace").decode()


def _may_hold_odd(text: str) -> bool:
    """Whether looking at every word is worth it: only an escape can name what cannot be kept."""
    return "\\ud" in text or "\\uD" in text or "\\u0000" in text


def _number(word: str) -> float:
    number = float(word)
    if math.isfinite(number):
        return number
    raise Unkeepable(_("%(number)s is no number that can be kept.") % {"number": word[:40]}, "bad_number")


def _refused(words: str) -> str:
    if "\0" in words:
        raise Unkeepable(_("A text holds U+0000: leave it out."), "null_characters_not_allowed")
    return _whole(words)


def _whole(words: str) -> str:
    if any("\ud800" <= letter <= "\udfff" for letter in words):
        raise Unkeepable(_("A text holds half of a character: send whole characters."), "surrogate_characters_not_allowed")
    return words


def _each(value: Any, mend: Any) -> Any:
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, list):
        return [_part(str(place), each, mend) for place, each in enumerate(value)]
    if isinstance(value, dict):
        return {mend(name): _part(name, each, mend) for name, each in value.items()}
    return value


def _part(name: str, value: Any, mend: Any) -> Any:
    try:
        return _each(value, mend)
    except Unkeepable as error:
        error.path.insert(0, name)
        raise
