"""What is typed to find a customer, and about what is agreed with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import selectors as accounts
from accounts.models import PROVIDER_ROLES, User
from customers.models import CANARY, Organization
from customers.services import MEASURES
from sla import selectors as promises
from sla import words

if TYPE_CHECKING:
    from datetime import datetime

    from customers.models import Contract, HeightenedPeriod

TARGET_HELP = _("For example 30min, 4h or 2 workdays.")


class MomentField(forms.DateTimeField):
    """A moment of the desk's time zone, to the minute."""

    def __init__(self, **given: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **given)


class SearchForm(forms.Form):
    """A piece of a name, a code, a serial number or a QR id."""

    q = forms.CharField(label=_("Search"), max_length=100, required=False, widget=forms.SearchInput(attrs={"autocomplete": "off"}))

    def text(self) -> str:
        """Answer what to search for; nothing if what was typed cannot be searched for."""
        return self.cleaned_data["q"] if self.is_valid() else ""


class AgreedForm(forms.Form):
    """A target tighter than the plan's."""

    measure = forms.ChoiceField(label=_("What is measured"))
    severity = forms.TypedChoiceField(label=_("Severity"), coerce=int)
    target = forms.CharField(label=_("At most"), max_length=40, help_text=TARGET_HELP)
    clause = forms.CharField(label=_("Clause"), max_length=120, required=False, help_text=_("Where the contract says it."))

    def __init__(self, *args: Any, contract: Contract, at: datetime, **given: Any) -> None:
        super().__init__(*args, **given)
        version = promises.current_plan_version(contract.plan, at)
        plan = promises.engine_plan(version.pk) if version else None
        measures = dict.fromkeys(promise.measure for promise in (plan.promises if plan else ()) if not promise.limit_of)
        severities = plan.severities if plan else {}
        self.fields["measure"].choices = [(name, capfirst(words.MEASURES[name])) for name in measures]  # type: ignore[attr-defined]
        named = [(number, f"{number} {words.spoken(severity.name)}") for number, severity in sorted(severities.items())]
        self.fields["severity"].choices = [(0, _("every severity")), *named]  # type: ignore[attr-defined]


class PeriodForm(forms.Form):
    """A period of heightened service."""

    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    starts_at = MomentField(label=_("Begins"))
    ends_at = MomentField(label=_("Ends"))
    organizations = forms.ModelMultipleChoiceField(
        label=_("Customers"), queryset=Organization.objects.none(), widget=forms.SelectMultiple(attrs={"size": 6})
    )
    response = forms.CharField(label=capfirst(words.MEASURES["response"]), max_length=40, required=False, help_text=TARGET_HELP)
    diagnosis = forms.CharField(label=capfirst(words.MEASURES["diagnosis"]), max_length=40, required=False)
    onsite = forms.CharField(label=capfirst(words.MEASURES["onsite"]), max_length=40, required=False)
    restore = forms.CharField(label=capfirst(words.MEASURES["restore"]), max_length=40, required=False)
    note = forms.CharField(label=_("What is done"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, period: HeightenedPeriod | None = None, **given: Any) -> None:
        if period is not None:
            names = ("name", "name_en", "starts_at", "ends_at", "note")
            given["initial"] = {name: getattr(period, name) for name in names} | {
                "organizations": list(period.organizations.all()),
                **{row.measure: row.target for row in period.agreed.all()},
            }
        super().__init__(*args, **given)
        chosen = Organization.objects.filter(is_active=True).exclude(code=CANARY).order_by("name")
        self.fields["organizations"].queryset = chosen  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Put the times together, as the services take them."""
        given = super().clean() or self.cleaned_data
        return given | {"targets": {measure: given.pop(measure, "") for measure in MEASURES}}


class DutyForm(forms.Form):
    """Somebody on duty."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), empty_label=_("please choose"))
    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(label=_("Until"))
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, help_text=_("Empty: the person's own."))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["person"].queryset = accounts.people(*PROVIDER_ROLES)  # type: ignore[attr-defined]


class DowntimeForm(forms.Form):
    """When equipment was down on purpose, and what for."""

    starts_at = MomentField(label=_("Down from"))
    ends_at = MomentField(label=_("Down until"))
    reason = forms.CharField(label=_("What for"), max_length=200)
