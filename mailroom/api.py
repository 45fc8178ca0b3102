"""Received mail over REST: handed in as it came, listed, and decided about; for those who look after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import parsers, status
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from core.api_pages import KeysetPagination
from core.api_parsers import JsonParser, TooLarge
from core.errors import NotAllowed
from core.time import now
from mailroom import selectors, services
from mailroom.models import IncomingMail
from mailroom.serializers import AcceptMailInput, AttachMailInput, MailOutput, NothingInput, TakenOutput, WholeMailOutput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

    from django.db.models import QuerySet
    from rest_framework.request import Request

MESSAGE = "message/rfc822"


class MailParser(parsers.BaseParser):
    """A mail as mail servers hand it on; it is not looked into here."""

    media_type = MESSAGE

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Answer the bytes."""
        raw = stream.read(settings.MAIL_MAX_BYTES + 1)
        if len(raw) > settings.MAIL_MAX_BYTES:
            raise TooLarge
        return {"raw": raw}


class StaffOnly(BasePermission):
    """Mail is nobody's business but ours; what engineers may read of it are the mails of tickets."""

    message = _("Received mail is looked after by dispatchers and managers.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller works for the provider."""
        return who(request).is_provider


ALLOWED: list[Any] = [*api_settings.DEFAULT_PERMISSION_CLASSES, StaffOnly]


class MailFilter(filters.FilterSet):
    """By what became of it, by whom, since when."""

    sender = filters.CharFilter("sender", "iexact")
    ticket = filters.CharFilter("ticket__number", "iexact")
    came_by = filters.ChoiceFilter("way", choices=IncomingMail.Way.choices)
    came_since = filters.IsoDateTimeFilter("came_at", "gte")

    class Meta:
        model = IncomingMail
        fields = ("state", "reason")


@extend_schema_view(
    list=extend_schema(summary="Received mail, newest first"),
    retrieve=extend_schema(summary="A received mail with its words", responses=WholeMailOutput),
)
class MailViewSet(ReadOnlyModelViewSet[IncomingMail]):
    """Mail that came, by whatever way."""

    queryset = IncomingMail.objects.none()
    serializer_class = MailOutput
    filterset_class = MailFilter
    pagination_class = KeysetPagination
    permission_classes = ALLOWED
    parser_classes = (JsonParser,)
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[IncomingMail]:
        """Answer what the caller may read."""
        rows = selectors.listed(who(self.request))
        return rows.defer(None).select_related("mailbox", "ticket", "account", "decided_by") if self.detail else rows

    def get_serializer_class(self) -> Any:
        """Answer one with its words, many without."""
        return WholeMailOutput if self.action == "retrieve" else MailOutput

    def get_parsers(self) -> list[Any]:
        """Take mail where it is handed in, and JSON elsewhere."""
        handed_in = getattr(self, "action_map", {}).get("post") == "create"
        return [MailParser()] if handed_in else super().get_parsers()

    @extend_schema(
        summary="Hand in a mail as it came",
        description="The body is the mail itself (RFC 5322), as a mail server's pipe has it. It is kept, then read by a worker as any "
        "other. The same mail again answers 200 with the first one's row: send it as often as you have no answer.",
        request={MESSAGE: OpenApiTypes.BINARY},
        parameters=[
            OpenApiParameter("envelope_from", str, description="The envelope's sender."),
            OpenApiParameter("envelope_to", str, description="The envelope's recipient, where the mail itself does not name it."),
        ],
        responses={201: MailOutput, 200: OpenApiResponse(MailOutput, "It was handed in before.")},
        filters=False,
    )
    def create(self, request: Request) -> Response:
        """Keep it."""
        if not who(request).dispatches:
            raise NotAllowed(StaffOnly.message)
        raw = request.data.get("raw", b"") if isinstance(request.data, dict) else b""
        envelope: dict[str, Any] = {name: request.query_params.get(name, "") for name in ("envelope_from", "envelope_to")}
        row, is_new = services.receive(raw, way=IncomingMail.Way.API, at=now(), **envelope)
        return Response(MailOutput(row).data, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    def _given(self, accepts: Any) -> dict[str, Any]:
        row = self.get_object()  # what is not there is not found, whatever is said about it
        data = accepts(data=self.request.data, context={"request": self.request})
        data.is_valid(raise_exception=True)
        return {"mail": row, **data.validated_data, "actor": who(self.request), "at": now()}

    @extend_schema(summary="Open a ticket for a mail in the review tray", request=AcceptMailInput, responses=TakenOutput)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Report it as this customer's."""
        return Response(TakenOutput(services.accept(**self._given(AcceptMailInput))).data)

    @extend_schema(summary="Put a mail in the review tray to a ticket", request=AttachMailInput, responses=TakenOutput)
    @action(detail=True, methods=["post"])
    def attach(self, request: Request, pk: str) -> Response:
        """Add it to the ticket's record."""
        return Response(TakenOutput(services.attach(**self._given(AttachMailInput))).data)

    @extend_schema(summary="Discard a mail in the review tray", request=NothingInput, responses=MailOutput)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Leave it at that; it stays in the list."""
        return Response(MailOutput(services.discard(**self._given(NothingInput))).data)

    @extend_schema(summary="Put a mail into the review tray again", request=NothingInput, responses=MailOutput)
    @action(detail=True, methods=["post"], url_path="return")
    def bring_back(self, request: Request, pk: str) -> Response:
        """Have it decided about once more."""
        return Response(MailOutput(services.bring_back(**self._given(NothingInput))).data)
