"""Sources over REST: made, changed, paused and given new secrets by managers, as on their pages."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from django.views.decorators.debug import sensitive_variables
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from accounts.keepers import Kept, ManagersOnly
from core.api_filters import ChangedSince
from core.api_pages import KeysetPagination
from core.api_parsers import JsonParser
from core.errors import Invalid
from core.time import now
from inbound import selectors, services, usual
from inbound.models import Source
from inbound.serializers import (
    RotateInput,
    SourceChangeInput,
    SourceHowOutput,
    SourceInput,
    SourceMadeOutput,
    SourceMessageOutput,
    SourceOutput,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.serializers import BaseSerializer


class SourceFilter(filters.FilterSet):
    """By kind, and whether it is paused."""

    updated_since = ChangedSince()

    class Meta:
        model = Source
        fields = ("kind", "is_paused")


@extend_schema_view(list=extend_schema(summary="Sources, newest first"), retrieve=extend_schema(summary="A source"))
class SourceViewSet(Kept, ReadOnlyModelViewSet[Source]):
    """Other systems that send to the desk; a source that acts as an administrator is there for administrators only."""

    queryset = Source.objects.none()
    serializer_class = SourceOutput
    filterset_class = SourceFilter
    pagination_class = KeysetPagination
    parser_classes = (JsonParser,)
    lookup_value_regex = "[0-9]+"
    page_by = "pk"
    page_descending = True
    keepers: ClassVar = {"list": ManagersOnly, "create": ManagersOnly}

    def get_queryset(self) -> QuerySet[Source]:
        """Answer those the caller looks after."""
        return selectors.sources_for(who(self.request))

    def _given(self, accepts: type[BaseSerializer[Any]], *, partial: bool = False, kind: str = "") -> dict[str, Any]:
        context = {**self.get_serializer_context(), "kind": kind}
        serializer = accepts(data=self.request.data, partial=partial, context=context)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _who_and_when(self) -> dict[str, Any]:
        return {"actor": who(self.request), "at": now()}

    def _as_read(self, row: Source) -> Any:
        return SourceOutput(self.get_queryset().get(pk=row.pk)).data

    def _told_once(self, row: Source, secret: str, **more: Any) -> Response:
        """Answer a source with its secret; what is kept for a request that is sent again is without."""
        said = {"source": self._as_read(row), "secret": secret}
        response = Response(said, **more)
        response.kept = {**said, "secret": None}  # type: ignore[attr-defined]
        return response

    @extend_schema(summary="Make a source", request=SourceInput, responses={201: SourceMadeOutput})
    @sensitive_variables("secret")
    def create(self, request: Request) -> Response:
        """Make a source: managers. Its secret is answered this once."""
        given = self._given(SourceInput)
        facts = {**usual.FACTS[given["kind"]], **given}
        with _pointed():
            row, secret = services.create_source(**facts, **self._who_and_when())
        where = reverse(f"{self.basename}-detail", args=[row.pk], request=request)
        return self._told_once(row, secret, status=status.HTTP_201_CREATED, headers={"Location": where})

    @extend_schema(summary="Change a source", request=SourceChangeInput, responses=SourceOutput)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is sent, `mapping` as a whole; the rest stays: managers."""
        row = self.get_object()
        given = self._given(SourceChangeInput, partial=True, kind=row.kind)
        with _pointed():
            services.change_source(row, **given, **self._who_and_when())
        return Response(self._as_read(row))

    def _done(self, act: Callable[..., Source]) -> Response:
        row = self.get_object()
        act(row, **self._who_and_when())
        return Response(self._as_read(row))

    @extend_schema(summary="Pause a source", request=None, responses=SourceOutput)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Take nothing for a while: its sender is asked to come again (503). Paused again, it stays so."""
        return self._done(services.pause)

    @extend_schema(summary="Take what a source sends again", request=None, responses=SourceOutput)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """End the pause."""
        return self._done(services.resume)

    @extend_schema(summary="Give a source a new secret", request=RotateInput, responses=SourceMadeOutput)
    @action(detail=True, methods=["post"])
    @sensitive_variables("secret")
    def rotate(self, request: Request, pk: str) -> Response:
        """Answer a new secret, this once; the one before opens for some hours more, or ends now."""
        row, secret = services.rotate(self.get_object(), **self._given(RotateInput), **self._who_and_when())
        return self._told_once(row, secret)

    @extend_schema(summary="How it goes with a source", responses=SourceHowOutput, filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def how(self, request: Request, pk: str) -> Response:
        """Tell when it was last heard of, and what it sent."""
        row = self.get_object()
        return Response(SourceHowOutput(selectors.listed(who(request)).get(pk=row.pk)).data)

    @extend_schema(summary="What a source sent, newest first", responses=SourceMessageOutput(many=True), filters=False)
    @action(detail=True, filter_backends=[])
    def messages(self, request: Request, pk: str) -> Response:
        """Tell of each message, without its content, what became of it."""
        rows: Any = selectors.arrivals(self.get_object()).order_by()
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(SourceMessageOutput(page, many=True).data)


@contextmanager
def _pointed() -> Iterator[None]:
    """Say of a mapping that cannot be read where it stands in what a program sends."""
    try:
        yield
    except Invalid as refusal:
        sentence, code = [str(refusal)], refusal.stable_code
        if refusal.field.startswith("at_"):
            raise ValidationError({"mapping": {"templates": {refusal.field.removeprefix("at_"): sentence}}}, code) from refusal
        if refusal.field in {"each", "actions", "kinds"}:
            raise ValidationError({"mapping": {refusal.field: sentence}}, code) from refusal
        raise
