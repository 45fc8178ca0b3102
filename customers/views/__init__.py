"""Pages about customers."""

from customers.views.agreed import agree, announce, drop, duty, edit_period, new_period, period, periods, relieve
from customers.views.contracts import contract, contracts
from customers.views.equipment import equipment, label, qr_image, take_down
from customers.views.organizations import organization, organizations

__all__ = [
    "agree",
    "announce",
    "contract",
    "contracts",
    "drop",
    "duty",
    "edit_period",
    "equipment",
    "label",
    "new_period",
    "organization",
    "organizations",
    "period",
    "periods",
    "qr_image",
    "relieve",
    "take_down",
]
