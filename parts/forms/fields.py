"""Fields that the forms share."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parts.models import Depot, PartType

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class DepotField(forms.ModelChoiceField):
    """A depot that is in use."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            Depot.objects.filter(is_active=True).order_by("code"), **{"label": _("Depot"), "empty_label": _("please choose"), **given}
        )


class PartField(forms.ModelChoiceField):
    """A part of the catalogue."""

    def __init__(self, **given: Any) -> None:
        rows = PartType.objects.filter(is_active=True).order_by("code")
        super().__init__(rows, **{"label": _("Part"), "empty_label": _("please choose"), **given})

    def label_from_instance(self, obj: Any) -> str:
        """Say code and name."""
        return str(obj.label)


class SerialsField(forms.CharField):
    """Serial numbers, one a line."""

    def __init__(self, **given: Any) -> None:
        shown = {
            "label": _("Serial numbers"),
            "required": False,
            "widget": forms.Textarea(attrs={"rows": 3}),
            "help_text": _("One a line, for parts that have them."),
            "max_length": 4000,
        }
        super().__init__(**{**shown, **given})

    def clean(self, value: Any) -> list[str]:
        """Answer the lines."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


def quantity(label: _StrPromise | None = None, *, least: int = 1, initial: int | None = 1) -> forms.IntegerField:
    """Make a field for a whole number."""
    return forms.IntegerField(label=label or _("Quantity"), min_value=least, max_value=100_000, initial=initial)


def words(label: _StrPromise, *, required: bool = False, help_text: _StrPromise | str = "", length: int = 300) -> forms.CharField:
    """Make a field for a line or two."""
    return forms.CharField(label=label, required=required, max_length=length, help_text=help_text, widget=forms.Textarea(attrs={"rows": 2}))


def plain(label: _StrPromise, *, required: bool = False, help_text: _StrPromise | str = "", length: int = 80) -> forms.CharField:
    """Make a field for a word, such as a number."""
    return forms.CharField(
        label=label, required=required, max_length=length, help_text=help_text, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


def moment(label: _StrPromise, *, required: bool = False, help_text: _StrPromise | str = "") -> forms.DateTimeField:
    """Make a field for a day and a time."""
    picker = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(label=label, required=required, widget=picker, help_text=help_text)


def once() -> forms.CharField:
    """Make the hidden id of a form: sent twice, it is booked once."""
    return forms.CharField(max_length=80, required=False, widget=forms.HiddenInput, initial=lambda: uuid.uuid4().hex)
