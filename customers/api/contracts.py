"""Contracts, and the times that are agreed in them beside the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action

from accounts.access import who
from accounts.keepers import ManagersOnly
from core.time import now
from customers import selectors, services
from customers.api.keeping import Keeping, described, enters
from customers.filters import ContractFilter
from customers.models import Contract
from customers.serializers import AgreedInput, AgreedKeyInput, ContractChangeInput, ContractInput, ContractOutput

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response


@described("Contracts, newest first", "A contract")
class ContractViewSet(Keeping):
    """Contracts, newest first."""

    queryset = Contract.objects.none()
    serializer_class = ContractOutput
    filterset_class = ContractFilter
    keepers: ClassVar = {"create": ManagersOnly, "partial_update": ManagersOnly, "agree": ManagersOnly, "drop_agreed": ManagersOnly}

    def get_queryset(self) -> QuerySet[Contract]:
        """Answer those the caller may see, naming only equipment they may see."""
        person = who(self.request)
        visible: QuerySet[Any] = selectors.equipment_for(person).only("pk")
        return selectors.promised_contracts(person, now()).prefetch_related(Prefetch("equipment", visible), "agreed")

    @enters("Enter a contract", ContractInput, ContractOutput)
    def create(self, request: Request) -> Response:
        """Record what was signed: managers. The same `external_id` again changes that one."""
        return self.entered(ContractInput, services.create_contract, services.update_contract, of="organization", stays="organization")

    @extend_schema(summary="Change a contract", request=ContractChangeInput, responses=ContractOutput)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change terms or coverage: managers. Tickets already reported keep what they were promised.

        An earlier `ends_on` ends the paid service; terms (`/terms/`) and accepted quotations prolong it.
        """
        return self.changed(ContractChangeInput, services.update_contract)

    @extend_schema(summary="Agree a tighter time", request=AgreedInput, responses=ContractOutput)
    @action(detail=True, methods=["post"])
    def agree(self, request: Request, pk: str) -> Response:
        """Put down that the contract promises more than its plan; it holds for what is reported from then on: managers."""
        return self.done(services.agree_target, AgreedInput)

    @extend_schema(summary="Take a tighter time back", request=AgreedKeyInput, responses=ContractOutput)
    @action(detail=True, methods=["post"], url_path="drop-agreed")
    def drop_agreed(self, request: Request, pk: str) -> Response:
        """Remove what was agreed for a measure and severity; tickets already reported keep it: managers."""
        return self.done(services.drop_agreed, AgreedKeyInput)
