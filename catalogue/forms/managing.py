"""Items as managers edit them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.errors import BadDefinition
from catalogue.services import read


class DefinitionForm(forms.Form):
    """An item as text."""

    text = forms.CharField(
        label=_("Definition"),
        max_length=40_000,
        help_text=_("YAML as in the items that ship; what is wrong is said with its line. Requests keep the version they were made with."),
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "code", "wrap": "off"}),
        strip=False,
    )
    note = forms.CharField(label=_("What changed"), max_length=300, required=False)

    def clean_text(self) -> str:
        """Refuse what cannot be read."""
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        try:
            self.read: Any = read(text)[1]
        except BadDefinition as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return text


class OfferForm(forms.Form):
    """Whether an item is offered, and where it stands."""

    is_offered = forms.BooleanField(label=_("offered"), required=False)
    position = forms.IntegerField(label=_("Position"), min_value=0, max_value=1000)
