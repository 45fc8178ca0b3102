"""Rows for the pages about customers."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from customers.models import Contract, Equipment, Membership, Organization, Site
from customers.selectors.visibility import contracts_for, equipment_for, organizations_for
from sla.models import PlanVersion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from customers.models import ConfigurationChange

CHANGES_SHOWN = 30
EQUIPMENT_SHOWN = 500


def _count(rows: QuerySet, key: str) -> Coalesce:
    counted = rows.order_by().values(key).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def searched_organizations(user: User, text: str) -> QuerySet[Organization]:
    """Answer the organizations a person may see, by a piece of a name or code, or of a serial number or QR id."""
    found = organizations_for(user).annotate(
        site_count=_count(Site.objects.filter(organization=OuterRef("pk")), "organization"),
        equipment_count=_count(Equipment.objects.filter(site__organization=OuterRef("pk")), "site__organization"),
        contract_count=_count(Contract.objects.filter(organization=OuterRef("pk")), "organization"),
    )
    text = text.strip()
    if not text:
        return found
    by_label = Equipment.objects.filter(Q(serial_number__iexact=text) | Q(qr_id__iexact=text))
    named = Q(name__icontains=text) | Q(short_name__icontains=text) | Q(code__icontains=text)
    return found.filter(named | Q(pk__in=by_label.values("site__organization")))


def searched_contracts(user: User) -> QuerySet[Contract]:
    """Answer the contracts a person may see, with their plan and customer."""
    named = _count(Contract.equipment.through.objects.filter(contract=OuterRef("pk")), "contract")
    return contracts_for(user).select_related("plan", "organization").annotate(equipment_count=named)


def promised_contracts(user: User, at: datetime) -> QuerySet[Contract]:
    """Answer the contracts a person may see, with the number of the plan's version that holds at an instant."""
    versions = PlanVersion.objects.filter(plan=OuterRef("plan"), valid_from__lte=at).order_by("-number").values("number")[:1]
    return searched_contracts(user).annotate(plan_version=Subquery(versions))


def contract_page(user: User, pk: int) -> Contract:
    """Answer one contract a person may see, knowing how much it names; a stranger's is not found."""
    return get_object_or_404(searched_contracts(user), pk=pk)


def covered_equipment(user: User, contract: Contract) -> QuerySet[Equipment]:
    """Answer the equipment a contract names, as far as the person may see it."""
    return equipment_for(user).filter(contracts=contract).select_related("site").order_by("site__name", "name")[:EQUIPMENT_SHOWN]


def sites_of(organization: Organization) -> QuerySet[Site]:
    """Answer a customer's sites with how much stands there."""
    counted = _count(Equipment.objects.filter(site=OuterRef("pk")), "site")
    return organization.sites.select_related("region__office").annotate(equipment_count=counted)


def searched_equipment(user: User, organization: Organization, text: str) -> QuerySet[Equipment]:
    """Answer a customer's equipment, by a piece of a name, maker, model, serial number or QR id."""
    found = equipment_for(user).filter(site__organization=organization).select_related("site")
    text = text.strip()
    if not text:
        return found
    fields = ("name", "maker", "model", "serial_number", "qr_id", "site__name")
    return found.filter(reduce(or_, (Q(**{f"{field}__icontains": text}) for field in fields)))


def people_of(organization: Organization) -> QuerySet[Membership]:
    """Answer the customer's people with the sites they may see."""
    return Membership.objects.filter(organization=organization).select_related("user").prefetch_related("sites").order_by("user__name")


def equipment_by_qr(user: User, qr_id: str) -> Equipment:
    """Answer the equipment with this label; a stranger's is not found."""
    return get_object_or_404(equipment_for(user), qr_id=qr_id.upper())


def configuration_of(equipment: Equipment) -> QuerySet[ConfigurationChange]:
    """Answer the latest changes of an equipment's configuration, newest first."""
    return equipment.configuration_changes.select_related("by").order_by("-at", "-id")[:CHANGES_SHOWN]


def equipment_changes(equipment: Equipment) -> Iterator[dict[str, Any]]:
    """Yield what changed, newest first: who, when, and each field from and to."""
    versions = list(equipment.history.select_related("history_user")[: CHANGES_SHOWN + 1])
    fields = [field for field in Equipment._meta.concrete_fields if field.name != "id"]
    for new, old in pairwise(versions):
        changed = [field for field in fields if getattr(new, field.attname) != getattr(old, field.attname)]
        if changed:
            yield {"at": new.history_date, "who": new.history_user, "changes": [_change(field, old, new) for field in changed]}


def _change(field: Any, old: Any, new: Any) -> dict[str, Any]:
    label = f"get_{field.name}_display"

    def shown(row: Any) -> Any:
        return getattr(row, label)() if hasattr(row, label) else getattr(row, field.attname)

    return {"field": field.verbose_name, "old": shown(old), "new": shown(new)}
