"""Changes to customers, each with who and when on record."""

from customers.services.agreed import (
    MEASURES,
    agree_target,
    announce_period,
    drop_target,
    put_on_duty,
    relieve,
    save_period,
)
from customers.services.archive import record_configuration
from customers.services.contracts import create_contract, update_contract
from customers.services.people import create_membership, update_membership
from customers.services.places import (
    create_equipment,
    create_organization,
    create_site,
    take_down,
    update_equipment,
    update_organization,
    update_site,
)
from customers.services.terms import (
    Stated,
    attend_on,
    change_term,
    enter_term,
    follow_contract,
    follow_terms,
    site_of,
    today,
    withdraw_term,
)

__all__ = [
    "MEASURES",
    "Stated",
    "agree_target",
    "announce_period",
    "attend_on",
    "change_term",
    "create_contract",
    "create_equipment",
    "create_membership",
    "create_organization",
    "create_site",
    "drop_target",
    "enter_term",
    "follow_contract",
    "follow_terms",
    "put_on_duty",
    "record_configuration",
    "relieve",
    "save_period",
    "site_of",
    "take_down",
    "today",
    "update_contract",
    "update_equipment",
    "update_membership",
    "update_organization",
    "update_site",
    "withdraw_term",
]
