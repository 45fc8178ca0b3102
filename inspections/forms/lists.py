"""What the lists of visits and findings show."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

SHOWN_AS = (
    ("open", _("to be done")),
    ("unsigned", _("waiting for a signature")),
    ("missed", _("missed visit")),
    ("done", _("done")),
    ("cancelled", _("cancelled or refused")),
    ("all", _("all")),
)
FINDINGS_SHOWN_AS = (("open", _("open")), ("raised", _("open, found more than once")), ("closed", _("closed")), ("all", _("all")))


class FilterForm(forms.Form):
    """What the list shows."""

    show = forms.ChoiceField(label=_("State"), choices=SHOWN_AS, required=False)
    find = forms.CharField(label=_("Customer or site"), max_length=60, required=False, widget=forms.TextInput(attrs={"type": "search"}))


class FindingFilterForm(forms.Form):
    """What the list of findings shows."""

    show = forms.ChoiceField(label=_("State"), choices=FINDINGS_SHOWN_AS, required=False)
    find = forms.CharField(
        label=_("Customer, site or item"), max_length=60, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )


class CloseForm(forms.Form):
    """Closing a finding between two inspections."""

    reason = forms.CharField(label=_("Why it is closed"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
