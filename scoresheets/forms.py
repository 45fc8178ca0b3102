"""What people type about scores; the forms only validate."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from customers.models import Contract
from scoresheets.models import Sheet, State


class FilterForm(forms.Form):
    """Which scores are looked for."""

    show = forms.ChoiceField(label=_("State"), choices=[("", _("all")), *State.choices, ("disputed", _("disputed"))], required=False)
    period = forms.CharField(label=_("Period"), max_length=10, required=False, widget=forms.TextInput(attrs={"placeholder": "2026Q4"}))
    find = forms.CharField(label=_("Customer, contract"), max_length=100, required=False)


class DisputeForm(forms.Form):
    """Why a line is wrong."""

    reason = forms.CharField(label=_("Why it is wrong"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class AnswerForm(forms.Form):
    """What becomes of a disputed line."""

    points = forms.DecimalField(label=_("Points it takes off"), min_value=0, max_digits=6, decimal_places=1)
    text = forms.CharField(
        label=_("Why it is decided so"), max_length=500, help_text=_("Both sides read it."), widget=forms.Textarea(attrs={"rows": 4})
    )


class IssueForm(forms.Form):
    """Who signs for the provider."""

    name = forms.CharField(label=_("Name of who signs for us"), max_length=80)


class SheetForm(forms.Form):
    """The text of a sheet, and for which contract to try it."""

    content = forms.CharField(
        label=_("Text of the sheet"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 26, "spellcheck": "false", "class": "form-control font-monospace"}),
        help_text=_("YAML: code, name, every (month or quarter), total, and items with rule, points, most and group."),
    )
    contract = forms.ModelChoiceField(
        Contract.objects.order_by("number"), label=_("Preview the last period of"), required=False, empty_label=_("please choose")
    )


class AgreementForm(forms.Form):
    """Which contract is scored by which sheet."""

    contract = forms.ModelChoiceField(Contract.objects.order_by("number"), label=_("Contract"), empty_label=_("please choose"))
    sheet = forms.ModelChoiceField(Sheet.objects.order_by("code"), label=_("Sheet of assessment"), empty_label=_("please choose"))
    starts_on = DayField(label=_("From the period of"), help_text=_("Every period from that of this day on is filled when it is over."))


class EndForm(forms.Form):
    """The last period that is scored."""

    ends_on = DayField(label=_("Up to the period of"))
