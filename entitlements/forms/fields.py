"""Fields that the forms share."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SEARCH = forms.TextInput(attrs={"type": "search"})


def words(
    label: _StrPromise, *, required: bool = False, length: int = 300, help_text: _StrPromise | str = "", rows: int = 2
) -> forms.CharField:
    """Make a field for a line or two."""
    return forms.CharField(
        label=label, required=required, max_length=length, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


def plain(label: _StrPromise, *, required: bool = False, length: int = 80, help_text: _StrPromise | str = "") -> forms.CharField:
    """Make a field for a word, such as a name or number."""
    return forms.CharField(
        label=label, required=required, max_length=length, help_text=help_text, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


def amount(label: _StrPromise, *, required: bool = True, help_text: _StrPromise | str = "", **more: Any) -> forms.DecimalField:
    """Make a field for an amount in CNY."""
    return forms.DecimalField(
        label=label, required=required, min_value=Decimal(0), max_digits=12, decimal_places=2, help_text=help_text, **more
    )


def told_by() -> forms.CharField:
    """Make the field for who said it on the phone; customers who are logged in have said it themselves."""
    return plain(_("Who said it on the phone"), required=True)
