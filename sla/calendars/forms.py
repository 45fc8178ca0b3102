"""Forms of a calendar's draft. What was typed stays; what is wrong is said at its field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.forms import DayField
from sla.calendars import files, ical
from sla.calendars.content import NAME_LENGTH, ranges_text, read_ranges
from sla.calendars.year import FIRST_YEAR, LAST_YEAR
from sla.engine.calendar import hours

if TYPE_CHECKING:
    from sla.calendars.content import Content, Ranges

HOURS_LENGTH = 400
RANGES_HELP = gettext_lazy("For example 09:00-12:00, 13:30-18:00. Overnight: 22:00-06:00, to midnight: 20:00-24:00. Empty: closed.")


class RangesField(forms.CharField):
    """Hours of a day as people write them; answers a list of ranges."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
        super().__init__(required=False, max_length=HOURS_LENGTH, **given)

    def clean(self, value: Any) -> Any:
        """Read the ranges."""
        try:
            return read_ranges(super().clean(value))
        except DomainError as error:
            raise ValidationError(str(error)) from None


class WeekForm(forms.Form):
    """Time zone and weekly hours."""

    timezone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("In whose wall clock the hours are written, such as Asia/Shanghai."),
    )
    unconfirmed = forms.CharField(
        label=gettext_lazy("Years whose official notice is not known yet"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("For example 2027, 2028. They are marked wherever the calendar is shown."),
    )

    def __init__(self, content: Content, *args: Any, **given: Any) -> None:
        given["initial"] = {"timezone": content["timezone"], "unconfirmed": ", ".join(map(str, content.get("unconfirmed", ())))}
        super().__init__(*args, **given)
        for number, code in enumerate(hours.WEEKDAYS):
            ranges = [row[1:] for row in content["weekly"] if row[0] == code]
            self.fields[code] = RangesField(label=WEEKDAYS[number], initial=ranges_text(ranges))
        self.fields["mon"].help_text = RANGES_HELP

    def clean_timezone(self) -> str:
        """Refuse what is no IANA zone."""
        zone = str(self.cleaned_data["timezone"])
        if zone not in available_timezones():
            raise ValidationError(_("There is no time zone “%(zone)s”; write one such as Asia/Shanghai.") % {"zone": zone})
        return zone

    def clean_unconfirmed(self) -> list[int]:
        """Read years."""
        words = self.cleaned_data["unconfirmed"].replace("，", ",").replace(",", " ").split()
        if not all(word.isdigit() and FIRST_YEAR <= int(word) <= LAST_YEAR for word in words):
            raise ValidationError(_("Write years between %(first)s and %(last)s, such as 2027.") % {"first": FIRST_YEAR, "last": LAST_YEAR})
        return sorted({int(word) for word in words})

    @property
    def facts(self) -> dict[str, Any]:
        """Answer what the service takes."""
        weekly = [[code, *span] for code in hours.WEEKDAYS for span in self.cleaned_data[code]]
        return {"timezone": self.cleaned_data["timezone"], "weekly": weekly, "unconfirmed": self.cleaned_data["unconfirmed"]}


class DaysForm(forms.Form):
    """One day or several: closed, open at hours of their own, or as the week has them."""

    first = DayField(label=gettext_lazy("From"))
    last = DayField(label=gettext_lazy("To"), required=False, help_text=gettext_lazy("Empty: this one day."))
    what = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=[
            ("closed", gettext_lazy("closed: a holiday")),
            ("open", gettext_lazy("open at these hours: a make-up workday, a short day")),
            ("week", gettext_lazy("as the week has it")),
        ],
        widget=forms.RadioSelect,
    )
    hours = RangesField(label=gettext_lazy("Hours"), help_text=gettext_lazy("Only for a day that is open; for example 09:00-12:00."))
    name = forms.CharField(
        label=gettext_lazy("What the day is called"), required=False, max_length=NAME_LENGTH, help_text=gettext_lazy("For example 国庆节.")
    )

    def clean(self) -> dict[str, Any]:
        """Take a day alone as a span of one; hours are only for a day that is open."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "first" in cleaned and "last" in cleaned:
            cleaned["last"] = cleaned["last"] or cleaned["first"]
        given: Ranges = cleaned.get("hours") or []
        if given and cleaned.get("what") in ("closed", "week"):
            self.add_error("hours", _("Hours are only for a day that is open: choose so, or leave them empty."))
        return cleaned


class ImportForm(forms.Form):
    """A file that goes into the draft."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".json,.csv,.ics,application/json,text/csv,text/calendar"}),
        help_text=gettext_lazy(
            "JSON replaces time zone, weekly hours and all days; CSV and iCalendar only the days of the years they speak of."
        ),
    )

    def __init__(self, timezone: str, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.timezone = timezone
        self.read: Any = None

    def clean_file(self) -> Any:
        """Read the file by the ending of its name; what is wrong is said with its line."""
        file = self.cleaned_data["file"]
        ending = file.name.rpartition(".")[2].lower()
        if ending not in ("json", "csv", "ics"):
            raise ValidationError(_("Choose a file that ends in .json, .csv or .ics."))
        try:
            text = files.text_of(file.read(files.LARGEST + 1), file.name)
            match ending:
                case "json":
                    self.read = files.read_json(text, file.name)
                case "csv":
                    self.read = files.read_csv(text, file.name)
                case _:
                    self.read = ical.read_ical(text, file.name, self.timezone)
        except DomainError as error:
            raise ValidationError(str(error)) from None
        return file
