"""Quotations: asked, quoted, answered."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from customers.models import Term
from entitlements.forms.fields import told_by, words
from entitlements.services import Offer

LINE = re.compile(r"(?P<words>.+?) ?(?:(?<!\d),|,(?=[ ¥￥])| ) ?[¥￥]? ?(?P<amount>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)")
"""What is offered, a comma or a space, and the amount: 36000, 36,000 or ¥36,000.00. A comma between two digits belongs to a number."""


class AskForm(forms.Form):
    """What is wished for."""

    wish = words(_("What you wish for"), length=500, help_text=_("Such as: with parts, for two years."))


class QuoteForm(forms.Form):
    """What is offered."""

    kind = forms.ChoiceField(label=_("Offered as"), choices=Term.Kind.choices)
    scope = forms.ChoiceField(label=_("What is free"), choices=Term.Scope.choices)
    starts_on = DayField(label=_("Begins on"))
    ends_on = DayField(label=_("Last day"))
    lines = words(_("Lines"), required=True, length=4000, rows=4, help_text=_("One a line, the amount last: Maintenance for a year, 36000"))
    valid_until = DayField(label=_("Valid until"))

    def clean_lines(self) -> list[tuple[str, Decimal]]:
        """Answer text and amount of each line; the sum is worked out."""
        return [self._line(line) for line in self.cleaned_data["lines"].splitlines() if line.strip()]

    @staticmethod
    def _line(line: str) -> tuple[str, Decimal]:
        found = LINE.fullmatch(" ".join(line.replace("，", ", ").split()))
        value = Decimal(found["amount"].replace(",", "")) if found else Decimal(-1)
        if found is None or not value < Decimal(10) ** 10:
            raise ValidationError(_t("“%(line)s”: write what is offered, a comma and the amount."), "no_amount", {"line": line.strip()})
        return found["words"].strip(" ,"), value.quantize(Decimal("0.01"), ROUND_HALF_UP)

    def offer(self) -> Offer:
        """Answer what was entered."""
        return Offer(**self.cleaned_data)


class AcceptForm(forms.Form):
    """Who accepts."""

    name = told_by()


class DeclineForm(forms.Form):
    """Who declines, and why."""

    name = told_by()
    reason = words(_("Why"), required=True, length=500)


def for_portal(form: Any) -> Any:
    """Leave out who said it: whoever is logged in has said it themselves."""
    form.fields.pop("name", None)
    return form
