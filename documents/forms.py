"""What has to be said to sign a document, or to say that it is not signed."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Kind


class StrokesField(forms.CharField):
    """What was drawn on the screen, as JSON."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """Answer the lines; nothing where nothing was drawn."""
        text = super().to_python(value)
        if not text:
            return []
        try:
            found = json.loads(text)
        except ValueError as error:
            raise forms.ValidationError(_("The drawing could not be read; sign again.")) from error
        if not isinstance(found, list):
            raise forms.ValidationError(_("The drawing could not be read; sign again."))
        return found


class SignForm(forms.Form):
    """Name and drawing; the hash says which words were on the screen."""

    name = forms.CharField(label=_("Name of who signs"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    strokes = StrokesField(required=False, max_length=200_000)
    typed = forms.BooleanField(label=_("Sign by typing the name"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean(self) -> dict[str, Any]:
        """Ask for a drawing, unless the name is to stand for it."""
        given: dict[str, Any] = super().clean() or {}
        typed = given.pop("typed", False)
        if not given.get("strokes") and not typed and "strokes" not in self.errors:
            self.add_error("typed", _("Sign in the field above, or tick this to sign by typing the name."))
        if typed:
            given["strokes"] = []
        return given


class RefuseForm(forms.Form):
    """Why it is not signed."""

    reason = forms.CharField(label=_("Why it is not signed"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    name = forms.CharField(label=_("Who said so"), max_length=80, required=False)


class FilterForm(forms.Form):
    """What is looked for in the list."""

    q = forms.CharField(label=_("Number or customer"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *Kind.choices])
