"""Parts over REST: catalogue, stock, the ledger, purchases and repairs for our own people; what was used for everybody concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.access import who
from core.api_filters import ChangedSince
from core.api_pages import KeysetPagination
from core.time import now
from parts import engine, selectors, services
from parts.models import PartType, Purchase, Repair, Reservation, StockLevel, StockMovement
from parts.serializers import (
    BackInput,
    CallOffInput,
    MovementInput,
    MovementOutput,
    OrderInput,
    PartOutput,
    PurchaseInput,
    PurchaseOutput,
    RepairInput,
    RepairOutput,
    StockOutput,
    TakeInInput,
    TrackInput,
    UsedOutput,
    WriteOffInput,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.serializers import BaseSerializer


class StaffOnly(BasePermission):
    """Stock is nobody's business but ours."""

    message = _("Stock is for the service provider's staff. What was used for your tickets is at /api/v1/parts/used/.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller works for the provider."""
        return who(request).is_provider


STAFF: list[Any] = [*api_settings.DEFAULT_PERMISSION_CLASSES, StaffOnly]


def _given(request: Request, accepts: type[BaseSerializer[Any]]) -> dict[str, Any]:
    """Answer what was sent, checked."""
    serializer = accepts(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _who_and_when(request: Request) -> dict[str, Any]:
    return {"actor": who(request), "at": now()}


class PartFilter(filters.FilterSet):
    """By maker, the model it fits, and whether it is still in the catalogue."""

    model = filters.CharFilter("fits__model", distinct=True)
    updated_since = ChangedSince()

    class Meta:
        model = PartType
        fields = ("code", "maker", "number", "is_active")


@extend_schema_view(list=extend_schema(summary="Catalogue of parts"), retrieve=extend_schema(summary="A part"))
class PartViewSet(ReadOnlyModelViewSet[PartType]):
    """The catalogue."""

    queryset = PartType.objects.none()
    serializer_class = PartOutput
    filterset_class = PartFilter
    pagination_class = KeysetPagination
    permission_classes = STAFF
    page_by = "code"
    page_descending = False
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[PartType]:
        """Answer the parts."""
        return selectors.parts_for(who(self.request)).prefetch_related("fits")


class UsedFilter(filters.FilterSet):
    """By ticket and part."""

    ticket = filters.CharFilter("ticket__number")
    part = filters.CharFilter("part__code")

    class Meta:
        model = StockMovement
        fields: ClassVar[Any] = ()


@extend_schema_view(list=extend_schema(summary="Parts handed out for tickets you may see, newest first"))
class UsedViewSet(ListModelMixin, GenericViewSet[StockMovement]):
    """What was used, exchanged, sold or supplied in an emergency, free or charged."""

    queryset = StockMovement.objects.none()
    serializer_class = UsedOutput
    filterset_class = UsedFilter
    pagination_class = KeysetPagination

    def get_queryset(self) -> QuerySet[StockMovement]:
        """Answer what concerns the caller."""
        handed = selectors.movements_for(who(self.request)).filter(kind__in=engine.CONSUMED)
        return handed.exclude(ticket=None).select_related("part", "ticket")


class LevelFilter(filters.FilterSet):
    """By depot, part and whether it runs low."""

    depot = filters.CharFilter("depot__code")
    part = filters.CharFilter("part__code")
    low = filters.BooleanFilter("low_since", "isnull", exclude=True)

    class Meta:
        model = StockLevel
        fields: ClassVar[Any] = ()


@extend_schema_view(list=extend_schema(summary="What is in which depot"))
class StockViewSet(ListModelMixin, GenericViewSet[StockLevel]):
    """The stock."""

    queryset = StockLevel.objects.none()
    serializer_class = StockOutput
    filterset_class = LevelFilter
    pagination_class = KeysetPagination
    permission_classes = STAFF

    def get_queryset(self) -> QuerySet[StockLevel]:
        """Answer the stocks."""
        return selectors.levels_for(who(self.request)).select_related("depot__office", "part")


class MovementFilter(UsedFilter):
    """By depot, part, ticket, kind and serial number."""

    depot = filters.CharFilter("depot__code")

    class Meta:
        model = StockMovement
        fields = ("kind", "serial_number", "reference")


HANDING = ("depot", "ticket", "serial_number", "decision", "note", "reference")
BOOK: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "received": (services.receive, ("depot", "quantity", "serial_numbers", "note", "reference")),
    "reserved": (services.reserve, ("depot", "ticket", "visit", "quantity", "note", "reference")),
    "released": (services.release, ("reservation", "note")),
    "used": (services.use, (*HANDING, "quantity", "reservation")),
    "exchanged": (services.exchange, (*HANDING, "serial_in", "is_device", "reservation")),
    "sold": (services.sell, (*HANDING, "quantity", "site")),
    "emergency": (services.supply, ("ticket", "quantity", "serial_number", "reason", "reference")),
    "transferred": (services.transfer, ("depot", "to_depot", "quantity", "serial_number", "condition", "note", "reference")),
    "counted": (services.count, ("depot", "counted", "condition", "serial_number", "reason", "reference")),
}
NEEDS = {
    "received": ("depot",), "reserved": ("depot",), "released": ("reservation",), "used": ("ticket",), "exchanged": ("ticket",),
    "sold": ("depot",), "emergency": ("ticket", "reason"), "transferred": ("depot", "to_depot"), "counted": ("depot", "counted", "reason"),
}  # fmt: skip


@extend_schema_view(list=extend_schema(summary="The ledger of the stock, newest first"))
class MovementViewSet(ListModelMixin, GenericViewSet[StockMovement]):
    """The ledger: lines are only added."""

    queryset = StockMovement.objects.none()
    serializer_class = MovementOutput
    filterset_class = MovementFilter
    pagination_class = KeysetPagination
    permission_classes = STAFF

    def get_queryset(self) -> QuerySet[StockMovement]:
        """Answer the lines."""
        return selectors.with_names(selectors.movements_for(who(self.request)))

    @extend_schema(
        summary="Book",
        request=MovementInput,
        responses={
            201: MovementOutput,
            202: OpenApiResponse(PurchaseOutput, description="No depot has it: an urgent purchase is asked for."),
            204: OpenApiResponse(description="A stock-taking that found what the ledger says."),
        },
    )
    def create(self, request: Request) -> Response:
        """Add a movement; the same `reference` again answers the first and changes nothing."""
        serializer = MovementInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        return _answered(self._book(serializer))

    def _book(self, serializer: MovementInput) -> Any:
        kind = serializer.validated_data["kind"]
        service, takes = BOOK[kind]
        given = serializer.facts((*takes, "reference"))
        serializer.must_have(NEEDS[kind])
        if kind == "released":
            given.pop("reference", None)
            given.pop("part")
            return service(given.pop("reservation"), **given, **_who_and_when(self.request))
        return service(given.pop("part"), **given, **_who_and_when(self.request))


def _answered(made: Any) -> Response:
    """Answer the line that was added, the last one of a reservation, or the purchase that was asked for."""
    if made is None:
        return Response(status=status.HTTP_204_NO_CONTENT)
    if isinstance(made, Purchase):
        return Response(PurchaseOutput(made).data, status=status.HTTP_202_ACCEPTED)
    line = made.movements.order_by("id").last() if isinstance(made, Reservation) else made
    return Response(MovementOutput(line).data, status=status.HTTP_201_CREATED)


class PurchaseFilter(filters.FilterSet):
    """By state, part, depot, ticket and tracking number."""

    part = filters.CharFilter("part__code")
    depot = filters.CharFilter("depot__code")
    ticket = filters.CharFilter("ticket__number")
    updated_since = ChangedSince()

    class Meta:
        model = Purchase
        fields = ("status", "is_urgent", "pauses", "tracking_number")


@extend_schema_view(list=extend_schema(summary="Purchases, newest first"), retrieve=extend_schema(summary="A purchase"))
class PurchaseViewSet(ReadOnlyModelViewSet[Purchase]):
    """Parts ordered from their makers."""

    queryset = Purchase.objects.none()
    serializer_class = PurchaseOutput
    filterset_class = PurchaseFilter
    pagination_class = KeysetPagination
    permission_classes = STAFF
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Purchase]:
        """Answer the purchases."""
        return selectors.with_places(selectors.purchases_for(who(self.request)))

    @extend_schema(summary="Order", request=PurchaseInput, responses={201: PurchaseOutput})
    def create(self, request: Request) -> Response:
        """Order a part; with `pauses` the ticket waits for it."""
        given = _given(self.request, PurchaseInput)
        made = services.order(given.pop("part"), **given, **_who_and_when(self.request))
        return Response(PurchaseOutput(made).data, status=status.HTTP_201_CREATED)

    def _step(self, service: Callable[..., Purchase], accepts: type[BaseSerializer[Any]]) -> Response:
        row = self.get_object()
        return Response(PurchaseOutput(service(row, **_given(self.request, accepts), **_who_and_when(self.request))).data)

    @extend_schema(summary="Order what was asked for", request=OrderInput, responses=PurchaseOutput)
    @action(detail=True, methods=["post"])
    def place(self, request: Request, pk: str) -> Response:
        """Order it."""
        return self._step(services.place, OrderInput)

    @extend_schema(summary="Where it is, when it comes", request=TrackInput, responses=PurchaseOutput)
    @action(detail=True, methods=["post"])
    def track(self, request: Request, pk: str) -> Response:
        """Move the expected arrival; a ticket that waits for it waits until then."""
        return self._step(services.track, TrackInput)

    @extend_schema(summary="It has come", request=TakeInInput, responses=PurchaseOutput)
    @action(detail=True, methods=["post"], url_path="take-in")
    def take_in(self, request: Request, pk: str) -> Response:
        """Receive goods; when all has come the ticket that waited goes on."""
        return self._step(services.take_in, TakeInInput)

    @extend_schema(summary="Call it off", request=CallOffInput, responses=PurchaseOutput)
    @action(detail=True, methods=["post"], url_path="call-off")
    def call_off(self, request: Request, pk: str) -> Response:
        """Cancel what has not come."""
        return self._step(services.call_off, CallOffInput)


class RepairFilter(filters.FilterSet):
    """By state, part, depot and tracking number."""

    part = filters.CharFilter("part__code")
    depot = filters.CharFilter("depot__code")
    updated_since = ChangedSince()

    class Meta:
        model = Repair
        fields = ("status", "serial_number", "tracking_number")


@extend_schema_view(list=extend_schema(summary="Repairs, newest first"), retrieve=extend_schema(summary="A repair"))
class RepairViewSet(ReadOnlyModelViewSet[Repair]):
    """Defective parts at their makers."""

    queryset = Repair.objects.none()
    serializer_class = RepairOutput
    filterset_class = RepairFilter
    pagination_class = KeysetPagination
    permission_classes = STAFF
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Repair]:
        """Answer the repairs."""
        return selectors.with_places(selectors.repairs_for(who(self.request)))

    @extend_schema(summary="Send for repair", request=RepairInput, responses={201: RepairOutput})
    def create(self, request: Request) -> Response:
        """Send defective items to the maker."""
        given = _given(self.request, RepairInput)
        made = services.send_for_repair(given.pop("part"), **given, **_who_and_when(self.request))
        return Response(RepairOutput(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="It came back", request=BackInput, responses=RepairOutput)
    @action(detail=True, methods=["post"])
    def back(self, request: Request, pk: str) -> Response:
        """Take it into stock again."""
        row = self.get_object()
        return Response(RepairOutput(services.bring_back(row, **_given(self.request, BackInput), **_who_and_when(self.request))).data)

    @extend_schema(summary="It does not come back", request=WriteOffInput, responses=RepairOutput)
    @action(detail=True, methods=["post"], url_path="write-off")
    def write_off(self, request: Request, pk: str) -> Response:
        """Write it off."""
        row = self.get_object()
        return Response(RepairOutput(services.write_off(row, **_given(self.request, WriteOffInput), **_who_and_when(self.request))).data)
