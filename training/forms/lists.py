"""What the lists show."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Office
from training.models import Kind

SEARCH = forms.TextInput(attrs={"type": "search"})
SHOWN = (
    ("coming", _("coming up")),
    ("unfinished", _("to be finished")),
    ("past", _("held")),
    ("cancelled", _("called off")),
    ("all", _("all")),
)
STATES = (
    ("", _("all")),
    ("late", _("overdue")),
    ("open", _("not planned")),
    ("planned", _("planned")),
    ("held", _("held in time")),
    ("held_late", _("held late")),
    ("waived", _("waived")),
)
VALID = (("", _("all")), ("valid", _("valid")), ("ending", _("ends within 60 days")), ("ended", _("ended")))


class OfficeField(forms.ModelChoiceField):
    """One of our offices, or all."""

    def __init__(self) -> None:
        super().__init__(Office.objects.order_by("code"), label=_("Office"), required=False, empty_label=_("all"))


class SessionsFilter(forms.Form):
    """Which sessions."""

    show = forms.ChoiceField(label=_("Show"), choices=SHOWN, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("all")), *Kind.choices], required=False)
    office = OfficeField()
    find = forms.CharField(label=_("Course, customer or contract"), max_length=60, required=False, widget=SEARCH)


class OwedFilter(forms.Form):
    """Which trainings that are owed."""

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    office = OfficeField()
    find = forms.CharField(label=_("Customer or contract"), max_length=60, required=False, widget=SEARCH)


class CertificatesFilter(forms.Form):
    """Which certificates."""

    show = forms.ChoiceField(label=_("Show"), choices=VALID, required=False)
    find = forms.CharField(label=_("Name, number or course"), max_length=60, required=False, widget=SEARCH)
