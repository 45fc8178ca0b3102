"""Entitlements over REST: terms, what an equipment is entitled to on a day, quotations of renewals, remedies."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.access import who
from accounts.keepers import DispatchersOnly, Kept
from accounts.tokens import source_of
from core import foreign
from core.api_filters import ChangedSince, OwnId
from core.api_pages import KeysetPagination
from core.foreign import Differs, ForeignId, IdGone
from core.time import now
from customers import selectors as customers
from customers import services as customer_services
from customers.models import Equipment, Term
from entitlements import selectors, services
from entitlements.models import QuotationRequest, Remedy
from entitlements.serializers import (
    AcceptInput,
    AskedInput,
    DeclineInput,
    ExplainedOutput,
    LinksInput,
    NothingInput,
    OfferInput,
    ReasonInput,
    RemedyInput,
    RemedyOutput,
    RenewalInput,
    RenewalOutput,
    TermChangeInput,
    TermInput,
    TermOutput,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.serializers import BaseSerializer


def _given(request: Request, accepts: type[BaseSerializer[Any]], data: Any = None, *, partial: bool = False) -> dict[str, Any]:
    """Answer what was sent, checked."""
    serializer = accepts(data=request.data if data is None else data, partial=partial, context={"request": request})
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _who_and_when(request: Request) -> dict[str, Any]:
    return {"actor": who(request), "at": now()}


OF_WHAT = {"contract", "equipment", "kind", "component"}
"""What a term is of, and of which kind: it stays so."""


class TermFilter(filters.FilterSet):
    """By kind, contract, equipment, organization, and between which days they end."""

    ends_from = filters.DateFilter("ends_on", "gte")
    ends_to = filters.DateFilter("ends_on", "lte")
    contract = filters.CharFilter("contract__number")
    equipment = filters.NumberFilter("equipment")
    organization = filters.NumberFilter("organization")
    external_id = OwnId()
    withdrawn = filters.BooleanFilter("withdrawn_at", "isnull", exclude=True)
    updated_since = ChangedSince()

    class Meta:
        model = Term
        fields = ("kind", "scope", "origin")


@extend_schema_view(list=extend_schema(summary="Terms, by their last day"), retrieve=extend_schema(summary="A term"))
class TermViewSet(Kept, ReadOnlyModelViewSet[Term]):
    """Terms: what is entitled from when to when, and by which paper."""

    queryset = Term.objects.none()
    serializer_class = TermOutput
    filterset_class = TermFilter
    keepers: ClassVar = {"partial_update": DispatchersOnly}
    pagination_class = KeysetPagination
    page_by = "ends_on"
    page_descending = False
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Term]:
        """Answer those the caller may see."""
        return selectors.with_names(customers.terms_for(who(self.request)))

    @extend_schema(
        summary="Enter a term",
        request=TermInput,
        responses={
            201: TermOutput,
            200: OpenApiResponse(TermOutput, description="Entered before with the same `external_id`; what was sent is put right in it."),
        },
    )
    def create(self, request: Request) -> Response:
        """Put a term on record: dispatchers and managers. The same `external_id` again changes that one."""
        given = _given(request, TermInput)
        external = ForeignId(source_of(request), given.pop("external_id"))
        stated, facts = customer_services.Stated(**given), {**external.facts, **_who_and_when(request)}
        row = foreign.made_once(Term, external, lambda: customer_services.enter_term(stated, **facts))
        if row.is_new:
            return Response(TermOutput(row).data, status=status.HTTP_201_CREATED)
        return self._sent_again(request, row.pk, stated)

    def _sent_again(self, request: Request, pk: int, stated: customer_services.Stated) -> Response:
        """Put right what a term says that was entered before; what it is of, and of which kind it is, stays."""
        row = self.get_queryset().filter(pk=pk).first()
        if row is None:
            raise IdGone
        columns = stated.columns()
        sent = {name: columns[name] for name in _given(request, TermInput, partial=True) if name in columns}
        new = set(foreign.differing(row, sent))
        if other := sorted(new & OF_WHAT):
            raise Differs(_("It stays with what it was entered with; choose another external id for another one."), other)
        if new:
            customer_services.change_term(row, **{name: sent[name] for name in new}, **_who_and_when(request))
        return Response(TermOutput(self.get_queryset().get(pk=pk)).data)

    @extend_schema(summary="Change a term", request=TermChangeInput, responses=TermOutput)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Put right what it says: dispatchers and managers. One that follows a contract's or an equipment's dates changes with them."""
        row, given = self.get_object(), _given(request, TermChangeInput, partial=True)
        if "external_id" in given:
            given |= foreign.renamed(row, ForeignId(source_of(request), given["external_id"]))
        customer_services.change_term(row, **given, **_who_and_when(request))
        return Response(TermOutput(self.get_queryset().get(pk=row.pk)).data)

    @extend_schema(summary="Withdraw a term", request=ReasonInput, responses=TermOutput)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take a term back that should not have been entered: managers."""
        term = self.get_object()
        row = services.withdraw(term, **_given(request, ReasonInput), **_who_and_when(request))
        return Response(TermOutput(row).data)


DAY = OpenApiParameter("day", OpenApiTypes.DATE, description="The local day; today where it is left out.")
COMPONENT = OpenApiParameter("component", OpenApiTypes.STR, description="A component that a term may name.")


class EntitlementViewSet(GenericViewSet[Equipment]):
    """What equipment is entitled to."""

    queryset = Equipment.objects.none()
    serializer_class = ExplainedOutput
    pagination_class = None
    lookup_value_regex = "[0-9]+"

    @extend_schema(summary="What an equipment is entitled to on a day, explained", parameters=[DAY, COMPONENT], responses=ExplainedOutput)
    def retrieve(self, request: Request, pk: str) -> Response:
        """Tell for each kind of work whether it is free, at the maker or charged; why, and until when."""
        rows = customers.equipment_for(who(request)).select_related("site__region__office")
        equipment = get_object_or_404(rows, pk=pk)
        asked = _given(request, AskedInput, request.query_params.dict())
        at = datetime.combine(asked["day"], time(12), tzinfo=timezone.get_default_timezone()) if asked["day"] else now()
        found = customers.entitlement(equipment, at)
        given = {
            "equipment": equipment.pk,
            "day": found.day,
            "contract": found.contract.number if found.contract else None,
            "works": selectors.explained(equipment, at, asked["component"]),
        }
        return Response(ExplainedOutput(given).data)


class QuotationFilter(filters.FilterSet):
    """By state, term and organization."""

    term = filters.NumberFilter("term")
    organization = filters.NumberFilter("organization")
    updated_since = ChangedSince()

    class Meta:
        model = QuotationRequest
        fields = ("status", "is_automatic")


@extend_schema_view(
    list=extend_schema(summary="Requests for quotations, newest first"), retrieve=extend_schema(summary="A request for a quotation")
)
class QuotationViewSet(ReadOnlyModelViewSet[QuotationRequest]):
    """Renewals: asked, quoted, accepted or declined."""

    queryset = QuotationRequest.objects.none()
    serializer_class = RenewalOutput
    filterset_class = QuotationFilter
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[QuotationRequest]:
        """Answer those the caller may see."""
        return selectors.quotations_for(who(self.request)).select_related("document").prefetch_related("lines")

    @extend_schema(summary="Ask for a quotation", request=RenewalInput, responses={201: RenewalOutput})
    def create(self, request: Request) -> Response:
        """Ask what it costs to go on after a term."""
        given = _given(request, RenewalInput)
        made = services.ask(given["term"], wish=given["wish"], **_who_and_when(request))
        return Response(RenewalOutput(made).data, status=status.HTTP_201_CREATED)

    def _step(self, service: Callable[..., QuotationRequest], accepts: type[BaseSerializer[Any]]) -> Response:
        row = self.get_object()
        made = service(row, **_given(self.request, accepts), **_who_and_when(self.request))
        return Response(RenewalOutput(self.get_queryset().get(pk=made.pk)).data)

    @extend_schema(summary="Quote", request=OfferInput, responses=RenewalOutput)
    @action(detail=True, methods=["post"])
    def quote(self, request: Request, pk: str) -> Response:
        """Say what it costs and issue the paper: dispatchers and managers."""
        row = self.get_object()
        given = _given(request, OfferInput)
        lines = [(line["text"], line["amount"]) for line in given.pop("lines")]
        made = services.quote(row, services.Offer(**given, lines=lines), **_who_and_when(request))
        return Response(RenewalOutput(self.get_queryset().get(pk=made.pk)).data)

    @extend_schema(summary="Accept", request=AcceptInput, responses=RenewalOutput)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Take the offer: the new term comes into force."""
        return self._step(services.accept, AcceptInput)

    @extend_schema(summary="Decline", request=DeclineInput, responses=RenewalOutput)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Do not go on, and say why."""
        return self._step(services.decline, DeclineInput)


class RemedyFilter(filters.FilterSet):
    """By kind, state, basis and ticket."""

    ticket = filters.CharFilter("ticket__number")
    updated_since = ChangedSince()

    class Meta:
        model = Remedy
        fields: ClassVar[Any] = ("kind", "status", "basis")


@extend_schema_view(list=extend_schema(summary="Remedies, newest first"), retrieve=extend_schema(summary="A remedy"))
class RemedyViewSet(ReadOnlyModelViewSet[Remedy]):
    """Repair, exchange and compensation."""

    queryset = Remedy.objects.none()
    serializer_class = RemedyOutput
    filterset_class = RemedyFilter
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Remedy]:
        """Answer those the caller may see."""
        return selectors.remedies_for(who(self.request)).select_related("ticket")

    @extend_schema(summary="Propose a remedy", request=RemedyInput, responses={201: RemedyOutput})
    def create(self, request: Request) -> Response:
        """Put a remedy on a ticket; the rule of the day says whether it is free."""
        given = _given(request, RemedyInput)
        made = services.propose_remedy(given.pop("ticket"), services.Proposed(**given), **_who_and_when(request))
        return Response(RemedyOutput(made).data, status=status.HTTP_201_CREATED)

    def _step(self, service: Callable[..., Remedy], accepts: type[BaseSerializer[Any]]) -> Response:
        row = self.get_object()
        made = service(row, **_given(self.request, accepts), **_who_and_when(self.request))
        return Response(RemedyOutput(made).data)

    @extend_schema(summary="Approve", request=NothingInput, responses=RemedyOutput)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Approve what costs more than the limit: managers."""
        return self._step(services.approve_remedy, NothingInput)

    @extend_schema(summary="Agree", request=AcceptInput, responses=RemedyOutput)
    @action(detail=True, methods=["post"])
    def agree(self, request: Request, pk: str) -> Response:
        """The customer agrees."""
        return self._step(services.agree_remedy, AcceptInput)

    @extend_schema(summary="Refuse", request=ReasonInput, responses=RemedyOutput)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Not approved, or not agreed to."""
        return self._step(services.refuse_remedy, ReasonInput)

    @extend_schema(summary="Carried out", request=LinksInput, responses=RemedyOutput)
    @action(detail=True, methods=["post"], url_path="carry-out")
    def carry_out(self, request: Request, pk: str) -> Response:
        """It was repaired, exchanged or paid."""
        return self._step(services.carry_out, LinksInput)
