"""Pages about customers."""

from customers.views.contracts import contract, contracts
from customers.views.equipment import equipment, label, qr_image
from customers.views.organizations import organization, organizations

__all__ = ["contract", "contracts", "equipment", "label", "organization", "organizations", "qr_image"]
