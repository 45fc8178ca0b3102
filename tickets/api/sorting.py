"""Putting tickets in order for programs: links, tags, watching, the files, the next one to take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db.models import Prefetch, Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api_fields import Input, Known, Text
from core.errors import NotAllowed
from core.time import now
from tickets import selectors, services
from tickets.api.output import AttachmentOutput, TicketOutput
from tickets.models import Ticket, TicketLink

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.request import Request

    from accounts.models import User

NUMBER = OpenApiParameter("id", OpenApiTypes.STR, OpenApiParameter.PATH, description="The ticket's id or its number.")
ONLY_OURS = _("Tickets are sorted by the service provider's staff.")


class LinkInput(Input):
    """Another ticket, and what this one is to it."""

    also = {"target": "ticket", "other": "ticket"}

    ticket = Known(among=selectors.tickets_for, queryset=Ticket.objects.none(), help_text="The other ticket's id.")
    kind = serializers.ChoiceField(choices=TicketLink.Kind.choices)


class TagsInput(Input):
    """The words the ticket is grouped by; those it had and that are not named are taken off."""

    tags = serializers.ListField(child=Text(max_length=40), max_length=50, allow_empty=True)


class LinkOutput(serializers.Serializer[Any]):
    """Another ticket, and how the two stand to each other."""

    ticket = serializers.IntegerField(help_text="The other ticket's id.")
    number = serializers.CharField()
    subject = serializers.CharField()
    kind = serializers.ChoiceField(choices=TicketLink.Kind.values)
    is_from_here = serializers.BooleanField(help_text="Whether this ticket is that to the other; else the other is to this.")


class SortedOutput(serializers.Serializer[Any]):
    """How a ticket is sorted."""

    tags = serializers.ListField(child=serializers.CharField())
    links = LinkOutput(many=True)
    is_watched = serializers.BooleanField(help_text="Whether the caller is told of what happens to it.")


class Sorting:
    """Actions of the tickets' view set, which has what they call."""

    @property
    def person(self) -> User:
        """Who calls."""
        return cast("User", self.request.user)  # type: ignore[attr-defined]  # the view set's own

    _ticket: Callable[[str], Ticket]
    _valid: Callable[[type[Input]], dict[str, Any]]
    _answer: Callable[[Any], Response]
    get_serializer_context: Callable[[], dict[str, Any]]

    @extend_schema(
        operation_id="tickets_sorted", summary="Tags, links and whether you watch it", parameters=[NUMBER], responses=SortedOutput
    )
    @action(detail=True, url_path="sorted", url_name="sorted")
    def how_sorted(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's own name
        """Answer how the ticket is sorted; customers are told only whether they watch it."""
        return Response(self._sorted(self._ticket(id)))

    @extend_schema(
        operation_id="tickets_link", summary="Link another ticket", parameters=[NUMBER], request=LinkInput, responses=SortedOutput
    )
    @action(detail=True, methods=["post"])
    def link(self, request: Request, id: str) -> Response:  # noqa: A002
        """Say what this ticket is to another; said again it changes nothing."""
        ticket = self._to_sort(id)
        given = self._valid(LinkInput)
        services.link(ticket, given["ticket"], given["kind"], actor=self.person, at=now())
        return Response(self._sorted(ticket))

    @extend_schema(operation_id="tickets_tag", summary="Set the tags", parameters=[NUMBER], request=TagsInput, responses=SortedOutput)
    @action(detail=True, methods=["post"])
    def tag(self, request: Request, id: str) -> Response:  # noqa: A002
        """Set the tags to exactly these words."""
        ticket = self._to_sort(id)
        services.tag(ticket, self._valid(TagsInput)["tags"], actor=self.person, at=now())
        return Response(self._sorted(ticket))

    @extend_schema(
        operation_id="tickets_watch", summary="Be told of what happens", parameters=[NUMBER], request=None, responses=SortedOutput
    )
    @action(detail=True, methods=["post"])
    def watch(self, request: Request, id: str) -> Response:  # noqa: A002
        """Be told of what happens to the ticket."""
        ticket = self._ticket(id)
        services.watch(ticket, actor=self.person, at=now())
        return Response(self._sorted(ticket))

    @extend_schema(operation_id="tickets_unwatch", summary="Be told no longer", parameters=[NUMBER], request=None, responses=SortedOutput)
    @action(detail=True, methods=["post"])
    def unwatch(self, request: Request, id: str) -> Response:  # noqa: A002
        """Be told no longer of what happens to the ticket."""
        ticket = self._ticket(id)
        services.unwatch(ticket, actor=self.person, at=now())
        return Response(self._sorted(ticket))

    @extend_schema(
        operation_id="tickets_files", summary="Its files", parameters=[NUMBER], responses=AttachmentOutput(many=True), filters=False
    )
    @action(detail=True, pagination_class=None, url_path="files", url_name="files")
    def files(self, request: Request, id: str) -> Response:  # noqa: A002
        """Answer the files of the record that the caller may fetch, oldest first."""
        rows: Any = selectors.attachments_for(self.person).filter(ticket=self._ticket(id)).order_by("id")
        return Response(AttachmentOutput(rows, many=True, context=self.get_serializer_context()).data)

    @extend_schema(operation_id="tickets_take_next", summary="Take the next one", request=None, responses=TicketOutput, filters=False)
    @action(detail=False, methods=["post"], url_path="take-next", url_name="take-next", pagination_class=None)
    def take_next(self, request: Request) -> Response:
        """Take the ticket with the least time left that fits; of two who ask at once each gets another."""
        self._must_be_ours()
        taken = services.take_next(actor=self.person, at=now())
        return self._answer(Ticket.objects.filter(pk=taken.pk))

    def _to_sort(self, key: str) -> Ticket:
        ticket = self._ticket(key)
        self._must_be_ours()
        return ticket

    def _must_be_ours(self) -> None:
        if not self.person.is_provider:
            raise NotAllowed(ONLY_OURS)

    def _sorted(self, ticket: Ticket) -> dict[str, Any]:
        row = Ticket.objects.prefetch_related("tags", Prefetch("watchers", to_attr="told")).filter(pk=ticket.pk).first()
        if row is None:
            raise Http404
        ours = self.person.is_provider
        told = {
            "tags": sorted(tag.name for tag in row.tags.all()) if ours else [],
            "links": links_of(row, self.person) if ours else [],
            "is_watched": any(person.pk == self.person.pk for person in row.told),
        }
        return dict(SortedOutput(told).data)


def links_of(ticket: Ticket, person: User) -> list[dict[str, Any]]:
    """Answer the tickets it is linked with, but those that are kept from this person, in the order they were linked."""
    hidden = selectors.hidden_from(person).values("ticket")
    rows = TicketLink.objects.filter(Q(source=ticket) | Q(target=ticket)).select_related("source", "target").order_by("id")
    found = []
    for row in rows.exclude(source__in=hidden).exclude(target__in=hidden):
        is_from_here = row.source_id == ticket.pk
        other = row.target if is_from_here else row.source
        found.append({"ticket": other.pk, "number": other.number, "subject": other.subject, "kind": row.kind, "is_from_here": is_from_here})
    return found
