"""Trouble tickets: list, read, make, change, delete; in both versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from rest_framework.response import Response

from core.api_parsers import JsonParser
from core.pages import LARGEST, page
from core.time import now
from tickets import selectors as desk
from tickets.services.record import locked
from tmf import documents, selectors, services
from tmf.api.base import (
    CREATED,
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
    is_deeper,
    names,
    number,
    refuse,
    refuse_filter,
    tag_of,
)
from tmf.errors import BadDocument, BadQuery, Stale
from tmf.jsonpatch import BadPatch, as_merge
from tmf.shapes import complaints_about_change, complaints_about_new

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from tickets.models import Ticket

SIZE, MOST = 50, 100
"""Tickets on a page unless asked otherwise, and at most."""
NAMES = ("fields", "offset", "limit", "sort", "filter", "before", "after")


class TicketsView(TmfView):
    """All tickets that the caller may see."""

    def get(self, request: Request) -> Response:
        """List them, newest first, narrowed down by any attribute."""
        asked = self.asked(NAMES)
        refuse_filter(asked)
        found = selectors.filtered(selectors.visible(self.person), asked.groups, self.spoken)
        limit = number(asked.named.get("limit"), "limit", SIZE, MOST)
        total = selectors.counted(found, self.person, repr(asked.groups))
        keys, links = self._page(found, asked.named, limit, total)
        base, fields = f"{self.base}/troubleTicket", self.fields()
        shown = [documents.written(each, self.spoken, base) for each in selectors.shown(keys, self.person, base)]
        headers = {"X-Total-Count": str(total), "X-Result-Count": str(len(shown)), "Accept-Ranges": "items", "Link": links}
        profile = selectors.profile_of(self.person) if len(shown) < total else None
        status = PARTIAL if profile is not None and profile.is_partial else 200
        return Response([documents.chosen(each, fields, ["id"]) for each in shown], status=status, headers=headers)

    def _page(self, found: QuerySet[Ticket], named: dict[str, str], limit: int, total: int) -> tuple[list[int], str]:
        cursor = named.get("after") or named.get("before")
        if cursor:
            if named.get("sort"):
                raise BadQuery(_("A list in an order of its own is paged by offset."), field="sort")
            some = page(found.values("pk"), descending=True, cursor=cursor, size=max(limit, 1))
            links = {"next": {"after": some.next_cursor}, "prev": {"before": some.previous_cursor}}
            return [row["pk"] for row in some], self._links({rel: more for rel, more in links.items() if any(more.values())}, limit)
        offset = number(named.get("offset"), "offset", 0, LARGEST)
        rows = selectors.ordered(found, named.get("sort", ""), self.spoken)
        keys = list(rows.values_list("pk", flat=True)[offset : offset + limit]) if limit and offset < total else []
        places = {"first": 0, "prev": max(offset - limit, 0), "next": offset + limit, "last": max(total - 1, 0) // max(limit, 1) * limit}
        if offset == 0:
            del places["prev"]
        if offset + limit >= total:
            del places["next"]
        return keys, self._links({rel: {"offset": str(place)} for rel, place in places.items()}, limit)

    def _links(self, places: dict[str, dict[str, str]], limit: int) -> str:
        """Write where the other parts of the list are (RFC 8288)."""
        base = f"{self.base}/troubleTicket"
        kept = [
            pair for pair in parse_qsl(self.request.META.get("QUERY_STRING", "")) if pair[0] not in {"offset", "limit", "after", "before"}
        ]
        here = f'<{base}?{urlencode(parse_qsl(self.request.META.get("QUERY_STRING", "")))}>; rel="self"'
        others = (f'<{base}?{urlencode([*kept, *more.items(), ("limit", limit)])}>; rel="{rel}"' for rel, more in places.items())
        return ", ".join((here, *others))

    def post(self, request: Request) -> Response:
        """Report a ticket; its status is ours to say."""
        document = self.document()
        refuse(complaints_about_new(document, self.spoken))
        ticket = services.create(document, self.spoken, actor=self.person, at=now())
        shown = _shown(self, ticket.pk)
        headers = {"Location": shown["href"], "ETag": tag_of(shown)}
        return Response(documents.chosen(shown, self.fields()), status=CREATED, headers=headers)


class TicketView(TmfView):
    """One ticket."""

    parser_classes = (JsonParser, MergeParser, PatchParser, PatchQueryParser)

    def get(self, request: Request, id: str) -> Response:  # noqa: A002 - the standard's own name
        """Answer the ticket, or those of its attributes that are asked for."""
        shown = _shown(self, self._ticket(id).pk)
        tag = tag_of(shown)
        if names(request.headers.get("If-None-Match", ""), tag, weakly=True):
            return Response(status=NOT_MODIFIED, headers={"ETag": tag})
        return Response(documents.chosen(shown, self.fields()), headers={"ETag": tag})

    def patch(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change the ticket by a merge patch, as which plain JSON is taken too, or by a JSON patch."""
        ticket = self._ticket(id)
        with transaction.atomic():
            self._check_tag(request, ticket)
            patch = self._as_merge(request, ticket)
            refuse(complaints_about_change(patch, self.spoken))
            services.change(ticket, patch, self.spoken, actor=self.person, at=now())
            shown = _shown(self, ticket.pk)
        return Response(documents.chosen(shown, self.fields()), headers={"ETag": tag_of(shown)})

    def delete(self, request: Request, id: str) -> Response:  # noqa: A002
        """Take the ticket away, as an administrator."""
        ticket = self._ticket(id)
        with transaction.atomic():
            self._check_tag(request, ticket)
            services.delete(ticket, actor=self.person, at=now())
        return Response(status=NO_CONTENT)

    def _ticket(self, id: str) -> Ticket:  # noqa: A002
        ticket = selectors.visible(self.person).filter(number=id).first()
        if ticket is None:
            raise Http404
        return ticket

    def _check_tag(self, request: Request, ticket: Ticket) -> None:
        """Hold the ticket until it is changed, and see that it is as the caller has read it."""
        wanted = request.headers.get("If-Match", "")
        if not wanted:
            return
        locked(ticket)
        tag = tag_of(_shown(self, ticket.pk))
        if not names(wanted, tag):
            raise Stale(_("It has changed since you read it. Read it again, and decide anew."), tag)

    def _as_merge(self, request: Request, ticket: Ticket) -> dict[str, Any]:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        if kind == PATCH_QUERY:
            raise BadDocument(_("Patches by query are not supported; send a merge patch."))
        if kind != PATCH:
            return self.document()
        locked(ticket)
        if is_deeper({"patch": request.data}, DEEPEST):
            raise BadDocument(_("Send a JSON object."))
        try:
            return as_merge(_shown(self, ticket.pk), request.data)
        except BadPatch as error:
            raise BadDocument(str(error)) from error


class FileView(TmfView):
    """The content of a file, at the address that an attachment names."""

    def get(self, request: Request, id: str, file: int) -> FileResponse:  # noqa: A002
        """Answer the file, always as a download."""
        ticket = selectors.visible(self.person).filter(number=id).first()
        found = desk.attachments_for(self.person).filter(ticket=ticket, pk=file, is_public=True).first() if ticket else None
        if found is None:
            raise Http404
        try:
            content = found.file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        return FileResponse(content, as_attachment=True, filename=found.name, content_type=found.content_type)


def _shown(view: TmfView, key: int) -> dict[str, Any]:
    base = f"{view.base}/troubleTicket"
    found: Sequence[documents.Shown] = selectors.shown([key], view.person, base)
    return documents.written(found[0], view.spoken, base)
