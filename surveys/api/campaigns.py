"""Who is asked, over REST: rules, campaigns and posters."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.access import DISPATCHER_ONLY, who
from accounts.rest import Deeds, DispatchersOnly, ManagersOnly, ProviderOnly, only
from core import foreign
from core.api_filters import ChangedSince, IdFilter
from core.api_pages import KeysetPagination
from core.api_parsers import JsonParser
from core.errors import NotAllowed
from core.time import now
from surveys import selectors, services
from surveys.models import SurveyCampaign, SurveyPoster, SurveyRule
from surveys.serializers.writing import (
    NewSurveyCampaignInput,
    SurveyCampaignInput,
    SurveyCampaignOutput,
    SurveyForeseenOutput,
    SurveyPosterInput,
    SurveyPosterOutput,
    SurveyRuleInput,
    SurveyRuleOutput,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

_Row = TypeVar("_Row", bound=Model)


def watched(view: GenericViewSet[_Row], rows: QuerySet[_Row]) -> QuerySet[_Row]:
    """Answer rows that only dispatchers and managers see: to others of ours no list is given, and no single one is there."""
    if who(view.request).dispatches:
        return rows
    if not view.detail:
        raise NotAllowed(DISPATCHER_ONLY)
    return rows.none()


SHOWN = 200
"""People of a campaign that are told of at once."""


@extend_schema_view(list=extend_schema(summary="Who is asked by itself"), retrieve=extend_schema(summary="A rule of surveys"))
class SurveyRuleViewSet(Deeds, ReadOnlyModelViewSet[SurveyRule]):
    """Who is asked by itself on an occasion."""

    queryset = SurveyRule.objects.none()
    serializer_class = SurveyRuleOutput
    pagination_class = KeysetPagination
    permission_classes = only(ProviderOnly)
    writers = ManagersOnly
    page_descending = False
    parser_classes = (JsonParser,)
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[SurveyRule]:
        """Answer the rules."""
        return selectors.rules()

    @extend_schema(summary="Change a rule of surveys", request=SurveyRuleInput, responses=SurveyRuleOutput)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is sent; a rule that begins to ask asks about what happens from now on."""
        row = self.get_object()
        services.save_rule(row, **self.changed(SurveyRuleInput), **self.facts())
        return Response(self.whole(row.pk))


class SurveyCampaignFilter(filters.FilterSet):
    """By template, state and external id."""

    template = filters.CharFilter("template__code")
    external_id = filters.CharFilter()
    updated_since = ChangedSince()

    class Meta:
        model = SurveyCampaign
        fields = ("state", "template", "external_id")


@extend_schema_view(list=extend_schema(summary="Survey campaigns, newest first"), retrieve=extend_schema(summary="A survey campaign"))
class SurveyCampaignViewSet(Deeds, ReadOnlyModelViewSet[SurveyCampaign]):
    """One template sent to many chosen people, in batches."""

    queryset = SurveyCampaign.objects.none()
    serializer_class = SurveyCampaignOutput
    filterset_class = SurveyCampaignFilter
    pagination_class = KeysetPagination
    permission_classes = only(ProviderOnly)
    writers = ManagersOnly
    open_deeds = Deeds.open_deeds | {"people"}
    parser_classes = (JsonParser,)
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[SurveyCampaign]:
        """Answer the campaigns, to who watches."""
        return watched(self, selectors.campaigns()).prefetch_related("organizations", "contracts")

    @extend_schema(
        summary="Write a survey campaign",
        request=NewSurveyCampaignInput,
        responses={
            201: SurveyCampaignOutput,
            200: OpenApiResponse(
                SurveyCampaignOutput, description="Made before with the same external_id; what was sent is put right in it."
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Write a campaign; nothing is sent before it is started. The same ``external_id`` again changes that one, until it has begun."""
        given = self.given(NewSurveyCampaignInput)
        external = self.foreign(given.pop("external_id"))
        row = services.save_campaign(None, **given, **self.facts(), external=external)
        return self.made_or_known(row, "survey-campaign-detail", self._sent_again)

    def _sent_again(self, row: SurveyCampaign) -> None:
        sent = self.sent_again(NewSurveyCampaignInput)
        if foreign.differing(row, sent):
            services.save_campaign(row, **sent, **self.facts())

    @extend_schema(summary="Change a survey campaign", request=SurveyCampaignInput, responses=SurveyCampaignOutput)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is sent, while it has not begun."""
        row = self.get_object()
        services.save_campaign(row, **self.changed(SurveyCampaignInput), **self.facts())
        return Response(self.whole(row.pk))

    @extend_schema(operation_id="survey_campaigns_start", summary="Send a campaign", request=None, responses=SurveyCampaignOutput)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        """Let it be sent, in batches; one that was stopped goes on where it was."""
        row = self.get_object()
        services.start_campaign(row, **self.facts())
        return Response(self.whole(row.pk))

    @extend_schema(operation_id="survey_campaigns_stop", summary="Stop a campaign", request=None, responses=SurveyCampaignOutput)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        """Send no more of it; what was sent can be answered."""
        row = self.get_object()
        services.stop_campaign(row, **self.facts())
        return Response(self.whole(row.pk))

    @extend_schema(
        operation_id="survey_campaigns_people",
        summary="Who is chosen",
        description=f"The first {SHOWN} people whom the campaign would be sent to now, each with why they would be left out.",
        responses=SurveyForeseenOutput(many=True),
        filters=False,
    )
    @action(detail=True, filterset_class=None, pagination_class=None)
    def people(self, request: Request, pk: str) -> Response:
        """Answer who is chosen, before anything is sent."""
        row, at = self.get_object(), now()
        people = list(selectors.campaign_people(row, timezone.localdate(at))[:SHOWN])
        told = [
            {"pk": person.pk, "name": person.name, "organization": person.membership.organization_id, "left_out": why}
            for person, why in services.foreseen(row, people, at=at)
        ]
        return Response(SurveyForeseenOutput(told, many=True).data)


class SurveyPosterFilter(filters.FilterSet):
    """By template, site, and whether it hangs there still."""

    template = filters.CharFilter("template__code")
    site = IdFilter("site_id")
    hangs = filters.BooleanFilter("ended_at", "isnull")
    updated_since = ChangedSince()

    class Meta:
        model = SurveyPoster
        fields = ("template", "site")


@extend_schema_view(list=extend_schema(summary="Posters, newest first"), retrieve=extend_schema(summary="A poster"))
class SurveyPosterViewSet(Deeds, ReadOnlyModelViewSet[SurveyPoster]):
    """Sheets with a code that hang at a site: everybody who passes may answer."""

    queryset = SurveyPoster.objects.none()
    serializer_class = SurveyPosterOutput
    filterset_class = SurveyPosterFilter
    pagination_class = KeysetPagination
    permission_classes = only(ProviderOnly)
    writers = DispatchersOnly
    parser_classes = (JsonParser,)
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[SurveyPoster]:
        """Answer the posters, to who watches."""
        return watched(self, selectors.posters())

    @extend_schema(
        summary="Make a poster",
        request=SurveyPosterInput,
        responses={201: SurveyPosterOutput, 200: OpenApiResponse(SurveyPosterOutput, description="It hangs there already.")},
    )
    def create(self, request: Request) -> Response:
        """Make a poster for a site; the one that hangs there already is answered again."""
        row = services.put_up(**self.given(SurveyPosterInput), **self.facts())
        body = self.whole(row.pk)
        return self.made(row, body, "survey-poster-detail") if row.is_new else Response(body)

    @extend_schema(operation_id="survey_posters_take_down", summary="Take a poster down", request=None, responses=SurveyPosterOutput)
    @action(detail=True, methods=["post"], url_path="take-down")
    def take_down(self, request: Request, pk: str) -> Response:
        """Let it be answered no more."""
        row = self.get_object()
        services.take_down(row, **self.facts())
        return Response(self.whole(row.pk))
