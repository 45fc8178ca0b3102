"""A collection and one thing of it, as every interface of TM Forum answers them; what a thing is is said by those who inherit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.response import Response

from core.pages import LARGEST, page
from core.time import now
from tmf import selectors
from tmf.api.base import (
    DEEPEST,
    NO_CONTENT,
    NOT_MODIFIED,
    PARTIAL,
    PATCH,
    PATCH_QUERY,
    MergeParser,
    PatchParser,
    PatchQueryParser,
    TmfView,
    WordsParser,
    is_deeper,
    names,
    number,
    refuse,
    refuse_filter,
    tag_of,
)
from tmf.errors import BadDocument, BadQuery, Stale
from tmf.jsonpatch import BadPatch, as_merge

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from tmf.queries import Asked
    from tmf.shapes import Complaint

SIZE, MOST = 50, 100
"""Things on a page unless asked otherwise, and at most."""
NAMES = ("fields", "offset", "limit", "sort", "filter", "before", "after")
_PLACES = frozenset({"offset", "limit", "after", "before"})


class ListView(TmfView):
    """All of a kind that the caller may see."""

    collection: ClassVar[str]
    """The last word of its address."""

    def found(self, asked: Asked) -> QuerySet[Any]:
        """Answer the rows that meet the conditions. Raises BadQuery, NotBuilt."""
        raise NotImplementedError

    def in_order(self, rows: QuerySet[Any], sort: str) -> QuerySet[Any]:
        """Put rows into the order that is asked for, the newest first unless one is. Raises BadQuery."""
        raise NotImplementedError

    def written(self, keys: list[int]) -> list[dict[str, Any]]:
        """Answer the documents of these rows, in their order."""
        raise NotImplementedError

    def get(self, request: Request) -> Response:
        """List them, newest first, narrowed down by any attribute."""
        asked = self.asked(NAMES)
        refuse_filter(asked)
        found = self.found(asked)
        limit = number(asked.named.get("limit"), "limit", SIZE, MOST)
        total = selectors.counted(found, self.person, f"{self.collection}\n{asked.groups!r}")
        keys, links = self._page(found, asked.named, limit, total)
        shown = self.written(keys)
        headers = {"X-Total-Count": str(total), "X-Result-Count": str(len(shown)), "Accept-Ranges": "items", "Link": links}
        profile = selectors.profile_of(self.person) if len(shown) < total else None
        status = PARTIAL if profile is not None and profile.is_partial else 200
        return Response([self.chosen(each, "id") for each in shown], status=status, headers=headers)

    def _page(self, found: QuerySet[Any], named: dict[str, str], limit: int, total: int) -> tuple[list[int], str]:
        cursor = named.get("after") or named.get("before")
        if cursor:
            if named.get("sort"):
                raise BadQuery(_("A list in an order of its own is paged by offset."), field="sort")
            some = page(found.values("pk"), descending=True, cursor=cursor, size=max(limit, 1))
            links = {"next": {"after": some.next_cursor}, "prev": {"before": some.previous_cursor}}
            return [row["pk"] for row in some], self._links({rel: more for rel, more in links.items() if any(more.values())}, limit)
        offset = number(named.get("offset"), "offset", 0, LARGEST)
        rows = self.in_order(found, named.get("sort", ""))
        keys = list(rows.values_list("pk", flat=True)[offset : offset + limit]) if limit and offset < total else []
        places = {"first": 0, "prev": max(offset - limit, 0), "next": offset + limit, "last": max(total - 1, 0) // max(limit, 1) * limit}
        if offset == 0:
            del places["prev"]
        if offset + limit >= total:
            del places["next"]
        return keys, self._links({rel: {"offset": str(place)} for rel, place in places.items()}, limit)

    def _links(self, places: dict[str, dict[str, str]], limit: int) -> str:
        """Write where the other parts of the list are (RFC 8288)."""
        base = f"{self.base}/{self.collection}"
        sent = parse_qsl(self.request.META.get("QUERY_STRING", ""))
        kept = [pair for pair in sent if pair[0] not in _PLACES]
        others = (f'<{base}?{urlencode([*kept, *more.items(), ("limit", limit)])}>; rel="{rel}"' for rel, more in places.items())
        return ", ".join((f'<{base}?{urlencode(sent)}>; rel="self"', *others))


class OneView(TmfView):
    """One thing: read, changed by any kind of patch, taken away."""

    parser_classes = (WordsParser, MergeParser, PatchParser, PatchQueryParser)

    def found(self, id: str) -> Any:  # noqa: A002 - the standard's own name
        """Answer the row, if the caller may see it. Raises Http404."""
        raise NotImplementedError

    def lock(self, row: Any) -> None:
        """Hold the row until the transaction ends."""
        raise NotImplementedError

    def written(self, row: Any) -> dict[str, Any]:
        """Answer the document as it is now."""
        raise NotImplementedError

    def complaints(self, patch: Any) -> list[Complaint]:
        """Answer what is wrong with a merge patch."""
        raise NotImplementedError

    def change(self, row: Any, patch: dict[str, Any], at: datetime) -> None:
        """Carry out a merge patch whose form was checked."""
        raise NotImplementedError

    def take_away(self, row: Any, at: datetime) -> None:
        """Delete it."""
        raise NotImplementedError

    def get(self, request: Request, id: str) -> Response:  # noqa: A002
        """Answer the thing, or those of its attributes that are asked for."""
        shown = self.written(self.found(id))
        tag = tag_of(shown)
        if names(request.headers.get("If-None-Match", ""), tag, weakly=True):
            return Response(status=NOT_MODIFIED, headers={"ETag": tag})
        return Response(self.chosen(shown), headers={"ETag": tag})

    def patch(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change the thing by a merge patch, as which plain JSON is taken too, or by a JSON patch."""
        row = self.found(id)
        with transaction.atomic():
            self._check_tag(request, row)
            patch = self._as_merge(request, row)
            refuse(self.complaints(patch))
            self.change(row, patch, now())
            shown = self.written(row)
        return Response(self.chosen(shown), headers={"ETag": tag_of(shown)})

    def delete(self, request: Request, id: str) -> Response:  # noqa: A002
        """Take the thing away, as an administrator."""
        row = self.found(id)
        with transaction.atomic():
            self._check_tag(request, row)
            self.take_away(row, now())
        return Response(status=NO_CONTENT)

    def _check_tag(self, request: Request, row: Any) -> None:
        """Hold the row until it is changed, and see that it is as the caller has read it."""
        wanted = request.headers.get("If-Match", "")
        if not wanted:
            return
        self.lock(row)
        tag = tag_of(self.written(row))
        if not names(wanted, tag):
            raise Stale(_("It has changed since you read it. Read it again, and decide anew."), tag)

    def _as_merge(self, request: Request, row: Any) -> dict[str, Any]:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        if kind == PATCH_QUERY:
            raise BadDocument(_("Patches by query are not supported; send a merge patch."))
        if kind != PATCH:
            return self.document()
        self.lock(row)
        if is_deeper({"patch": request.data}, DEEPEST):
            raise BadDocument(_("Send a JSON object."))
        try:
            return as_merge(self.written(row), request.data)
        except BadPatch as error:
            raise BadDocument(str(error)) from error
