"""Releases, and steps with chosen equipment."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.models import Release, State
from catalogue.services import ReleaseDraft
from core.forms import DayField
from customers.models import Equipment

OURS = (
    ("applies", _("Assessed: it applies")),
    ("exempt", _("Assessed: it does not apply")),
    ("accept", _("The customer agrees (said to us)")),
    ("decline", _("The customer declines (said to us)")),
    ("schedule", _("Schedule for a day")),
    ("done", _("Carried out")),
    ("verified", _("Verified: it runs well")),
    ("failed", _("It does not run well")),
)
THEIRS = (
    ("accept", _("We agree")),
    ("decline", _("We decline")),
    ("verified", _("It runs well")),
    ("failed", _("It does not run well")),
)


class _Lines(forms.CharField):
    """Words, one a line."""

    widget = forms.Textarea

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), **given)

    def clean(self, value: Any) -> list[str]:
        """Answer the lines."""
        return [line.strip()[:80] for line in super().clean(value).splitlines() if line.strip()]


class ReleaseForm(forms.Form):
    """A release, and how its campaign goes on about it."""

    maker = forms.CharField(label=_("Maker"), max_length=80, help_text=_("As written in the customers' equipment."))
    product = forms.CharField(
        label=_("Product"), max_length=80, help_text=_("What runs on the equipment, such as a firmware or a database.")
    )
    version = forms.CharField(label=_("Version"), max_length=40)
    published_on = DayField(label=_("Published on"))
    severity = forms.ChoiceField(label=_("Importance"), choices=Release.Severity.choices, initial=Release.Severity.ORDINARY)
    is_mandatory = forms.BooleanField(label=_("The maker supports only this version from now on"), required=False)
    for_models = _Lines(label=_("Equipment models"), help_text=_("One a line; none: all of the maker."))
    equipment_kind = forms.ChoiceField(label=_("Kind of equipment"), choices=[("", _("all")), *Equipment.Kind.choices], required=False)
    from_versions = _Lines(
        label=_("For versions"), help_text=_("One a line, such as 4.* or < 5.2; none: all that are older than the release.")
    )
    notes = forms.CharField(label=_("What it brings"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    notes_en = forms.CharField(
        label=_("What it brings, in English"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    assess_days = forms.IntegerField(label=_("Working days to assess"), min_value=1, max_value=60, initial=10)
    remind_days = forms.IntegerField(label=_("Days between reminders"), min_value=1, max_value=90, initial=14)
    reminders = forms.IntegerField(label=_("Reminders at most"), min_value=0, max_value=12, initial=3)

    def draft(self) -> ReleaseDraft:
        """Answer what was filled in."""
        return ReleaseDraft(**self.cleaned_data)


class CampaignFilter(forms.Form):
    """Which equipment of a campaign."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("all")), *State.choices], required=False)
    find = forms.CharField(
        label=_("Customer, site or equipment"), max_length=60, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )


class StepForm(forms.Form):
    """What is done with the chosen equipment."""

    items = forms.MultipleChoiceField(required=False)
    step = forms.ChoiceField(label=_("Step"), choices=[])
    day = DayField(label=_("Day"), required=False, help_text=_("For which day it is agreed or scheduled."))
    version = forms.CharField(label=_("New version"), max_length=60, required=False, help_text=_("Left empty: the version of the release."))
    text = forms.CharField(label=_("Words"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, ours: bool, **given: Any) -> None:
        super().__init__(*args, **given)
        cast("forms.ChoiceField", self.fields["step"]).choices = [("", _("please choose")), *(OURS if ours else THEIRS)]
        if ours:
            self.fields["text"].help_text = _("The risk, why it does not apply, or what the customer said.")
        else:
            del self.fields["version"]
            self.fields["text"].help_text = _("Needed when you decline, or when something does not run well.")
        self.fields.pop("items")
