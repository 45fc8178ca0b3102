"""Parts, depots, the ledger of their stock, and what is on its way."""

from parts.models.catalogue import CURRENCY, Depot, Fit, PartType
from parts.models.orders import Purchase, Repair
from parts.models.stock import Condition, Kind, Reservation, Rule, StockLevel, StockMovement

__all__ = [
    "CURRENCY",
    "Condition",
    "Depot",
    "Fit",
    "Kind",
    "PartType",
    "Purchase",
    "Repair",
    "Reservation",
    "Rule",
    "StockLevel",
    "StockMovement",
]
