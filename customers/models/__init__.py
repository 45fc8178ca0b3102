"""Customers as rows: who is served, and what was agreed with them beside their plan."""

from customers.models.agreed import AgreedTarget, Duty, HeightenedPeriod
from customers.models.archive import ConfigurationChange
from customers.models.downtime import Downtime
from customers.models.served import CANARY, Contract, Equipment, Membership, Organization, Site, new_qr_id
from customers.models.terms import Term

__all__ = [
    "CANARY",
    "AgreedTarget",
    "ConfigurationChange",
    "Contract",
    "Downtime",
    "Duty",
    "Equipment",
    "HeightenedPeriod",
    "Membership",
    "Organization",
    "Site",
    "Term",
    "new_qr_id",
]
