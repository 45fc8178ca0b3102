"""What was answered, checked against what is asked: one place for the page, the REST interface and the preview."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from catalogue.engine.words import gettext_noop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from catalogue.engine.definition import Definition, Field

_ = gettext_noop

MOST = 50
"""Choices, machines or files that one answer may name."""
LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What there is when somebody answers: the day, the time zone, the places they may name, the files that came along.

    ``files``: names by field; None where files cannot be sent along (they follow the ticket then), so none are asked for.
    """

    today: date
    zone: tzinfo
    sites: Mapping[int, str] = field(default_factory=dict)
    equipment: Mapping[int, str] = field(default_factory=dict)
    files: Mapping[str, list[str]] | None = None


@dataclass(slots=True)
class Checked:
    """What was understood, and what is wrong: a sentence and its values by field."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    @property
    def is_fine(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors


class _Wrong(Exception):
    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text)
        self.text, self.values = text, values


def check(definition: Definition, given: Mapping[str, Any], known: Known) -> Checked:
    """Check the answers. What belongs to a field that is not shown is left out; what no field asks is refused."""
    found = Checked()
    for name in given:
        if definition.field(str(name)) is None:
            choices = ", ".join(each.code for each in definition.fields) or "—"
            found.errors[str(name)] = (_("This is not asked; asked are: %(choices)s."), {"choices": choices})
    for each in definition.fields:
        if not is_shown(each, found.values):
            continue
        try:
            value = _value(each, given.get(each.code), known)
        except _Wrong as wrong:
            found.errors[each.code] = (wrong.text, wrong.values)
            continue
        if value is not None:
            found.values[each.code] = value
        elif each.required and not (each.kind == "file" and known.files is None):
            found.errors[each.code] = (_("This is needed."), {})
    return found


def is_shown(each: Field, values: Mapping[str, Any]) -> bool:
    """Whether a field is asked, by what was answered before."""
    if each.when is None:
        return True
    answer = values.get(each.when.field)
    said = answer if isinstance(answer, list) else ["yes" if answer is True else answer]
    return any(value in said for value in each.when.values)


def _value(each: Field, raw: Any, known: Known) -> Any:
    """Answer what was meant, or None for nothing."""
    if each.kind == "file":
        return _files(each, known)
    if raw is None or raw in ("", []):
        return None
    return READ[each.kind](each, raw, known)


def _text(each: Field, raw: Any, _known: Known) -> str | None:
    if not isinstance(raw, str | int) or isinstance(raw, bool):
        raise _Wrong(_("Write words."))
    words = str(raw).replace("\0", "").strip()
    if len(words) > each.length:
        raise _Wrong(_("Write at most %(limit)s characters."), limit=each.length)
    if each.kind == "text" and "\n" in words:
        raise _Wrong(_("Write it in one line."))
    return words or None


def _number(each: Field, raw: Any, _known: Known) -> int | float:
    try:
        value = Decimal(str(raw).strip())
    except InvalidOperation:
        raise _Wrong(_("Enter a number.")) from None
    if isinstance(raw, bool) or not value.is_finite() or abs(value) > LARGEST:
        raise _Wrong(_("Enter a number."))
    if each.whole and value != value.to_integral_value():
        raise _Wrong(_("Enter a whole number."))
    if each.least is not None and value < Decimal(str(each.least)):
        raise _Wrong(_("Enter %(limit)s or more."), limit=each.least)
    if each.most is not None and value > Decimal(str(each.most)):
        raise _Wrong(_("Enter %(limit)s or less."), limit=each.most)
    return int(value) if value == value.to_integral_value() else float(value)


def _choice(each: Field, raw: Any, _known: Known) -> str:
    codes = [option.code for option in each.options]
    if raw not in codes:
        raise _Wrong(_("Choose one of: %(choices)s."), choices=", ".join(codes))
    return str(raw)


def _many(each: Field, raw: Any, known: Known) -> list[str]:
    chosen = _listed(raw)
    return [_choice(each, value, known) for value in dict.fromkeys(map(str, chosen))]


def _listed(raw: Any) -> list[Any]:
    chosen = raw if isinstance(raw, list | tuple) else [raw]
    if len(chosen) > MOST:
        raise _Wrong(_("Choose at most %(limit)s."), limit=MOST)
    return list(chosen)


def _date(each: Field, raw: Any, known: Known) -> str:
    try:
        day = date.fromisoformat(raw) if isinstance(raw, str) else raw
    except ValueError:
        day = None
    if not isinstance(day, date) or isinstance(day, datetime) or not 2000 <= day.year <= 2099:  # noqa: PLR2004
        raise _Wrong(_("Write a day such as 2026-12-31."))
    _far_enough(each, day, known)
    return day.isoformat()


def _moment(each: Field, raw: Any, known: Known) -> str:
    try:
        moment = datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    except ValueError:
        moment = None
    if not isinstance(moment, datetime) or not 2000 <= moment.year <= 2099:  # noqa: PLR2004
        raise _Wrong(_("Write a day and a time such as 2026-12-31T20:00."))
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=known.zone)).astimezone(known.zone)
    _far_enough(each, moment.date(), known)
    return moment.isoformat(timespec="minutes")


def _far_enough(each: Field, day: date, known: Known) -> None:
    if each.ahead is not None and day < (first := known.today + timedelta(days=each.ahead)):
        raise _Wrong(_("The earliest day is %(day)s."), day=first.isoformat())


def _equipment(each: Field, raw: Any, known: Known) -> int | list[int]:
    if each.several:
        return [_id(value, known.equipment) for value in dict.fromkeys(map(str, _listed(raw)))]
    return _id(raw, known.equipment)


def _site(_each: Field, raw: Any, known: Known) -> int:
    return _id(raw, known.sites)


def _id(raw: Any, among: Mapping[int, str]) -> int:
    text = str(raw)
    if isinstance(raw, bool) or not (text.isascii() and text.isdecimal()) or len(text) > 18 or int(text) not in among:  # noqa: PLR2004
        raise _Wrong(_("This is not one of yours, or it is not in service."))
    return int(text)


def _files(each: Field, known: Known) -> list[str] | None:
    names = list((known.files or {}).get(each.code, ()))
    if len(names) > (MOST if each.several else 1):
        raise _Wrong(_("Send one file here."))
    return names or None


def _yes(_each: Field, raw: Any, _known: Known) -> bool | None:
    if raw is True or raw in ("yes", "on", "true", "1"):
        return True
    if raw is False or raw in ("no", "off", "false", "0"):
        return None
    raise _Wrong(_("Enter true or false."))


READ: dict[str, Callable[[Field, Any, Known], Any]] = {
    "text": _text,
    "long": _text,
    "number": _number,
    "choice": _choice,
    "many": _many,
    "date": _date,
    "moment": _moment,
    "equipment": _equipment,
    "site": _site,
    "yes": _yes,
}
