"""What was signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from customers.models import Contract, Equipment, Organization
from customers.services.saving import locked, saved

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from accounts.models import User
    from sla.models import Plan


@transaction.atomic
def create_contract(
    organization: Organization,
    *,
    number: str,
    name: str,
    plan: Plan,
    accepted_on: date,
    actor: User | None,
    at: datetime,
    equipment: Iterable[Equipment] = (),
    **facts: Any,
) -> Contract:
    """Record a signed contract; without equipment it covers all that the customer has."""
    terms = {"organization": organization, "number": number, "name": name, "plan": plan, "accepted_on": accepted_on, **facts}
    contract = saved(Contract(), terms, actor=actor, at=at)
    _cover(contract, equipment)
    return contract


@transaction.atomic
def update_contract(
    contract: Contract, *, actor: User | None, at: datetime, equipment: Iterable[Equipment] | None = None, **facts: Any
) -> Contract:
    """Change terms or coverage; tickets already reported keep what they were promised."""
    if facts.get("organization", contract.organization) != contract.organization:
        raise Invalid(_("A contract stays with the organization that signed it."), field="organization")
    contract = saved(locked(contract), facts, actor=actor, at=at)
    if equipment is not None:
        _cover(contract, equipment)
    return contract


def _cover(contract: Contract, equipment: Iterable[Equipment]) -> None:
    wanted = {one.pk for one in equipment}
    own = set(Equipment.objects.filter(pk__in=wanted, site__organization=contract.organization_id).values_list("pk", flat=True))
    if wanted - own:
        raise Invalid(_("A contract covers only equipment of the organization that signed it."), field="equipment")
    if wanted != set(contract.equipment.values_list("pk", flat=True)):
        contract.equipment.set(wanted)
