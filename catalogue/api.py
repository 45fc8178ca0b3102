"""The catalogue over REST: what can be asked for, requests with their approval, upgrade campaigns."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers as drf
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.access import who
from accounts.tokens import source_of
from catalogue import selectors, services
from catalogue.errors import BadValues
from catalogue.models import Campaign, CampaignItem, Item, Request
from catalogue.serializers import (
    CampaignItemOutput,
    CampaignOutput,
    CampaignStepInput,
    CatalogueItemOutput,
    QuotationAnswerInput,
    QuotationInput,
    RequestOverrideInput,
    ServiceRequestInput,
    ServiceRequestOutput,
)
from core.api_filters import ChangedSince, IdFilter
from core.api_pages import KeysetPagination
from core.foreign import IdGone
from core.time import now
from tickets.models import Channel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from rest_framework.request import Request as Asked
    from rest_framework.serializers import BaseSerializer


def _who_and_when(request: Asked) -> dict[str, Any]:
    return {"actor": who(request), "at": now()}


class ItemFilter(filters.FilterSet):
    """By group."""

    class Meta:
        model = Item
        fields = ("group",)


@extend_schema_view(list=extend_schema(summary="What can be asked for"), retrieve=extend_schema(summary="An item and what it asks"))
class ItemViewSet(ReadOnlyModelViewSet[Item]):
    """The service catalogue."""

    queryset = Item.objects.none()
    serializer_class = CatalogueItemOutput
    filterset_class = ItemFilter
    pagination_class = KeysetPagination
    page_by = "code"
    page_descending = False
    lookup_field = "code"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def get_queryset(self) -> QuerySet[Item]:
        """Answer the items."""
        return selectors.items_offered(who(self.request))


class RequestFilter(filters.FilterSet):
    """By item, approval, costs and ticket."""

    item = filters.CharFilter("item__code")
    ticket = filters.CharFilter("ticket__number")
    updated_since = ChangedSince(parts=("quotations",))

    class Meta:
        model = Request
        fields = ("approval", "charge")


@extend_schema_view(list=extend_schema(summary="Requests, newest first"), retrieve=extend_schema(summary="A request"))
class RequestViewSet(ReadOnlyModelViewSet[Request]):
    """What was asked for from the catalogue."""

    queryset = Request.objects.none()
    serializer_class = ServiceRequestOutput
    filterset_class = RequestFilter
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Request]:
        """Answer the requests the caller may see."""
        return selectors.with_everything(selectors.requests_for(who(self.request)))

    @extend_schema(summary="Ask for an item", request=ServiceRequestInput, responses={201: ServiceRequestOutput})
    def create(self, request: Asked) -> Response:
        """Ask; files follow as attachments of the ticket.

        The same with the same `external_id` again answers the first request, other words are refused.
        """
        given = _valid(ServiceRequestInput, request)
        item = selectors.items_offered(who(request)).filter(code=given.pop("item")).first()
        if item is None:
            raise drf.ValidationError({"item": [drf.ErrorDetail("There is no such item.", "does_not_exist")]})
        channel = Channel.API
        asking = services.Asking(
            item=item, files=None, channel=channel, external_source=source_of(request), values=given.pop("values", {}), **given
        )
        try:
            made = services.ask(asking, **_who_and_when(request))
        except BadValues as refusal:
            wrong = {name: [drf.ErrorDetail(sentence, "invalid")] for name, sentence in refusal.wrong.items()}
            raise drf.ValidationError({"values": wrong}) from refusal
        if not self.get_queryset().filter(pk=made.pk).exists():
            raise IdGone
        return Response(self._told(made), status=status.HTTP_201_CREATED)

    def _told(self, row: Request) -> Any:
        return ServiceRequestOutput(selectors.with_everything(Request.objects.all()).get(pk=row.pk)).data

    @extend_schema(summary="Write plan and quotation", request=QuotationInput, responses=ServiceRequestOutput)
    @action(detail=True, methods=["post"])
    def quote(self, request: Asked, pk: str) -> Response:
        """Offer a plan with its costs; what was offered before is replaced."""
        row = self.get_object()
        serializer = QuotationInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.quote(row, serializer.draft(), **_who_and_when(request))
        return Response(self._told(row))

    @extend_schema(summary="Approve the quotation", request=QuotationAnswerInput, responses=ServiceRequestOutput)
    @action(detail=True, methods=["post"])
    def approve(self, request: Asked, pk: str) -> Response:
        """The customer's supervisor approves; work may begin."""
        row = self.get_object()
        services.approve(row, **_valid(QuotationAnswerInput, request), **_who_and_when(request))
        return Response(self._told(row))

    @extend_schema(summary="Refuse the quotation", request=QuotationAnswerInput, responses=ServiceRequestOutput)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Asked, pk: str) -> Response:
        """The customer's supervisor refuses, and says why."""
        row = self.get_object()
        services.refuse(row, **_valid(QuotationAnswerInput, request), **_who_and_when(request))
        return Response(self._told(row))

    @extend_schema(summary="Begin without approval", request=RequestOverrideInput, responses=ServiceRequestOutput)
    @action(detail=True, methods=["post"])
    def override(self, request: Asked, pk: str) -> Response:
        """Dispatchers and managers: put down why it cannot wait."""
        row = self.get_object()
        services.override(row, **_valid(RequestOverrideInput, request), **_who_and_when(request))
        return Response(self._told(row))


def _valid(accepts: type[BaseSerializer[Any]], request: Asked) -> dict[str, Any]:
    serializer = accepts(data=request.data, context={"request": request})
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


class CampaignFilter(filters.FilterSet):
    """By maker and product."""

    maker = filters.CharFilter("release__maker", "iexact")
    product = filters.CharFilter("release__product", "iexact")
    open = filters.BooleanFilter("closed_at", "isnull")
    updated_since = ChangedSince()

    class Meta:
        model = Campaign
        fields = ()


@extend_schema_view(list=extend_schema(summary="Upgrade campaigns, newest first"), retrieve=extend_schema(summary="An upgrade campaign"))
class CampaignViewSet(ReadOnlyModelViewSet[Campaign]):
    """Releases of makers and how far each has come."""

    queryset = Campaign.objects.none()
    serializer_class = CampaignOutput
    filterset_class = CampaignFilter
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"
    counts: Mapping[int, dict[str, int]] = MappingProxyType({})

    def get_queryset(self) -> QuerySet[Campaign]:
        """Answer the campaigns the caller may know of."""
        return selectors.campaigns_for(who(self.request))

    def get_serializer_context(self) -> dict[str, Any]:
        """Bring the counts of the rows that are shown."""
        return {**super().get_serializer_context(), "counts": self.counts}

    def paginate_queryset(self, queryset: Any) -> Any:
        """Count all campaigns of a page at once."""
        rows = super().paginate_queryset(queryset)
        self._count(rows or [])
        return rows

    def get_object(self) -> Campaign:
        """Answer a campaign, its equipment counted."""
        row = super().get_object()
        self._count([row])
        return row

    def _count(self, rows: list[Campaign]) -> None:
        self.counts = selectors.counts_of([row.pk for row in rows], selectors.items_for(who(self.request)))

    @extend_schema(summary="A step with chosen equipment", request=CampaignStepInput, responses=CampaignOutput)
    @action(detail=True, methods=["post"])
    def step(self, request: Asked, pk: str) -> Response:
        """Assess, answer, schedule, carry out or verify: all of the chosen or none."""
        row = self.get_object()
        given = _valid(CampaignStepInput, request)
        items = list(selectors.items_for(who(request)).filter(campaign=row, pk__in=given["items"]))
        if len(items) != len(given["items"]):
            raise drf.ValidationError({"items": [drf.ErrorDetail("Not all of these are in the campaign.", "does_not_exist")]})
        services.STEPS[given["step"]](items, given, _who_and_when(request))
        self._count([row])
        return Response(self.get_serializer(row).data)


class CampaignItemFilter(filters.FilterSet):
    """By campaign, equipment and state."""

    campaign = IdFilter("campaign")
    equipment = IdFilter("equipment")

    class Meta:
        model = CampaignItem
        fields = ("state",)


@extend_schema_view(list=extend_schema(summary="Equipment in campaigns, newest first"))
class CampaignItemViewSet(ListModelMixin, GenericViewSet[CampaignItem]):
    """How far each equipment is."""

    queryset = CampaignItem.objects.none()
    serializer_class = CampaignItemOutput
    filterset_class = CampaignItemFilter
    pagination_class = KeysetPagination

    def get_queryset(self) -> QuerySet[CampaignItem]:
        """Answer the equipment the caller may see."""
        return selectors.items_for(who(self.request)).select_related("ticket")
