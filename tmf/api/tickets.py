"""Trouble tickets: list, read, make, change, delete; in both versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import FileResponse, Http404
from rest_framework.response import Response

from accounts.tokens import source_of
from core.time import now
from tickets import selectors as desk
from tickets.services.record import locked
from tmf import documents, selectors, services
from tmf.api.base import CREATED, TmfView, refuse, tag_of
from tmf.api.resources import ListView, OneView
from tmf.shapes import complaints_about_change, complaints_about_new

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from tickets.models import Ticket
    from tmf.queries import Asked
    from tmf.shapes import Complaint


class TicketsView(ListView):
    """All tickets that the caller may see."""

    collection = "troubleTicket"

    def found(self, asked: Asked) -> QuerySet[Ticket]:
        """Answer the tickets that meet the conditions."""
        return selectors.filtered(selectors.visible(self.person), asked.groups, self.spoken)

    def in_order(self, rows: QuerySet[Ticket], sort: str) -> QuerySet[Ticket]:
        """Put them into the order that is asked for."""
        return selectors.ordered(rows, sort, self.spoken)

    def written(self, keys: list[int]) -> list[dict[str, Any]]:
        """Answer their documents."""
        return _shown(self, keys)

    def post(self, request: Request) -> Response:
        """Report a ticket; its status is ours to say."""
        document = self.document()
        refuse(complaints_about_new(document, self.spoken))
        ticket = services.create(document, self.spoken, actor=self.person, at=now(), source=source_of(request))
        (shown,) = _shown(self, [ticket.pk])
        headers = {"Location": shown["href"], "ETag": tag_of(shown)}
        return Response(self.chosen(shown), status=CREATED, headers=headers)


class TicketView(OneView):
    """One ticket."""

    def found(self, id: str) -> Ticket:  # noqa: A002 - the standard's own name
        """Answer the ticket, if the caller may see it."""
        ticket = selectors.visible(self.person).filter(number=id).first()
        if ticket is None:
            raise Http404
        return ticket

    def lock(self, row: Ticket) -> None:
        """Hold the ticket."""
        locked(row)

    def written(self, row: Ticket) -> dict[str, Any]:
        """Answer its document."""
        return _shown(self, [row.pk])[0]

    def complaints(self, patch: Any) -> list[Complaint]:
        """Answer what is wrong with a patch."""
        return complaints_about_change(patch, self.spoken)

    def change(self, row: Ticket, patch: dict[str, Any], at: datetime) -> None:
        """Change the ticket."""
        services.change(row, patch, self.spoken, actor=self.person, at=at)

    def take_away(self, row: Ticket, at: datetime) -> None:
        """Take it from the sight of TMF621."""
        services.delete(row, actor=self.person, at=at)


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


def _shown(view: TmfView, keys: list[int]) -> list[dict[str, Any]]:
    base = f"{view.base}/troubleTicket"
    found: Sequence[documents.Shown] = selectors.shown(keys, view.person, base)
    return [documents.written(each, view.spoken, base) for each in found]
