"""What follows from a term: its renewal, remedies under it, and whether work outside it was agreed to."""

from entitlements.models.charges import Charge, Rate
from entitlements.models.quotations import QuotationLine, QuotationRequest
from entitlements.models.remedies import Remedy

__all__ = ["Charge", "QuotationLine", "QuotationRequest", "Rate", "Remedy"]
