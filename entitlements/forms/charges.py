"""The customer's word on a charge, and what work costs."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from entitlements.forms.fields import amount, told_by, words
from entitlements.models import Rate


class AcknowledgeForm(forms.Form):
    """Who agrees to the charge."""

    name = told_by()


class RefuseChargeForm(forms.Form):
    """Who does not agree, and why."""

    name = told_by()
    reason = words(_("Why"), required=True)


class OverrideForm(forms.Form):
    """Why it cannot wait."""

    reason = words(_("Why the visit cannot wait for the customer's word"), required=True)


class RateForm(forms.Form):
    """What a kind of work costs."""

    work = forms.ChoiceField(label=_("Kind of work"), choices=Rate.Work.choices)
    hourly = amount(_("Per hour, CNY"))
    flat = amount(_("Per call or journey, CNY"), initial=0)
    valid_from = DayField(label=_("Valid from"))
