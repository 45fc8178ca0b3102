"""A plan of inspections: a rhythm is chosen, its rule writes itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import DayField
from customers.models import CANARY, Contract, Site
from inspections import selectors
from inspections.forms.visit import StaffField, staff
from inspections.models import ChecklistTemplate, Every
from inspections.models.plans import OFFICE_CALENDAR
from inspections.services import PlanDraft

if TYPE_CHECKING:
    from collections.abc import Iterator


class GroupedIterator(ModelChoiceIterator):
    """Choices under the name of their customer."""

    def __iter__(self) -> Iterator[Any]:
        yield ("", self.field.empty_label)
        groups: dict[str, list[Any]] = {}
        for row in self.queryset:
            groups.setdefault(str(row.organization), []).append(self.choice(row))
        yield from groups.items()


class GroupedField(forms.ModelChoiceField):
    """A choice among what customers have, grouped by customer."""

    iterator = GroupedIterator


class ContractField(GroupedField):
    """A contract by number and name."""

    def label_from_instance(self, obj: Any) -> str:
        """Say which one."""
        return f"{obj.number} {obj.name}"


def _day_of_month(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, min_value=1, max_value=31, required=False)


class PlanForm(forms.Form):
    """A plan of inspections."""

    contract = ContractField(label=_("Contract"), queryset=Contract.objects.none())
    site = GroupedField(label=_("Site"), queryset=Site.objects.none())
    template = forms.ModelChoiceField(label=_("Checklist"), queryset=ChecklistTemplate.objects.none())
    every = forms.ChoiceField(label=_("How often"), choices=Every.choices, initial=Every.QUARTER)
    rule = forms.CharField(
        label=_("Rule of its own"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "Only for “by a rule of its own”. As in calendars (RFC 5545): FREQ=MONTHLY;BYDAY=2TU is every second Tuesday of a month."
        ),
    )
    starts_on = DayField(
        label=_("First visit on"),
        help_text=_("The visits that follow fall on the same day of the month, or the next working day."),
    )
    window_from = _day_of_month(_("Only from this day of the month"), _("Leave both empty where any day of the period will do."))
    window_to = _day_of_month(_("to this day"), _("A visit not begun by then is missed: the office's lead and the managers are told."))
    calendar = forms.ChoiceField(label=_("Working days of"), required=False)
    lead_days = forms.IntegerField(
        label=_("Announced before, days"),
        min_value=1,
        max_value=90,
        initial=30,
        help_text=_("So many days ahead the visit is planned, and the customer and the engineer are told."),
    )
    engineer = StaffField(label=_("Engineer"), queryset=User.objects.none())
    helpers = forms.ModelMultipleChoiceField(
        label=_("Others who come along"), queryset=User.objects.none(), required=False, widget=forms.SelectMultiple(attrs={"size": 4})
    )
    is_active = forms.BooleanField(label=_("Make visits from this plan"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "contract": Contract.objects.select_related("organization").order_by("organization__name", "number"),
            "site": Site.objects.exclude(organization__code=CANARY).select_related("organization").order_by("organization__name", "name"),
            "template": ChecklistTemplate.objects.filter(versions__isnull=False).distinct(),
            "engineer": staff(),
            "helpers": staff(),
        }
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]
        for name in ("contract", "site", "template", "engineer"):
            self.fields[name].empty_label = _("please choose")  # type: ignore[attr-defined]
        known = selectors.calendars()
        usual = [] if OFFICE_CALENDAR in dict(known) else [(OFFICE_CALENDAR, _("every day is a working day"))]
        self.fields["calendar"].choices = [*usual, *known]  # type: ignore[attr-defined]
        self.fields["calendar"].initial = OFFICE_CALENDAR

    def draft(self) -> PlanDraft:
        """Answer what was typed, for the services."""
        given = {**self.cleaned_data, "helpers": list(self.cleaned_data["helpers"])}
        return PlanDraft(**{**given, "calendar": given["calendar"] or OFFICE_CALENDAR})
