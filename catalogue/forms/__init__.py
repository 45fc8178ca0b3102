"""What people fill in; the forms only validate."""

from catalogue.forms.asking import AskForm, FindForm
from catalogue.forms.campaigns import CampaignFilter, ReleaseForm, StepForm
from catalogue.forms.managing import DefinitionForm, OfferForm
from catalogue.forms.requests import LINES, AnswerForm, LineSet, OverrideForm, QuoteForm, RequestsFilter, filled

__all__ = [
    "LINES",
    "AnswerForm",
    "AskForm",
    "CampaignFilter",
    "DefinitionForm",
    "FindForm",
    "LineSet",
    "OfferForm",
    "OverrideForm",
    "QuoteForm",
    "ReleaseForm",
    "RequestsFilter",
    "StepForm",
    "filled",
]
