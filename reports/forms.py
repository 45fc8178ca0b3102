"""What is typed about monthly reports; the forms only validate."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.models import Contract

SUGGESTED = 100
"""Contracts that the field suggests; any other is typed by its number."""
FIRST_YEAR, LAST_YEAR = 2000, 2099


class MonthField(forms.CharField):
    """A month such as 2026-10; a browser that knows no months shows a line to type it in."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("widget", forms.TextInput(attrs={"type": "month", "placeholder": "2026-10", "autocomplete": "off"}))
        super().__init__(max_length=10, **given)

    def clean(self, value: Any) -> date | None:
        """Answer the first day of the month, or nothing."""
        words = super().clean(value)
        if not words:
            return None
        try:
            month = date.fromisoformat(f"{words}-01")
        except ValueError:
            month = date.min
        if not FIRST_YEAR <= month.year <= LAST_YEAR:
            raise ValidationError(_("Type a month as year and month, such as 2026-10."), code="invalid")
        return month


class FilterForm(forms.Form):
    """Which reports are listed."""

    month = MonthField(label=_("Month"), required=False)
    customer = forms.CharField(
        label=_("Customer or contract"), max_length=60, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )


class MakeForm(forms.Form):
    """A report that is made by hand."""

    contract = forms.CharField(
        label=_("Contract"),
        max_length=60,
        help_text=_("Its number."),
        widget=forms.TextInput(attrs={"list": "contracts", "autocomplete": "off"}),
    )
    month = MonthField(label=_("Month"), help_text=_("A month that is over and in which the contract was in force."))

    def clean_contract(self) -> Contract:
        """Answer the contract of that number."""
        words = self.cleaned_data["contract"].strip()
        found = Contract.objects.select_related("organization", "plan").filter(number__iexact=words).first()
        if found is None:
            raise ValidationError(_("No contract has the number “%(words)s”."), params={"words": words}, code="unknown")
        return found

    @property
    def suggested(self) -> list[str]:
        """Answer the numbers of the newest contracts."""
        return list(Contract.objects.order_by("-pk").values_list("number", flat=True)[:SUGGESTED])


class CorrectForm(forms.Form):
    """Why a report is counted anew."""

    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=300,
        help_text=_("The customer reads it on the report."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SendForm(forms.Form):
    """How often the report had been sent when the page was made, so that a second click sends nothing."""

    sendings = forms.IntegerField(min_value=0, max_value=32767, widget=forms.HiddenInput)
