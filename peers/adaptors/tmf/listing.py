"""Which tickets changed over there, from lists, since TMF621 has no feed: by the last update where that can be asked, else from all."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from core.time import now
from peers.adaptors.peer import News
from peers.errors import Broken, Refused
from tmf.documents import moment
from tmf.shapes import moment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from peers.adaptors.calling import Caller, Said

PAGE, AGAIN = 50, 5
"""Tickets asked for at a time, and how many of a page stand on the next one too: a list that moves meanwhile must not lose one."""
MOST = 40
"""Pages in one turn of those that are read whole."""
STEP = 1_000_000
REST = STEP - 1
OVERLAP = timedelta(minutes=2)
"""How far before the newest change is read again: what was changed earlier and could be seen only later."""
GRACE = timedelta(seconds=2)
"""How old a change must be before the same words stand for the same: two changes of one second look alike in a list that says little."""
NOT_SO = frozenset({400, 422, 501})
"""With what a list is refused that cannot be asked for so."""
LONGEST_KEY = 120
SEARCHED = 200
"""Pages that are looked through for one ticket."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, and whether there is more of it."""

    rows: Sequence[Mapping[str, Any]]
    more: bool
    at: datetime
    """When it was answered, by their clock."""


@dataclass(slots=True)
class Lists:
    """The lists of one peer.

    How far they were read is one number: seconds of the last update × 1,000,000 + how many tickets of those were read, or 999,999 where all
    were. Below 1,000,000 nothing can be asked by time, and the whole list is read: then it is how many tickets were read.
    """

    caller: Caller
    made_at: datetime

    def page(self, query: Mapping[str, Any], offset: int) -> Page:
        """Read a part of a list."""
        said = self.caller.get(f"/troubleTicket?{urlencode({**query, 'offset': offset, 'limit': PAGE})}")
        body = said.body
        if not isinstance(body, list):
            raise Broken(_("The other side does not answer as a helpdesk with TMF621 does."))
        rows = [row for row in body if isinstance(row, dict) and row.get("id")]
        return Page(rows, bool(rows) and _more(said, offset + len(body)), _their_time(said))

    def newest(self) -> int:
        """Answer where to begin: now, by their clock."""
        return int(self.page({}, 0).at.timestamp()) * STEP + REST

    def news(self, after: int) -> News:
        """Answer what changed after a number."""
        seconds, offset = divmod(after, STEP)
        if seconds == 0:
            return self._all(offset)
        is_fresh = offset == REST
        since = datetime.fromtimestamp(seconds, UTC) - (OVERLAP if is_fresh else timedelta(0))
        try:
            page = self.page({"lastUpdate.gte": moment(since), "sort": "lastUpdate"}, 0 if is_fresh else offset)
        except Refused as refusal:
            if refusal.status not in NOT_SO:
                raise
            return News([], 0, more=True)  # lists cannot be asked so there: read all, from now on
        times = [moment_of(row.get("lastUpdate")) for row in page.rows]
        if any(at is None or at < since - timedelta(seconds=1) for at in times):
            return News([], 0, more=True)
        known = [min(at, page.at) for at in times if at is not None]  # a time to come would have all before it be passed over
        last, more = self._next(after, since, known, more=page.more)
        return self._news(page.rows, page.at, last, more=more)

    def _next(self, after: int, since: datetime, times: Sequence[datetime], *, more: bool) -> tuple[int, bool]:
        """Answer the number that comes next, and whether there is more now."""
        seconds, offset = divmod(after, STEP)
        latest = int(max(times).timestamp()) if times else 0
        if not more:
            return max(seconds, latest) * STEP + REST, False
        if list(times) == sorted(times) and latest > int(since.timestamp()):
            return latest * STEP, True  # the rest begins with the second of the last one
        read = 0 if offset == REST else offset
        return int(since.timestamp()) * STEP + read + _step(len(times)), True

    def _all(self, offset: int) -> News:
        """Read the whole list, or as much of it as a turn may take."""
        found: dict[str, Mapping[str, Any]] = {}
        at = now()
        for _each in range(MOST):
            page = self.page({}, offset)
            at, new = page.at, {str(row["id"]): row for row in page.rows if str(row["id"]) not in found}
            found |= new
            offset += _step(len(page.rows))
            if not new or not page.more:
                return self._news(list(found.values()), at, 0, more=False)
        return self._news(list(found.values()), at, min(offset, REST), more=True)

    def since(self, at: datetime) -> list[str]:
        """Answer the tickets that were changed at an instant or later."""
        keys, after, more = dict[str, None](), int(at.timestamp()) * STEP, True
        while more:
            news = self.news(after)
            keys |= dict.fromkeys(news.keys)
            after, more = news.last, news.more
        return list(keys)

    def named(self, queries: Sequence[Mapping[str, str]], fits: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any] | None:
        """Find a ticket: by what may be asked, else by reading the list. The one that was made first, if there are more."""
        for query in queries:
            try:
                page = self.page(query, 0)
            except Refused:
                continue
            found = [row for row in page.rows if fits(row)]
            if found or not page.rows:
                return min(found, key=lambda row: str(row.get("creationDate", "")), default=None)
        return self._looked_through(fits)

    def _looked_through(self, fits: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any] | None:
        seen: set[str] = set()
        offset = 0
        for _each in range(SEARCHED):
            page = self.page({}, offset)
            new = [row for row in page.rows if str(row["id"]) not in seen]
            found = next((row for row in new if fits(row)), None)
            if found is not None or not new or not page.more:
                return found
            seen |= {str(row["id"]) for row in new}
            offset += _step(len(page.rows))
        return None

    def _news(self, rows: Sequence[Mapping[str, Any]], at: datetime, last: int, *, more: bool) -> News:
        known = {str(row["id"]): row for row in rows if len(str(row["id"])) <= LONGEST_KEY}
        began = self.made_at + _apart(at)
        old = frozenset(key for key, row in known.items() if (when := _changed(row)) is not None and when < began)
        return News(list(known), last, more, {key: _mark(row, at) for key, row in known.items()}, old)


def _step(read: int) -> int:
    """Answer how far on the next part begins: a full one has some of its tickets stand on the next one too."""
    return read - AGAIN if read >= PAGE else max(1, read)


def _more(said: Said, read: int) -> bool:
    """Whether there is more behind so many tickets; where nothing is said about it the next part tells."""
    total = said.headers.get("x-total-count", "")
    if total.isascii() and total.isdecimal():
        return read < int(total)
    return 'rel="next"' in said.headers.get("link", "") or "link" not in said.headers


def _their_time(said: Said) -> datetime:
    try:
        return parsedate_to_datetime(said.headers.get("date", "")).astimezone(UTC)
    except (TypeError, ValueError):
        return now()


def _apart(at: datetime) -> timedelta:
    """Answer how far their clock is from ours, where it is more than the way takes."""
    apart = at - now()
    return apart if abs(apart) > timedelta(seconds=3) else timedelta(0)


def _changed(row: Mapping[str, Any]) -> datetime | None:
    return moment_of(row.get("lastUpdate")) or moment_of(row.get("creationDate"))


def _mark(row: Mapping[str, Any], at: datetime) -> str:
    """Answer by what is known that a ticket says what it said; nothing while it may still change within the second."""
    changed = _changed(row)
    if changed is not None and at - changed < GRACE:
        return ""
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode("utf-8", "replace")).hexdigest()[:40]
