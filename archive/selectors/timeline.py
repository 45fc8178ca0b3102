"""One page of everything that happened, from all sources, by key: as quick on the last page as on the first.

Each source is asked for the keys of at most one page beyond the place where the reader is; what is newest of all of them is
the page, and only its rows are read whole. Nothing is copied: an entry is never staler, or seen by more people, than its row.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from archive.engine import Entry, Key, Place, merged
from archive.sources import Source, all_sources, source_of
from core.pages import PAGE_SIZE, BadCursor, Cursor, Page
from tickets.figures.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from django.db.models import QuerySet

    from accounts.models import User
    from archive.scope import Scope

BY = "archive"
YEARS = timedelta(days=730)
"""How far back an archive goes unless asked otherwise: the two years a newcomer has to know."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a timeline is wanted: kinds (none named: all), days with both ends, words that must all occur."""

    first: date
    last: date
    kinds: frozenset[str] = frozenset()
    words: str = ""

    def sources(self) -> Iterator[Source]:
        """Yield the sources that are asked."""
        return (source for source in all_sources() if not self.kinds or source.kind in self.kinds)


def encoded(place: Place) -> str:
    """Write a place as a word for a URL."""
    return Cursor(BY, place.backward, f"{place.key.at.isoformat()} {place.key.kind}", place.key.pk).encode()


def decoded(text: str) -> Place:
    """Read a place of a timeline. Raises BadCursor for whatever else."""
    cursor = Cursor.decode(text, BY)
    try:
        at, kind = str(cursor.value).split(" ")
        when = datetime.fromisoformat(at)
        if when.tzinfo is None:
            raise BadCursor
        return Place(Key(when.astimezone(UTC), kind, cursor.pk), cursor.backward)
    except (ValueError, OverflowError) as error:
        raise BadCursor from error


def rows_of(source: Source, user: User, scope: Scope, asked: Asked, at: datetime) -> QuerySet[Any]:
    """Answer a source's rows that were asked for and had happened at an instant, each with ``happened_at``."""
    rows = source.timed(source.within(user, scope))
    days = Period(asked.first, asked.last)
    rows = rows.filter(happened_at__gte=days.starts, happened_at__lt=days.ends, happened_at__lte=at)
    words = asked.words.replace("\0", " ").strip()
    return source.matching(rows, words) if words else rows


def timeline(user: User, scope: Scope, asked: Asked, *, at: datetime, cursor: str = "", size: int = PAGE_SIZE) -> Page[Entry]:
    """Answer one page of what a person may see, the newest first: at most two queries a source, and those of its entries.

    Raises BadCursor when the cursor is not one of a timeline.
    """
    place = decoded(cursor) if cursor else None
    backward = bool(place and place.backward)
    found: list[Key] = []
    for source in asked.sources():
        found += _keys(source.kind, rows_of(source, user, scope, asked, at), place, size + 1)
    keys = merged(found, size + 1, backward=backward)
    more, keys = len(keys) > size, keys[:size]
    if backward:
        keys.reverse()
    return _page(_read(keys, user), place, after=more or backward, before=bool(place) and (more or not backward))


def _keys(kind: str, rows: QuerySet[Any], place: Place | None, limit: int) -> Iterator[Key]:
    backward = bool(place and place.backward)
    if place is not None:
        rows = rows.filter(_beyond(kind, place))
    order = ("happened_at", "pk") if backward else ("-happened_at", "-pk")
    for pk, happened_at in rows.order_by(*order).values_list("pk", "happened_at")[:limit]:
        yield Key(happened_at, kind, pk)


def _beyond(kind: str, place: Place) -> Q:
    side = "gt" if place.backward else "lt"
    if kind == place.key.kind:
        further = Q(**{f"happened_at__{side}": place.key.at}) | Q(**{f"pk__{side}": place.key.pk})
        return Q(**{f"happened_at__{side}e": place.key.at}) & further
    return Q(**{f"happened_at__{side}{'e' if place.takes_same_instant(kind) else ''}": place.key.at})


def _read(keys: Iterable[Key], user: User) -> list[Entry]:
    """Answer the entries of these keys in their order; what vanished or was hidden meanwhile is left out."""
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    ordered = list(keys)
    for key in ordered:
        wanted[key.kind].append(key.pk)
    read = {(entry.kind, entry.pk): entry for kind, pks in wanted.items() for entry in source_of(kind).entries(pks, user)}
    return [read[key.kind, key.pk] for key in ordered if (key.kind, key.pk) in read]


def _page(entries: list[Entry], place: Place | None, *, after: bool, before: bool) -> Page[Entry]:
    if not entries:
        back = encoded(Place(place.key, not place.backward)) if place else ""
        return Page([], next_cursor=back if place and place.backward else "", previous_cursor="" if place and place.backward else back)
    return Page(
        entries,
        next_cursor=encoded(Place(entries[-1].key)) if after else "",
        previous_cursor=encoded(Place(entries[0].key, backward=True)) if before else "",
    )


def walk(user: User, scope: Scope, asked: Asked, *, at: datetime, size: int = 200) -> Iterator[Entry]:
    """Yield every entry that was asked for, the newest first, page by page."""
    cursor = ""
    while True:
        page = timeline(user, scope, asked, at=at, cursor=cursor, size=size)
        yield from page
        cursor = page.next_cursor
        if not cursor:
            return


def count(user: User, scope: Scope, asked: Asked, at: datetime) -> int:
    """Answer how many entries were asked for: a query a source."""
    return sum(rows_of(source, user, scope, asked, at).count() for source in asked.sources())
