"""What is refused."""

from __future__ import annotations

from core.errors import NotAllowed, NotNow


class AskedAlready(NotNow):
    """A quotation for this term is under way."""

    code = "quotation_under_way"


class QuotationNotNow(NotNow):
    """The state of the quotation does not allow the step."""

    code = "quotation_not_now"


class QuotationExpired(NotNow):
    """It was valid until a day that is over."""

    code = "quotation_expired"


class RemedyNotNow(NotNow):
    """The state of the remedy does not allow the step."""

    code = "remedy_not_now"


class NotAcknowledged(NotNow):
    """Charged work that the customer has not agreed to."""

    code = "charge_not_acknowledged"


class ChargeNotNow(NotNow):
    """The customer's word was given already, or none is needed."""

    code = "charge_not_now"


class NotYourStep(NotAllowed):
    """The step is up to somebody else."""

    code = "entitlement_not_yours"
