"""Levels that were reached, of all tickets, for our own people: those that wait for a name, and putting one to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from core.api_fields import Input, Output, Text, moment
from core.api_filters import IdFilter
from core.api_pages import KeysetPagination
from core.time import now
from sla.models import Escalation
from tickets import selectors, services
from tickets.models import Ticket

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request


class OursOnly(BasePermission):
    """Who is told inside is not the customers' to know."""

    message = _("Escalations are for the service provider's staff.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the person is one of ours."""
        return who(request).is_provider


OURS: list[Any] = [*api_settings.DEFAULT_PERMISSION_CLASSES, OursOnly]


class AcknowledgeInput(Input):
    """What is being done about it, if there is something to say."""

    also = {"note": "text", "message": "text", "comment": "text", "remark": "text"}

    text = Text.maybe()


class EscalationOutput(Output[Escalation]):
    """A level that was reached for a clock of a ticket."""

    ticket = serializers.IntegerField(source="clock.commitment.ticket.pk", read_only=True)
    number = serializers.CharField(source="clock.commitment.ticket.number", read_only=True)
    subject = serializers.CharField(source="clock.commitment.ticket.subject", read_only=True)
    organization = serializers.IntegerField(source="clock.commitment.ticket.organization_id", read_only=True)
    assignee = serializers.IntegerField(source="clock.commitment.ticket.assignee_id", read_only=True, allow_null=True)
    promise = serializers.CharField(source="clock.promise", read_only=True)
    due_at = moment()
    planned_at = moment()
    fired_at = moment()
    told = serializers.ListField(child=serializers.IntegerField(), read_only=True, help_text="Ids of the people who were told.")
    acknowledged_at = moment()
    acknowledged_by_name = serializers.StringRelatedField[Any](source="acknowledged_by", allow_null=True)

    class Meta:
        model = Escalation
        fields = (
            "id", "ticket", "number", "subject", "organization", "assignee", "clock", "promise", "level", "rank", "due_at", "planned_at",
            "fired_at", "unanswered", "told", "acknowledged_at", "acknowledged_by", "acknowledged_by_name",
        )  # fmt: skip
        read_only_fields = fields


class EscalationFilter(filters.FilterSet):
    """What the list can be narrowed down by."""

    waiting = filters.BooleanFilter("acknowledged_at", lookup_expr="isnull", help_text="Whether nobody has put a name to it.")
    ticket = IdFilter("clock__commitment__ticket")
    organization = IdFilter("clock__commitment__ticket__organization")
    office = IdFilter("clock__commitment__ticket__office")
    assignee = IdFilter("clock__commitment__ticket__assignee")


@extend_schema_view(
    list=extend_schema(summary="Levels that were reached, newest first", responses=EscalationOutput(many=True)),
    retrieve=extend_schema(summary="One level that was reached"),
)
class EscalationViewSet(ReadOnlyModelViewSet[Escalation]):
    """Levels that were reached; a confidential complaint's are told to nobody who is kept from it."""

    queryset = Escalation.objects.none()
    serializer_class = EscalationOutput
    filterset_class = EscalationFilter
    pagination_class = KeysetPagination
    permission_classes = OURS
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Escalation]:
        """Answer those of the tickets the caller may see."""
        return selectors.escalations_for(who(self.request))

    def lock(self, thing: Escalation) -> None:
        """Hold the ticket first, as the service does."""
        ticket = Ticket.objects.get(commitment__clocks=thing.clock_id)
        Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)

    @extend_schema(
        operation_id="escalations_acknowledge", summary="Put your name to it", request=AcknowledgeInput, responses=EscalationOutput
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Take care of it by name: it stands in the record of the ticket, and the next level is not called on for it."""
        row = self.get_object()
        given = AcknowledgeInput(data=request.data)
        given.is_valid(raise_exception=True)
        services.acknowledge(row, actor=who(request), at=now(), **given.validated_data)
        return Response(EscalationOutput(self.get_queryset().get(pk=row.pk)).data)
