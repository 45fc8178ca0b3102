"""Whose visits a new address shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Office
from visits.feeds import reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User


class FeedForm(forms.Form):
    """A new address: one's own visits, or those of an office."""

    office = forms.ModelChoiceField(Office.objects.none(), label=_("Whose visits?"), required=False, empty_label=_("mine"))

    def __init__(self, data: Mapping[str, str] | None = None, *, user: User) -> None:
        super().__init__(data, auto_id="feed-%s")
        self.fields["office"].queryset = reading.offices_for(user).order_by("code")  # type: ignore[attr-defined]
