"""What people type about visits and plans; the forms only validate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from accounts.models import PROVIDER_ROLES, User
from customers.models import CANARY, Contract, Equipment, Site
from inspections.models import SEVERITIES, ChecklistTemplate, Every, Inspection, InspectionResult, Outcome
from inspections.services import Finding, PlanDraft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHOWN_AS = (
    ("open", _("to be done")),
    ("unsigned", _("waiting for a signature")),
    ("done", _("done")),
    ("cancelled", _("cancelled")),
    ("all", _("all")),
)


class FilterForm(forms.Form):
    """What the list shows."""

    show = forms.ChoiceField(label=_("State"), choices=SHOWN_AS, required=False)
    find = forms.CharField(label=_("Customer or site"), max_length=60, required=False, widget=forms.TextInput(attrs={"type": "search"}))


class StartForm(forms.Form):
    """Beginning a visit."""

    admitted_by = forms.CharField(
        label=_("Who of the customer agreed to it"),
        max_length=80,
        help_text=_("The name of the person who let you in; it stands on the report."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class FindingForm(forms.Form):
    """What was found at one item; nothing is required, since it is saved as one goes."""

    outcome = forms.ChoiceField(choices=[("", ""), *Outcome.choices], required=False)
    measured = forms.CharField(max_length=60, required=False)
    note = forms.CharField(max_length=2000, required=False, widget=forms.Textarea)
    severity = forms.TypedChoiceField(choices=[(level, level) for level in SEVERITIES], coerce=int, empty_value=None, required=False)
    equipment = forms.TypedChoiceField(empty_value=None, required=False)

    def __init__(self, data: Any, result: InspectionResult, equipment: Mapping[str, Equipment]) -> None:
        super().__init__(data, prefix=str(result.position))
        self.result = result
        field = cast("forms.TypedChoiceField", self.fields["equipment"])
        field.choices, field.coerce = [(pk, pk) for pk in equipment], equipment.__getitem__

    def finding(self) -> Finding:
        """Answer what was typed, for the services."""
        severity = self.cleaned_data.pop("severity") or self.result.severity
        return Finding(position=self.result.position, severity=severity, **self.cleaned_data)


class FinishForm(forms.Form):
    """The end of a visit."""

    summary = forms.CharField(label=_("What was found"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    advice = forms.CharField(
        label=_("Advice to the customer"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Tuning, expansion, maintenance: what should be done before something fails."),
    )
    changes = forms.CharField(
        label=_("Changes to the configuration"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whatever was changed today; kept as a record of changes."),
    )


class SignForm(forms.Form):
    """The customer's name under the report."""

    name = forms.CharField(label=_("Full name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"}))


class DeclineForm(forms.Form):
    """Why the report is not signed."""

    name = forms.CharField(label=_("Full name"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    reason = forms.CharField(label=_("Why the report is not signed"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class StaffField(forms.ModelChoiceField):
    """One of our own people, with the office they belong to."""

    def label_from_instance(self, obj: Any) -> str:
        """Say who it is and where."""
        return f"{obj} · {obj.office}" if obj.office else str(obj)


def staff() -> Any:
    """Answer who can carry out a visit."""
    return User.objects.filter(is_active=True, role__in=PROVIDER_ROLES).select_related("office").order_by("office", "name")


class RescheduleForm(forms.Form):
    """Another day, or somebody else."""

    planned_on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    engineer = StaffField(label=_("Engineer"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("StaffField", self.fields["engineer"]).queryset = staff()

    @classmethod
    def of(cls, visit: Inspection) -> RescheduleForm:
        """Answer the form as the visit stands."""
        return cls(initial={"planned_on": visit.planned_on, "engineer": visit.engineer_id})


class CancelForm(forms.Form):
    """Calling a visit off."""

    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


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


class PlanForm(forms.Form):
    """A plan of inspections."""

    contract = ContractField(label=_("Contract"), queryset=Contract.objects.none())
    site = GroupedField(label=_("Site"), queryset=Site.objects.none())
    template = forms.ModelChoiceField(label=_("Checklist"), queryset=ChecklistTemplate.objects.none())
    every = forms.ChoiceField(label=_("How often"), choices=Every.choices, initial=Every.QUARTER)
    starts_on = forms.DateField(
        label=_("First visit on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The visits that follow fall on the same day of the month, or the next working day."),
    )
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

    def draft(self) -> PlanDraft:
        """Answer what was typed, for the services."""
        return PlanDraft(**{**self.cleaned_data, "helpers": list(self.cleaned_data["helpers"])})
