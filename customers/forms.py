"""What is typed to find a customer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    """A piece of a name, a code, a serial number or a QR id."""

    q = forms.CharField(label=_("Search"), max_length=100, required=False, widget=forms.SearchInput(attrs={"autocomplete": "off"}))

    def text(self) -> str:
        """Answer what to search for; nothing if what was typed cannot be searched for."""
        return self.cleaned_data["q"] if self.is_valid() else ""
