"""Scores over REST, to read. Strangers' are not found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import BasePermission
from rest_framework.settings import api_settings
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from core.api_filters import ChangedSince, IdFilter
from core.api_pages import KeysetPagination
from scoresheets import selectors
from scoresheets.models import Score
from scoresheets.serializers import ScoreOutput, WholeScoreOutput

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request


class ReadersOnly(BasePermission):
    """Staff, and the supervisors of customers."""

    message = _("Score sheets are for your organization's supervisors. Ask one of them.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller reads scores."""
        return selectors.may_read(who(request))


READERS: list[Any] = [*api_settings.DEFAULT_PERMISSION_CLASSES, ReadersOnly]


class ScoreFilter(filters.FilterSet):
    """By contract, sheet, period and state."""

    contract = filters.CharFilter("contract__number")
    sheet = filters.CharFilter("sheet__code")
    organization = IdFilter("organization_id")
    updated_since = ChangedSince(parts=("lines",))

    class Meta:
        model = Score
        fields: ClassVar[Any] = ("period", "state", "organization")


@extend_schema_view(
    list=extend_schema(summary="Score sheets, the newest period first", responses=ScoreOutput(many=True)),
    retrieve=extend_schema(summary="One score sheet with its lines, evidence and disputes", responses=WholeScoreOutput),
)
class ScoreViewSet(ReadOnlyModelViewSet[Score]):
    """What sheets of assessment came to."""

    queryset = Score.objects.none()
    serializer_class = ScoreOutput
    filterset_class = ScoreFilter
    pagination_class = KeysetPagination
    permission_classes = READERS
    page_by = "first"
    lookup_value_regex = "[0-9]+"

    def get_serializer_class(self) -> type[ScoreOutput]:
        """Answer the lines for one score only."""
        return WholeScoreOutput if self.action == "retrieve" else ScoreOutput

    def get_queryset(self) -> QuerySet[Score]:
        """Answer what the caller may see."""
        rows = selectors.scores_for(who(self.request))
        return rows.prefetch_related("lines__disputes") if self.action == "retrieve" else rows
