"""Surveys over REST, to read; strangers' are not found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from core.api_filters import IdFilter
from core.api_pages import KeysetPagination
from surveys import selectors
from surveys.models import SurveyInvitation
from surveys.serializers import SurveyOutput

if TYPE_CHECKING:
    from django.db.models import QuerySet


class SurveyFilter(filters.FilterSet):
    """By customer, occasion, ticket, and whether it was answered."""

    organization = IdFilter("organization_id")
    ticket = filters.CharFilter("ticket__number")
    contract = filters.CharFilter("contract__number")
    engineer = IdFilter("engineer_id")
    answered = filters.BooleanFilter("answered_at", "isnull", exclude=True)

    class Meta:
        model = SurveyInvitation
        fields = ("cause", "period", "organization", "ticket", "contract", "engineer", "answered")


@extend_schema_view(
    list=extend_schema(summary="Surveys, newest first"),
    retrieve=extend_schema(summary="One survey"),
)
class SurveyViewSet(ReadOnlyModelViewSet[SurveyInvitation]):
    """Satisfaction surveys and their answers."""

    queryset = SurveyInvitation.objects.none()
    serializer_class = SurveyOutput
    filterset_class = SurveyFilter
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[SurveyInvitation]:
        """Answer those the caller may see."""
        return selectors.with_everything(selectors.surveys_for(who(self.request)))
