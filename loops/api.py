"""Complaints and feedback over REST: to read, to bring in, and every step of their rounds. Strangers' are not found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.access import who
from core.api_filters import IdFilter
from core.api_pages import KeysetPagination
from core.api_parsers import JsonParser
from core.errors import NotAllowed
from core.time import now
from loops import selectors, serializers, services
from loops.models import Loop, Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from accounts.models import Team, User
    from core.api_fields import Input

NUMBER = OpenApiParameter("id", OpenApiTypes.STR, OpenApiParameter.PATH, description="The ticket's number.")


class LoopFilter(filters.FilterSet):
    """By customer, source, stage and whether it is over or runs late."""

    organization = IdFilter("ticket__organization_id")
    department = IdFilter(method="asked", label="department")
    closed = filters.BooleanFilter("ended_at", "isnull", exclude=True)
    late = filters.BooleanFilter(method="runs_late", label="late")
    updated_since = filters.IsoDateTimeFilter("updated_at", "gte")

    class Meta:
        model = Loop
        fields = ("source", "stage", "rounds", "organization", "department", "closed", "late")

    def asked(self, rows: QuerySet[Loop], name: str, value: Any) -> QuerySet[Loop]:
        """Keep those in which a department was asked."""
        return rows.filter(selectors.asked_of(int(value)))

    def runs_late(self, rows: QuerySet[Loop], name: str, value: bool) -> QuerySet[Loop]:  # noqa: FBT001 - as filters are called
        """Keep those that run late, or those that do not."""
        late = selectors.late(now())
        return rows.filter(late) if value else rows.exclude(late)


class LoopViewSet(GenericViewSet[Loop]):
    """What customers said, until they are satisfied."""

    queryset = Loop.objects.none()
    serializer_class = serializers.LoopOutput
    filterset_class = LoopFilter
    pagination_class = KeysetPagination
    parser_classes = (JsonParser,)
    lookup_field = "id"
    lookup_value_regex = "[^/]+"
    page_by = "pk"
    page_descending = True

    def get_queryset(self) -> QuerySet[Loop]:
        """Answer those the caller may see."""
        return selectors.loops_for(who(self.request)).select_related("ticket")

    def get_object(self) -> Loop:
        """Answer the one of the address."""
        return self._found(self.kwargs["id"])

    def get_serializer_class(self) -> type[serializers.LoopOutput]:
        """Answer the rounds for one only."""
        return serializers.LoopWhole if self.action == "retrieve" else serializers.LoopOutput

    @extend_schema(operation_id="loops_list", summary="Complaints and feedback, newest first", responses=serializers.LoopOutput(many=True))
    def list(self, request: Request) -> Response:
        """Answer a page of them."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(serializers.LoopOutput(rows, many=True).data)

    @extend_schema(operation_id="loops_retrieve", summary="One with its rounds", parameters=[NUMBER], responses=serializers.LoopWhole)
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's own name
        """Answer one with all its rounds."""
        return self._answer(id)

    @extend_schema(
        operation_id="loops_create",
        summary="Bring in what a customer said",
        request=serializers.SaidInput,
        responses={201: serializers.LoopWhole, 200: OpenApiResponse(serializers.LoopWhole, description="Brought in before, same key.")},
    )
    def create(self, request: Request) -> Response:
        """Record it and start its clocks; the same key again answers the first one."""
        given = self._valid(serializers.SaidInput)
        caller = who(request)
        if caller.is_customer and (given["source"] != Source.COMPLAINT or given["complained_about"] or given["department"]):
            raise NotAllowed(_("A customer complains; whom it is about and who is asked is up to us."))
        key = f"rest:{caller.pk}:{given.pop('key')}"
        known = Loop.objects.filter(key=key).exists()
        people = tuple(given.pop("complained_about"))
        loop = services.open_loop(services.Said(key=key, complained_about=people, **given), actor=caller, at=now())
        return self._answer(loop.ticket.number, status.HTTP_200_OK if known else status.HTTP_201_CREATED)

    def step(self, name: str, number: str) -> Response:
        """Take a step: find it, check the words, call the service, answer how it stands."""
        service, accepts, _summary = STEPS[name]
        loop = self._found(number)
        services.check_side(name, who(self.request))
        service(loop, actor=who(self.request), at=now(), **self._valid(accepts))
        return self._answer(number)

    def _found(self, number: str) -> Loop:
        return get_object_or_404(self.get_queryset(), ticket__number=number)

    def _valid(self, accepts: type[Input]) -> dict[str, Any]:
        given = accepts(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def _answer(self, number: str, code: int = status.HTTP_200_OK) -> Response:
        rows = selectors.detailed(selectors.loops_for(who(self.request)))
        found = get_object_or_404(rows, ticket__number=number)
        return Response(serializers.LoopWhole(found, context=self.get_serializer_context()).data, status=code)


def give_opinion(loop: Loop, *, actor: User, at: datetime, department: Team, text: str) -> None:
    """Give the opinion of a department that was asked in the round that runs."""
    opinion = selectors.newest_of(loop).get(department.pk)
    if opinion is None:
        raise Http404
    services.answer(opinion, actor=actor, at=at, text=text)


STEPS: dict[str, tuple[Callable[..., Any], type[Input], str]] = {
    "ask": (services.ask, serializers.AskInput, "Send the tracking form to departments"),
    "answer": (give_opinion, serializers.DepartmentOpinionInput, "Give a department's opinion"),
    "look-into": (services.look_into, serializers.LookIntoInput, "Say why the last round did not do"),
    "tell": (services.tell, serializers.TellInput, "Tell the customer what we intend"),
    "agree": (services.agree, serializers.AgreeInput, "The customer agrees"),
    "disagree": (services.disagree, serializers.DisagreeInput, "The customer does not agree"),
    "carry-out": (services.carry_out, serializers.CarryOutInput, "Record what was carried out, and the improvement"),
    "request-close": (services.request_close, serializers.NothingInput, "Ask to close it"),
    "satisfied": (services.satisfied, serializers.AgreeInput, "The customer is satisfied: it is closed"),
    "not-satisfied": (services.not_satisfied, serializers.DisagreeInput, "The customer is not: it goes round again"),
    "withdraw": (services.withdraw, serializers.WithdrawInput, "The customer withdraws it"),
    "concern": (services.concern, serializers.ConcernInput, "Say whom it is about"),
}


def _add(name: str, service: Callable[..., Any], accepts: type[Input], summary: str) -> None:
    """Give the view set a POST for a step, described in the schema."""

    def view(self: LoopViewSet, request: Request, id: str) -> Response:  # noqa: A002
        return self.step(name, id)

    view.__name__ = name.replace("-", "_")
    view.__doc__ = (service.__doc__ or "").strip()
    described = extend_schema(
        operation_id=f"loops_{view.__name__}", summary=summary, parameters=[NUMBER], request=accepts, responses=serializers.LoopWhole
    )
    setattr(LoopViewSet, view.__name__, described(action(detail=True, methods=["post"], url_path=name)(view)))


for _name, _step in STEPS.items():
    _add(_name, *_step)
