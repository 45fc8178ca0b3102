"""Changes to customers, each with who and when on record."""

from customers.services.contracts import create_contract, update_contract
from customers.services.people import create_membership, update_membership
from customers.services.places import (
    create_equipment,
    create_organization,
    create_site,
    update_equipment,
    update_organization,
    update_site,
)

__all__ = [
    "create_contract",
    "create_equipment",
    "create_membership",
    "create_organization",
    "create_site",
    "update_contract",
    "update_equipment",
    "update_membership",
    "update_organization",
    "update_site",
]
