"""Calls for programs: the list, and the steps of a call; what the caller may not see is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from care import selectors, serializers, services
from care.models import Call, Kind, Outcome, Status
from core.api_filters import ChangedSince, IdFilter
from core.api_pages import KeysetPagination
from core.errors import NotAllowed
from core.time import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from core.api_fields import Input

ID = OpenApiParameter("id", OpenApiTypes.INT, OpenApiParameter.PATH, description="The call's id.")


class CallFilter(filters.FilterSet):
    """By kind, state, outcome, people, customer and time."""

    kind = filters.MultipleChoiceFilter(choices=Kind.choices)
    status = filters.MultipleChoiceFilter(choices=Status.choices)
    outcome = filters.MultipleChoiceFilter(choices=Outcome.choices)
    organization = IdFilter("organization_id")
    office = IdFilter("office_id")
    person = IdFilter("person_id")
    ticket = filters.CharFilter("ticket__number")
    contract = filters.CharFilter("contract__number")
    due_from = filters.IsoDateTimeFilter("due_at", "gte")
    due_to = filters.IsoDateTimeFilter("due_at", "lt")
    updated_since = ChangedSince()

    class Meta:
        model = Call
        fields = ("kind", "status", "outcome", "organization", "office", "person", "ticket", "contract", "period")


@extend_schema_view(
    list=extend_schema(summary="Calls to customers, newest first", responses=serializers.CallOutput(many=True)),
    retrieve=extend_schema(summary="One call with its script and answers", parameters=[ID], responses=serializers.CallDetail),
)
class CallViewSet(ReadOnlyModelViewSet[Call]):
    """Read calls, take one, note tries, record what was said."""

    queryset = Call.objects.none()
    serializer_class = serializers.CallOutput
    filterset_class = CallFilter
    pagination_class = KeysetPagination
    page_by = "pk"
    page_descending = True
    lookup_field = "id"
    lookup_value_regex = "[0-9]{1,18}"

    def get_serializer_class(self) -> type[serializers.CallOutput]:
        """Answer the script and answers for one call only."""
        return serializers.CallOutput if self.action == "list" else serializers.CallDetail

    def get_queryset(self) -> QuerySet[Call]:
        """Answer those the caller may see."""
        calls = selectors.calls_for(who(self.request))
        return selectors.with_people_and_places(calls) if self.action == "list" else selectors.with_everything(calls)

    def lock(self, call: Call) -> None:
        """Hold the call in the order in which taking one does."""
        services.hold_customer(call)

    def step(self, name: str) -> Response:
        """Take a step: find the call, check the words, call the service, answer the call."""
        service, accepts, _summary = STEPS[name]
        call = self.get_object()
        if not who(self.request).is_provider:
            raise NotAllowed(_("Calls are made by us."))
        serializer = accepts(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        service(call, actor=who(self.request), at=now(), **serializer.validated_data)
        return Response(serializers.CallDetail(self.get_queryset().get(pk=call.pk), context=self.get_serializer_context()).data)


STEPS: dict[str, tuple[Callable[..., Any], type[Input], str]] = {
    "claim": (services.claim, serializers.StepInput, "Take the call"),
    "release": (services.release, serializers.StepInput, "Put it back onto the list"),
    "attempt": (services.attempt, serializers.AttemptInput, "Note a try that did not lead to a talk"),
    "outcome": (services.conclude, serializers.OutcomeInput, "Record what was said"),
    "hand-over": (services.hand_over, serializers.HandOverInput, "Have somebody else make the call"),
    "drop": (services.drop, serializers.DropInput, "Call it off"),
}


def _add(name: str, service: Callable[..., Any], accepts: type[Input], summary: str) -> None:
    """Give the view set a POST for a step, described in the schema."""

    def view(self: CallViewSet, request: Request, id: str) -> Response:  # noqa: A002 - the route's own name
        return self.step(name)

    view.__name__ = name.replace("-", "_")
    view.__doc__ = (service.__doc__ or summary).strip()
    described = extend_schema(
        operation_id=f"calls_{view.__name__}", summary=summary, parameters=[ID], request=accepts, responses=serializers.CallDetail
    )
    setattr(CallViewSet, view.__name__, described(action(detail=True, methods=["post"], url_path=name)(view)))


for _name, _step in STEPS.items():
    _add(_name, *_step)
