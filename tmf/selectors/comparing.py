"""How a condition of a list becomes one of the database, whatever the list is of."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from tmf.errors import BadQuery, NotBuilt
from tmf.queries import Condition, safe_pattern
from tmf.shapes import moment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

LOOKUPS = {"eq": "exact", "gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte"}
Row = TypeVar("Row", bound=Model)


def narrowed(found: QuerySet[Row], groups: Sequence[Sequence[Condition]], one: Callable[[str, str, str], Q]) -> QuerySet[Row]:
    """Keep the rows that meet every group of conditions; ``one`` answers a condition by path, operator and value."""
    for group in groups:
        either = Q()
        for condition in group:
            either |= _either(condition, one)
        found = found.filter(either)
    return found


def _either(asked: Condition, one: Callable[[str, str, str], Q]) -> Q:
    if asked.operator == "ne":
        return ~_either(Condition(asked.path, "eq", asked.values), one)
    # words may hold commas themselves, so the whole is one of the values that may be meant
    whole = (",".join(asked.values),) if len(asked.values) > 1 and asked.operator == "eq" else ()
    found = Q()
    for value in (*asked.values, *whole):
        found |= one(asked.path, asked.operator, value)
    return found


def unknown(path: str) -> BadQuery:
    """Answer the refusal of an attribute that there is not."""
    return BadQuery(_("“%(name)s” is no attribute that lists are searched by.") % {"name": path[:80]}, field=path[:80])


def unsearched(name: str) -> NotBuilt:
    """Answer the refusal of an attribute that there is, and that lists are not searched by."""
    return NotBuilt(_("Lists are not searched by “%(name)s”.") % {"name": name}, field=name)


def compared(column: str, operator: str, value: str) -> Q:
    """Compare words. Raises NotBuilt."""
    if operator == "regex":
        pattern = safe_pattern(value)
        if pattern is None:
            raise NotBuilt(_("Patterns are made of words, “.”, “.*”, “^” and “$”; others are not supported."), field="regex")
        return Q(**{f"{column}__regex": pattern})
    return Q(**{f"{column}__{LOOKUPS[operator]}": value})


def meets(word: str, operator: str, value: str) -> bool:
    """Whether a word that stands fast meets a condition."""
    if operator == "regex":
        pattern = safe_pattern(value)
        return pattern is not None and re.search(pattern, word) is not None
    return {"eq": word == value, "gt": word > value, "gte": word >= value, "lt": word < value, "lte": word <= value}[operator]


def status(words: dict[str, Q], operator: str, value: str) -> Q:
    """Compare a status, which is equal or not. Raises BadQuery."""
    if operator != "eq":
        raise BadQuery(_("A status is equal or not; it is not compared otherwise."), field="status")
    return words.get(value, Q(pk__in=()))


def moment_asked(path: str, value: str) -> datetime:
    """Read an instant or a day. Raises BadQuery."""
    at = moment_of(value) or moment_of(f"{value}T00:00:00Z")
    if at is None:
        raise BadQuery(_("Write a time as 2026-01-31T12:00:00Z."), field=path)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise BadQuery(_("Write a time as 2026-01-31T12:00:00Z."), field=path) from None


def date(path: str, column: str, operator: str, value: str) -> Q:
    """Compare an instant with a column. Raises BadQuery."""
    if operator == "regex":
        raise BadQuery(_("A time is compared, not searched by a pattern."), field=path)
    return Q(**{f"{column}__{LOOKUPS[operator]}": moment_asked(path, value)})


def sorted_by(found: QuerySet[Row], sort: str, orders: dict[str, Any], newest: str = "-pk") -> QuerySet[Row]:
    """Put rows into the order that is asked for (``-lastUpdate,name``) by these expressions, ``newest`` first unless one is.

    Raises BadQuery.
    """
    order: list[Any] = []
    last = newest
    for words in filter(None, (word.strip() for word in sort.split(","))):
        name, down = words.lstrip("+-"), words.startswith("-")
        if name not in orders:
            raise BadQuery(_("Lists are not sorted by “%(name)s”.") % {"name": name[:80]}, field="sort")
        last = "-pk" if down else "pk"
        order.append(orders[name].desc(nulls_last=True) if down else orders[name].asc(nulls_last=True))
    return found.order_by(*order, last)
