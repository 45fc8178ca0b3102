"""Plan and quotation, and the customer's word."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.models import Approval, Item
from catalogue.services import Line
from core.forms import DayField

if TYPE_CHECKING:
    from collections.abc import Iterable

LINES = 8
"""Lines the form shows; empty ones are left out."""


def _words(label: Any, *, required: bool = True, length: int = 300, rows: int = 2, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=length, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class RequestsFilter(forms.Form):
    """Which requests."""

    approval = forms.ChoiceField(label=_("Approval"), choices=[("", _("all")), *Approval.choices], required=False)
    item = forms.ModelChoiceField(
        Item.objects.order_by("position", "code"), label=_("Item"), empty_label=_("all"), required=False, to_field_name="code"
    )
    find = forms.CharField(label=_("Number or subject"), max_length=60, required=False, widget=forms.TextInput(attrs={"type": "search"}))


class QuoteForm(forms.Form):
    """A plan of work."""

    plan = _words(
        _("Plan of work"),
        length=4000,
        rows=5,
        help_text=_("What is done, in which order, what stands still for how long, and the way back."),
    )
    hours = forms.DecimalField(label=_("Hours of work"), min_value=0, max_value=10_000, max_digits=7, decimal_places=1)
    valid_until = DayField(label=_("Valid until"))


class LineForm(forms.Form):
    """One line of a quotation."""

    text = forms.CharField(label=_("What"), max_length=200, required=False)
    quantity = forms.DecimalField(label=_("Quantity"), min_value=Decimal("0.01"), max_digits=10, decimal_places=2, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    price = forms.DecimalField(label=_("Price of one, CNY"), min_value=0, max_digits=12, decimal_places=2, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse half a line."""
        found = self.cleaned_data
        given = any(found.get(name) not in (None, "") for name in ("quantity", "unit", "price"))
        if not found.get("text") and given and not self.errors:
            self.add_error("text", _("Say what this line is for."))
        if found.get("text") and found.get("price") is None and "price" not in self.errors:
            self.add_error("price", _("Write the price of one; 0 where it is free."))
        return found

    @property
    def line(self) -> Line | None:
        """Answer the line, or nothing for an empty one."""
        found = self.cleaned_data
        if not found.get("text"):
            return None
        return Line(text=found["text"], quantity=found["quantity"] or Decimal(1), unit=found["unit"], price=found["price"])


LineSet = forms.formset_factory(LineForm, extra=LINES, max_num=LINES, absolute_max=50)


def filled(lines: Iterable[Any]) -> list[Line]:
    """Answer the lines that were filled in."""
    return [form.line for form in lines if form.line is not None]


class AnswerForm(forms.Form):
    """The supervisor's word about a quotation."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    text = _words(_("Your words"), required=False, help_text=_("Needed when you refuse."))


class OverrideForm(forms.Form):
    """Why it cannot wait."""

    reason = _words(_("Why it cannot wait for the approval"), help_text=_("The customer reads it."))
