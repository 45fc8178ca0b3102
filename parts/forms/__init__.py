"""What people type about parts; the forms only validate."""

from parts.forms.goods import BuyerForm, CountForm, DepotForm, MinimumForm, PartForm, ReceiveForm, SaleForm, TransferForm
from parts.forms.lists import LedgerFilter, OrdersFilter, StockFilter
from parts.forms.orders import BackForm, CallOffForm, OrderForm, PlaceForm, RepairForm, TakeInForm, TrackForm, WriteOffForm
from parts.forms.ticket import ACTS, ActForm, EmergencyForm, ExchangeForm, FindForm, ReserveForm, SellForm, TicketOrderForm, UseForm

__all__ = [
    "ACTS",
    "ActForm",
    "BackForm",
    "BuyerForm",
    "CallOffForm",
    "CountForm",
    "DepotForm",
    "EmergencyForm",
    "ExchangeForm",
    "FindForm",
    "LedgerFilter",
    "MinimumForm",
    "OrderForm",
    "OrdersFilter",
    "PartForm",
    "PlaceForm",
    "ReceiveForm",
    "RepairForm",
    "ReserveForm",
    "SaleForm",
    "SellForm",
    "StockFilter",
    "TakeInForm",
    "TicketOrderForm",
    "TrackForm",
    "TransferForm",
    "UseForm",
    "WriteOffForm",
]
