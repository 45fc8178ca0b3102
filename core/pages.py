"""Pages of a long list by key: as quick on the last page as on the first, steady while rows come and go."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet

Row = TypeVar("Row")

PAGE_SIZE = 50
LONGEST = 2000
"""Characters of a cursor that are looked at; ours are far shorter."""
LARGEST = 2**63 - 1


class BadCursor(DomainError):
    """The place in the list that was asked for cannot be read."""

    code = "bad_cursor"
    status = 400

    def __init__(self) -> None:
        super().__init__(_("This place in the list cannot be read; start again from the first page."), field="cursor")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows, and whether what comes after or before it is wanted."""

    by: str
    backward: bool
    value: Any
    pk: int

    def encode(self) -> str:
        """Write the place as a word for a URL."""
        tag = next(tag for tag, (kind, _parse) in KINDS.items() if type(self.value) is kind)
        value = self.value.isoformat() if isinstance(self.value, date) else self.value
        words = json.dumps([self.by, int(self.backward), tag, value, self.pk], separators=(",", ":"), ensure_ascii=False)
        return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, by: str) -> Cursor:
        """Read a place of a list in this order; whatever else is refused."""
        try:
            padded = text[:LONGEST] + "=" * (-len(text[:LONGEST]) % 4)
            sort, backward, tag, value, pk = json.loads(base64.urlsafe_b64decode(padded.encode()))
            cursor = cls(sort, bool(backward), KINDS[tag][1](value), _whole(pk))
        except (binascii.Error, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            raise BadCursor from error
        if cursor.by != by:
            raise BadCursor
        return cursor


def _whole(value: Any) -> int:
    if type(value) is not int or abs(value) > LARGEST:
        raise ValueError(value)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    return value


def _aware(value: Any) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError(value)
    return at.astimezone(UTC)  # overflows where no database has such an instant


KINDS: dict[str, tuple[type, Callable[[Any], Any]]] = {
    "i": (int, _whole),
    "s": (str, _text),
    "f": (float, float),
    "t": (datetime, _aware),
    "d": (date, date.fromisoformat),
}


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list and the words that lead to their neighbours (empty: there are none)."""

    rows: list[Row]
    next_cursor: str = ""
    previous_cursor: str = ""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def has_next(self) -> bool:
        """Whether rows follow."""
        return bool(self.next_cursor)

    @property
    def has_previous(self) -> bool:
        """Whether rows come before."""
        return bool(self.previous_cursor)


def _value(row: Any, path: str) -> Any:
    if isinstance(row, dict):
        return row[path]
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _beyond(cursor: Cursor, *, ascending: bool) -> Q:
    """Answer the condition for rows on the wanted side; `by >= v and (by > v or …)` lets an index serve it."""
    side = "gt" if ascending else "lt"
    if cursor.by == "pk":
        return Q(**{f"pk__{side}": cursor.pk})
    further = Q(**{f"{cursor.by}__{side}": cursor.value}) | Q(**{f"pk__{side}": cursor.pk})
    return Q(**{f"{cursor.by}__{side}e": cursor.value}) & further


def page(
    rows: QuerySet,
    *,
    by: str = "pk",
    descending: bool = False,
    cursor: str = "",
    size: int = PAGE_SIZE,
    shown: Callable[[QuerySet], QuerySet] | None = None,
) -> Page[Any]:
    """Answer one page of rows in the order (by, pk); `by` is a column that is never empty.

    One query, no counting. With ``shown`` the page's keys are found first and only their rows are widened by it: for
    conditions that many more rows meet than the database believes, such as words that always occur together.
    Raises BadCursor when the cursor is not one of this list.
    """
    place = Cursor.decode(cursor, by) if cursor else None
    backward = bool(place and place.backward)
    ascending = descending == backward
    sign = "" if ascending else "-"
    wanted = rows.filter(_beyond(place, ascending=ascending)) if place else rows
    order = dict.fromkeys((f"{sign}{by}", f"{sign}pk"))
    if shown:
        keys = wanted.order_by(*order).values("pk")[: size + 1]
        wanted = shown(wanted.model._default_manager.filter(pk__in=keys))
    found = list(wanted.order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    return _with_neighbours(found, by, place, after=more or backward, before=bool(place) and (more or not backward))


def _with_neighbours(found: list[Any], by: str, place: Cursor | None, *, after: bool, before: bool) -> Page[Any]:
    def lead(row: Any, *, backward: bool) -> str:
        return Cursor(by, backward, _value(row, by), _value(row, "pk")).encode()

    if not found:  # the rows beyond this place are gone: lead back to where it was
        back = Cursor(by, not place.backward, place.value, place.pk).encode() if place else ""
        return Page([], next_cursor=back if place and place.backward else "", previous_cursor="" if place and place.backward else back)
    return Page(
        found,
        next_cursor=lead(found[-1], backward=False) if after else "",
        previous_cursor=lead(found[0], backward=True) if before else "",
    )
