"""Obligations over REST: to read, to meet by hand, to waive. Strangers' are not found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from core.api_filters import ChangedSince, IdFilter
from core.api_pages import KeysetPagination
from core.time import now
from obligations import selectors, services
from obligations.models import Obligation
from obligations.serializers import MeetInput, ObligationOutput, WaiveInput

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.serializers import BaseSerializer


class ReadersOnly(BasePermission):
    """Staff, and the supervisors of customers."""

    message = _("What is owed to your organization is shown to its supervisors. Ask one of them.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller reads what is owed."""
        return selectors.may_read(who(request))


READERS: list[Any] = [*api_settings.DEFAULT_PERMISSION_CLASSES, ReadersOnly]


class ObligationFilter(filters.FilterSet):
    """By kind, state, period, contract and time."""

    organization = IdFilter("organization_id")
    contract = filters.CharFilter("contract__number")
    office = filters.CharFilter("office__code")
    due_from = filters.IsoDateTimeFilter("due_at", "gte")
    due_to = filters.IsoDateTimeFilter("due_at", "lt")
    late = filters.BooleanFilter(method="turned_late", help_text="Owed and past its time.")
    updated_since = ChangedSince()

    class Meta:
        model = Obligation
        fields: ClassVar[Any] = ("kind", "status", "code", "period", "organization")

    def turned_late(self, rows: QuerySet[Obligation], _name: str, value: bool) -> QuerySet[Obligation]:  # noqa: FBT001 - as filters are called
        """Narrow to what is owed and late, or to all the rest."""
        late = selectors.in_state(rows, "late", now())
        return late if value else rows.exclude(pk__in=late.values("pk"))


@extend_schema_view(list=extend_schema(summary="What is owed, the most urgent first"), retrieve=extend_schema(summary="One obligation"))
class ObligationViewSet(ReadOnlyModelViewSet[Obligation]):
    """What contracts make us owe again and again, and what became of it."""

    queryset = Obligation.objects.none()
    serializer_class = ObligationOutput
    filterset_class = ObligationFilter
    pagination_class = KeysetPagination
    permission_classes = READERS
    page_by = "due_at"
    page_descending = False
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Obligation]:
        """Answer what the caller may see."""
        return selectors.with_names(selectors.obligations_for(who(self.request)))

    @extend_schema(summary="Enter that it was done outside of the desk", request=MeetInput, responses=ObligationOutput)
    @action(detail=True, methods=["post"])
    def meet(self, request: Request, pk: str) -> Response:
        """Meet all that is left of it, with words that show it."""
        row = services.meet_by_hand(self.get_object(), actor=who(request), at=now(), **_given(request, MeetInput))
        return Response(ObligationOutput(row).data)

    @extend_schema(summary="Decide that it is not owed", request=WaiveInput, responses=ObligationOutput)
    @action(detail=True, methods=["post"])
    def waive(self, request: Request, pk: str) -> Response:
        """Waive it, with a reason that the customer reads."""
        row = services.waive(self.get_object(), actor=who(request), at=now(), **_given(request, WaiveInput))
        return Response(ObligationOutput(row).data)


def _given(request: Request, accepts: type[BaseSerializer[Any]]) -> dict[str, Any]:
    serializer = accepts(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
