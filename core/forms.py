"""What forms of all apps share."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import BaseForm

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
"""Between which days the desk may have been open."""


def refuse(form: BaseForm, refusal: DomainError) -> None:
    """Show a refusal of the services in the form, at the field it is about; what was typed stays."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def carried_out(form: BaseForm, act: Callable[..., object]) -> bool:
    """Do with the fields of a form that was sent what it asks for; answer no where it was not sent, is not valid or is refused."""
    if not form.is_valid():
        return False
    try:
        act(**form.cleaned_data)
    except DomainError as refusal:
        refuse(form, refusal)
        return False
    return True


class DayField(forms.DateField):
    """A day that the desk may have been open on."""

    def __init__(self, **given: Any) -> None:
        sentence = _("Choose a day between 2000 and 2099.")
        bounds = [MinValueValidator(FIRST_DAY, sentence), MaxValueValidator(LAST_DAY, sentence)]
        given.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(validators=bounds, **given)
