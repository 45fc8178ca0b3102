"""What is typed about archives; the forms only validate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.models import ArchiveExport
from archive.selectors.timeline import YEARS, Asked
from archive.sources import all_sources
from core import languages
from core.forms import DayField

if TYPE_CHECKING:
    from datetime import date

    from django.http import QueryDict

LANGUAGES = ((languages.CHINESE, "中文"), (languages.ENGLISH, "English"))


def kinds() -> list[tuple[str, Any]]:
    """Answer what can be chosen, by kind."""
    return [(source.kind, source.label) for source in all_sources()]


class FindForm(forms.Form):
    """Whose archive is wanted."""

    q = forms.CharField(
        label=_("Customer, site or equipment"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("name, address, serial number …")}),
    )


class TimelineForm(forms.Form):
    """Which part of a timeline is wanted; empty days mean the last two years."""

    q = forms.CharField(label=_("Contains"), max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.MultipleChoiceField(label=_("Kinds"), required=False, widget=forms.CheckboxSelectMultiple)
    site = forms.TypedChoiceField(label=_("Site"), required=False, coerce=int, empty_value=None)
    equipment = forms.TypedChoiceField(label=_("Equipment"), required=False, coerce=int, empty_value=None)
    first = DayField(label=_("First day"), required=False)
    last = DayField(label=_("Last day"), required=False)

    def __init__(self, given: QueryDict, *, today: date, sites: Any = (), equipment: Any = ()) -> None:
        data = given.copy()
        for name, day in (("first", today - YEARS), ("last", today)):
            if not data.get(name):
                data[name] = day.isoformat()  # so that the form says which days are shown
        super().__init__(data)
        self.today = today
        self.fields["kind"].choices = kinds()  # type: ignore[attr-defined]
        for name, things in (("site", sites), ("equipment", equipment)):
            chosen = [(thing.pk, str(thing)) for thing in things]
            if len(chosen) > 1:
                self.fields[name].choices = [("", _("all")), *chosen]  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def wanted(self) -> Asked:
        """Answer what is asked for; what cannot be read is as if it had not been said."""
        self.is_valid()
        given = self.cleaned_data
        last = given.get("last") or self.today
        first = given.get("first") or min(self.today - YEARS, last)
        return Asked(first, last, frozenset(given.get("kind") or ()), given.get("q") or "")


class ExportForm(forms.Form):
    """Which days are wanted as a file, and as what."""

    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    form = forms.ChoiceField(label=_("As"), choices=ArchiveExport.Form.choices, widget=forms.RadioSelect, initial=ArchiveExport.Form.ZIP)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
