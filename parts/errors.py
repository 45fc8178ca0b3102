"""What can be refused about parts."""

from __future__ import annotations

from core.errors import Invalid, NotAllowed, NotNow


class NotInStock(NotNow):
    """There are fewer than are asked for."""

    code = "not_in_stock"


class WrongSerial(Invalid):
    """The serial number is missing, or not of an item that is there."""

    code = "wrong_serial"


class OnlyAdded(NotNow):
    """The ledger of the stock is only ever added to."""

    code = "ledger_only_added"


class ReferenceTaken(NotNow):
    """The reference already names another movement."""

    code = "reference_taken"


class OrderNotNow(NotNow):
    """The state of the purchase or repair does not allow the step."""

    code = "order_not_now"


class NotYourStep(NotAllowed):
    """The step is up to another role."""

    code = "parts_not_yours"
