"""What people type about entitlements; the forms only validate."""

from entitlements.forms.charges import AcknowledgeForm, OverrideForm, RateForm, RefuseChargeForm
from entitlements.forms.quotations import AcceptForm, AskForm, DeclineForm, QuoteForm
from entitlements.forms.remedies import AgreeForm, CarryOutForm, RefuseForm, RemedyForm
from entitlements.forms.terms import (
    ChangeTermForm,
    DayForm,
    EndsFilter,
    ImportForm,
    QuotationsFilter,
    RemediesFilter,
    TermForm,
    WithdrawForm,
)

__all__ = [
    "AcceptForm",
    "AcknowledgeForm",
    "AgreeForm",
    "AskForm",
    "CarryOutForm",
    "ChangeTermForm",
    "DayForm",
    "DeclineForm",
    "EndsFilter",
    "ImportForm",
    "OverrideForm",
    "QuotationsFilter",
    "QuoteForm",
    "RateForm",
    "RefuseChargeForm",
    "RefuseForm",
    "RemediesFilter",
    "RemedyForm",
    "TermForm",
    "WithdrawForm",
]
