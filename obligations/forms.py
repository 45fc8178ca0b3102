"""What people type about obligations; the forms only validate."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Office
from obligations.models import Kind

STATES = [
    ("owed", _("owed")),
    ("late", _("overdue")),
    ("done", _("done")),
    ("done_late", _("done late")),
    ("waived", _("waived")),
    ("all", _("all")),
]


class MonthField(forms.Field):
    """A month, written 2026-11."""

    widget = forms.TextInput(attrs={"type": "month", "pattern": "[0-9]{4}-[0-9]{2}", "placeholder": "2026-11"})

    def to_python(self, value: Any) -> date | None:
        """Answer its first day."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return date.fromisoformat(f"{text}-01")
        except ValueError:
            raise forms.ValidationError(_("Write a month like 2026-11."), code="invalid") from None


class FilterForm(forms.Form):
    """Which obligations are looked for."""

    show = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    month = MonthField(label=_("Due in"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("all")), *Kind.choices], required=False)
    office = forms.ModelChoiceField(Office.objects.order_by("code"), label=_("Office"), empty_label=_("all"), required=False)
    find = forms.CharField(label=_("Customer, contract"), max_length=100, required=False)

    def __init__(self, *given: Any, is_provider: bool = True, **named: Any) -> None:
        super().__init__(*given, **named)
        if not is_provider:
            del self.fields["office"], self.fields["find"]


class WaiveForm(forms.Form):
    """Why something is not owed."""

    reason = forms.CharField(
        label=_("Why it is not owed"), max_length=300, help_text=_("The customer reads it."), widget=forms.Textarea(attrs={"rows": 2})
    )


class MeetForm(forms.Form):
    """What shows that something was done."""

    proof = forms.CharField(
        label=_("What shows that it was done"),
        max_length=200,
        help_text=_("When, by whom, with whom, and where the paper is. The customer reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
