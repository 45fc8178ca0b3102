"""Sessions: for whom, when, where, by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import PROVIDER_ROLES, User
from customers.models import CANARY, Contract, Organization, Site
from training.models import Course

if TYPE_CHECKING:
    from datetime import datetime


FIRST_YEAR, LAST_YEAR = 2000, 2099


def _in_our_time(value: datetime) -> None:
    """Refuse years that nobody means; the calendar's very first days are in no other time zone at all."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise forms.ValidationError(_("Choose a day between 2000 and 2099."))


def _moment(label: Any) -> forms.DateTimeField:
    picker = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(label=label, widget=picker, validators=[_in_our_time])


def _why(label: Any) -> forms.CharField:
    help_text = _("Those invited read it.")
    return forms.CharField(label=label, max_length=300, help_text=help_text, widget=forms.Textarea(attrs={"rows": 2}))


class CustomerForm(forms.Form):
    """For whom; what they have is offered next."""

    organization = forms.ModelChoiceField(
        Organization.objects.exclude(code=CANARY).filter(is_active=True).order_by("name"),
        label=_("Customer"),
        empty_label=_("please choose"),
    )


class ContractField(forms.ModelChoiceField):
    """A contract by number and name."""

    def label_from_instance(self, obj: Any) -> str:
        """Say which one."""
        return f"{obj.number} {obj.name}"


class StaffField(forms.ModelMultipleChoiceField):
    """Our own people, by name and office."""

    def label_from_instance(self, obj: Any) -> str:
        """Say who, and of which office."""
        return f"{obj} ({obj.office})" if obj.office else str(obj)


class ChangeForm(forms.Form):
    """Everything about a session but its time."""

    course = forms.ModelChoiceField(
        Course.objects.filter(is_active=True).order_by("code"), label=_("Course"), empty_label=_("please choose")
    )
    contract = ContractField(
        Contract.objects.none(), label=_("Contract"), required=False, empty_label=_("none"),
        help_text=_("With a contract the training fulfils what its plan owes."),
    )  # fmt: skip
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"), required=False, empty_label=_("online only"))
    room = forms.CharField(label=_("Room"), max_length=120, required=False)
    online_link = forms.URLField(label=_("Online at"), max_length=300, required=False, assume_scheme="https")
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=1000, initial=20)
    trainers = StaffField(User.objects.none(), label=_("Trainers"), widget=forms.SelectMultiple(attrs={"size": 6}))
    note = forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What to bring, how to get in; those invited read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, organization: Organization, **given: Any) -> None:
        super().__init__(*args, **given)
        self._offer("contract", Contract.objects.filter(organization=organization).order_by("number"))
        self._offer("site", Site.objects.filter(organization=organization).order_by("name"))
        staff = User.objects.filter(is_active=True, role__in=PROVIDER_ROLES).select_related("office")
        if known := getattr(self.initial.get("course"), "pk", None):  # a course that is not offered any more stays with its sessions
            self._offer("course", Course.objects.filter(Q(is_active=True) | Q(pk=known)).order_by("code"))
        self._offer("trainers", staff.order_by("office__code", "name", "pk"))

    def _offer(self, name: str, rows: Any) -> None:
        cast("forms.ModelChoiceField", self.fields[name]).queryset = rows


class SessionForm(ChangeForm):
    """A session to plan."""

    starts_at = _moment(_("Begins"))
    ends_at = _moment(_("Ends"))
    field_order = ["course", "contract", "starts_at", "ends_at", "site", "room", "online_link", "trainers", "capacity", "note"]


class MoveForm(forms.Form):
    """Another time, and why."""

    starts_at = _moment(_("Begins"))
    ends_at = _moment(_("Ends"))
    reason = _why(_("Why it is moved"))


class ReasonForm(forms.Form):
    """Why it is called off."""

    reason = _why(_("Why it is called off"))
