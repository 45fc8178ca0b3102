"""Visits as appointments of TMF646, version 4: list, read, make, change, delete; searches for a time; subscriptions and listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.http import FileResponse, Http404
from rest_framework.response import Response

from core.time import now
from tmf import selectors, services
from tmf.api import hubs
from tmf.api.base import CREATED, NO_CONTENT, TmfView, refuse, tag_of
from tmf.api.resources import ListView, OneView
from tmf.appointments import documents, events, shapes
from tmf.events import path_of
from tmf.models import SlotSearch, Standard
from tmf.selectors.comparing import date, narrowed, sorted_by, status, unknown, unsearched
from tmf.shapes import V4
from visits import selectors as visits
from visits.services.record import locked

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from tmf.queries import Asked
    from tmf.shapes import Complaint
    from visits.models import Visit

COLLECTION, SEARCHES = "appointment", "searchTimeSlot"
_LONGEST_ID = 15


class _AppointmentView(TmfView):
    """A view of the interface."""

    root = "/tmf-api/appointment"
    attributes = shapes.ATTRIBUTES
    known = shapes.ATTRIBUTES

    def shown(self, keys: list[int]) -> list[dict[str, Any]]:
        """Answer the documents of visits."""
        base = f"{self.base}/{COLLECTION}"
        return [documents.written(each, base) for each in selectors.appointments_shown(keys, self.person, base)]


class AppointmentsView(_AppointmentView, ListView):
    """All visits that the caller may see."""

    collection = COLLECTION

    def found(self, asked: Asked) -> QuerySet[Visit]:
        """Answer the visits that meet the conditions."""
        return selectors.appointments_filtered(selectors.appointments(self.person), asked.groups)

    def in_order(self, rows: QuerySet[Visit], sort: str) -> QuerySet[Visit]:
        """Put them into the order that is asked for."""
        return selectors.appointments_ordered(rows, sort)

    def written(self, keys: list[int]) -> list[dict[str, Any]]:
        """Answer their documents."""
        return self.shown(keys)

    def post(self, request: Request) -> Response:
        """Plan a visit; its status is ours to say."""
        document = self.document()
        refuse(shapes.complaints_about_new(document))
        visit = services.book(document, actor=self.person, at=now(), is_decided=self.prefers("handling=lenient"))
        (shown,) = self.shown([visit.pk])
        return Response(self.chosen(shown), status=CREATED, headers={"Location": shown["href"], "ETag": tag_of(shown)})


class AppointmentView(_AppointmentView, OneView):
    """One visit."""

    def found(self, id: str) -> Visit:  # noqa: A002 - the standard's own name
        """Answer the visit, if the caller may see it."""
        return _visit(self, id)

    def lock(self, row: Visit) -> None:
        """Hold the visit."""
        locked(row)

    def written(self, row: Visit) -> dict[str, Any]:
        """Answer its document."""
        return self.shown([row.pk])[0]

    def complaints(self, patch: Any) -> list[Complaint]:
        """Answer what is wrong with a patch."""
        return shapes.complaints_about_change(patch)

    def change(self, row: Visit, patch: dict[str, Any], at: datetime) -> None:
        """Change the visit."""
        services.rebook(row, patch, actor=self.person, at=at, base=f"{self.base}/{COLLECTION}", is_decided=self.prefers("handling=lenient"))

    def take_away(self, row: Visit, at: datetime) -> None:
        """Take it from the sight of TMF646."""
        services.take_away(row, actor=self.person, at=at)


class PictureView(_AppointmentView):
    """A picture taken on site, at the address that an attachment names."""

    def get(self, request: Request, id: str, photo: int) -> FileResponse:  # noqa: A002
        """Answer the picture, always as a download."""
        found = visits.photos_for(self.person).filter(visit=_visit(self, id), pk=photo).first()
        if found is None:
            raise Http404
        try:
            content = found.file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        return FileResponse(content, as_attachment=True, filename=f"{id}-{found.pk}", content_type=found.content_type)


def _visit(view: TmfView, id: str) -> Visit:  # noqa: A002
    key = selectors.key_of(id)
    found = selectors.appointments(view.person).filter(pk=key).first() if key is not None else None
    if found is None:
        raise Http404
    return found


# --- Searches for a time --------------------------------------------------------------------------


class _SearchView(_AppointmentView):
    attributes = shapes.SEARCH_ATTRIBUTES
    known = shapes.SEARCH_ATTRIBUTES

    def searches(self, rows: list[SlotSearch]) -> list[dict[str, Any]]:
        """Answer the documents of searches."""
        return [documents.search_written(_searched(row), f"{self.base}/{SEARCHES}") for row in rows]


class SearchesView(_SearchView, ListView):
    """The searches of this account."""

    collection = SEARCHES

    def found(self, asked: Asked) -> QuerySet[SlotSearch]:
        """Answer the searches that meet the conditions."""
        return narrowed(selectors.searches_of(self.person), asked.groups, _search_meets)

    def in_order(self, rows: QuerySet[SlotSearch], sort: str) -> QuerySet[SlotSearch]:
        """Put them into the order that is asked for."""
        return sorted_by(rows, sort, {"id": F("pk"), "searchDate": F("searched_at")})

    def written(self, keys: list[int]) -> list[dict[str, Any]]:
        """Answer their documents."""
        rows = SlotSearch.objects.in_bulk(keys)
        return self.searches([rows[key] for key in keys])

    def post(self, request: Request) -> Response:
        """Search, and answer what was found."""
        document = self.document()
        refuse(shapes.complaints_about_search(document))
        (shown,) = self.searches([services.search(document, actor=self.person, at=now())])
        return Response(self.chosen(shown), status=CREATED, headers={"Location": shown["href"]})


class SearchView(_SearchView):
    """One search of this account; a search is not changed, another one is made."""

    def get(self, request: Request, id: str) -> Response:  # noqa: A002
        """Answer it as it was answered first."""
        return Response(self.chosen(self.searches([self._search(id)])[0]))

    def delete(self, request: Request, id: str) -> Response:  # noqa: A002
        """Forget it."""
        services.forget_search(self._search(id))
        return Response(status=NO_CONTENT)

    def _search(self, id: str) -> SlotSearch:  # noqa: A002
        is_id = id.isascii() and id.isdecimal() and len(id) <= _LONGEST_ID
        found = selectors.searches_of(self.person).filter(pk=int(id)).first() if is_id else None
        if found is None:
            raise Http404
        return found


def _searched(row: SlotSearch) -> documents.Searched:
    return documents.Searched(id=str(row.pk), words=row.words, is_done=row.is_done, slots=row.found, reason=row.reason, at=row.searched_at)


def _search_meets(path: str, operator: str, value: str) -> Q:
    if path == "searchDate":
        return date(path, "searched_at", operator, value)
    if path == "status":
        return status({documents.DONE: Q(is_done=True), documents.REJECTED: Q(is_done=False)}, operator, value)
    raise (unsearched(path.partition(".")[0]) if path.partition(".")[0] in shapes.SEARCH_ATTRIBUTES else unknown(path))


# --- Being told ---------------------------------------------------------------------------------


class HubsView(hubs.HubsView, _AppointmentView):
    """Where other systems subscribe."""

    standard = Standard.APPOINTMENT


class HubView(hubs.HubV4View, _AppointmentView):
    """One subscription."""

    standard = Standard.APPOINTMENT


class ListenerView(hubs.ListenerView, _AppointmentView):
    """Where a peer's hub tells us of its appointments; managers read it, nothing follows from it."""

    listeners = {V4: {path_of(type_): type_ for type_ in (*events.TYPES, *events.SEARCH)}}
    is_read_only = True
