"""Certificates of our own people, engineers whom contracts name, and regional representatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Skill, User
from core.forms import DayField
from training import selectors
from training.forms.lists import SEARCH, OfficeField
from training.models import NamedEngineer, RegionalRepresentative, StaffCertificate

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHOWN = (
    ("", _("all that stand")),
    ("ending", _("ends within 90 days")),
    ("expired", _("expired")),
    ("withdrawn", _("withdrawn")),
)


class EngineersFilter(forms.Form):
    """Which certificates of ours."""

    show = forms.ChoiceField(label=_("Show"), choices=SHOWN, required=False)
    office = OfficeField()
    skill = forms.ModelChoiceField(Skill.objects.order_by("code"), label=_("Skill"), required=False, empty_label=_("all"))
    find = forms.CharField(label=_("Person, certificate or number"), max_length=60, required=False, widget=SEARCH)


class StaffForm(forms.ModelForm):
    """A row about people of ours; its rules are checked by the service."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        for name in {"person", "deputy"} & self.fields.keys():
            cast("forms.ModelChoiceField", self.fields[name]).queryset = self._people(name)

    def _people(self, name: str) -> QuerySet[User]:
        known = getattr(self.instance, f"{name}_id")
        return selectors.staff() | User.objects.filter(pk=known) if known else selectors.staff()

    def _post_clean(self) -> None:
        """Leave the rules to the service, which says them in a sentence at a field."""


class StaffCertificateForm(StaffForm):
    """A certificate of one of ours, with its scan."""

    issued_on = DayField(label=_("Issued on"))
    expires_on = DayField(label=_("Last day"), required=False, help_text=_("Empty: without an end."))
    upload = forms.FileField(label=_("Scan"), required=False, help_text=_("PDF or picture; a new one replaces the one before."))

    class Meta:
        model = StaffCertificate
        fields = ("person", "name", "name_en", "issuer", "number", "skill", "issued_on", "expires_on")
        labels = {"issuer": _("Issuing body")}


class WithdrawForm(forms.Form):
    """Why a certificate counts no more."""

    reason = forms.CharField(label=_("Why it is withdrawn"), max_length=200)


class NamedEngineerForm(StaffForm):
    """Whom a contract names, as it was signed."""

    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"), required=False, help_text=_("Empty: as long as the contract."))

    class Meta:
        model = NamedEngineer
        fields: tuple[str, ...] = ("role", "role_en", "person", "deputy", "required", "starts_on", "ends_on")
        widgets = {"required": forms.Textarea(attrs={"rows": 3})}


class NamedEngineerChangeForm(NamedEngineerForm):
    """The same, with the customer's consent to another person."""

    consented_by = forms.CharField(
        label=_("Agreed to by"), max_length=80, required=False, help_text=_("Who agreed for the customer; needed for another person.")
    )
    consented_how = forms.CharField(
        label=_("Agreed how"), max_length=120, required=False, help_text=_("For example: letter of 3 March, by phone.")
    )


class RepresentativeForm(StaffForm):
    """Who represents us in a region."""

    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"), required=False)

    class Meta:
        model = RegionalRepresentative
        fields = ("region", "person", "deputy", "phone", "starts_on", "ends_on")
