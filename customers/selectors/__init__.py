"""What is known of customers: what a person may see, what a place is entitled to."""

from customers.selectors.agreed import agreed_in, on_duty, period_page, periods_for, periods_near
from customers.selectors.entitlement import Entitlement, derived, entitlement, standing
from customers.selectors.lists import (
    configuration_of,
    contract_page,
    covered_equipment,
    equipment_by_qr,
    equipment_changes,
    people_of,
    promised_contracts,
    searched_contracts,
    searched_equipment,
    searched_organizations,
    sites_of,
)
from customers.selectors.visibility import (
    contracts_for,
    equipment_for,
    organizations_for,
    people_for,
    plans_for,
    sites_for,
    terms_for,
)

__all__ = [
    "Entitlement",
    "agreed_in",
    "configuration_of",
    "contract_page",
    "contracts_for",
    "covered_equipment",
    "derived",
    "entitlement",
    "equipment_by_qr",
    "equipment_changes",
    "equipment_for",
    "on_duty",
    "organizations_for",
    "people_for",
    "people_of",
    "period_page",
    "periods_for",
    "periods_near",
    "plans_for",
    "promised_contracts",
    "searched_contracts",
    "searched_equipment",
    "searched_organizations",
    "sites_for",
    "sites_of",
    "standing",
    "terms_for",
]
