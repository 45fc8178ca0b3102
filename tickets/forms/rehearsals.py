"""What a rehearsal tries, and which of its findings are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from sla import engine
from sla.errors import Unreadable
from sla.loading import checked_plan
from sla.models import CalendarDraft, CalendarVersion
from sla.reading import calendar_of, read_document
from tickets.forms.figures import CustomerField
from tickets.models import RehearsalFinding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sla.models import Plan
    from sla.reading import Document

TEXT = {"rows": 24, "spellcheck": "false", "autocomplete": "off", "class": "plan-text"}
CHOSEN, DRAFT = "calendar_", "draft"
LONGEST_TEXT = 200_000
"""Characters; the plans that ship have up to 30,000."""


class RehearsalForm(forms.Form):
    """The text of a draft, the hours it counts in, and the days it is tried on. A wrong text is refused with its line."""

    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"), help_text=_("Tickets are taken by the day of their report, from up to two years."))
    text = forms.CharField(
        label=_("Text of the plan"), strip=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs=TEXT),
        help_text=_("As in a plan file. Nothing is loaded: the text is tried and kept with the rehearsal only."),
    )  # fmt: skip
    hours = forms.CharField(
        label=_("Draft of a calendar"), strip=False, required=False, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={**TEXT, "rows": 8}),
        help_text=_("As in a calendar file; tried in place of the calendar of its code. Empty: none."),
    )  # fmt: skip

    def __init__(self, *args: Any, plan: Plan, versions: Mapping[str, Iterable[CalendarVersion]], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.drafts = {
            row.calendar.code: row.data for row in CalendarDraft.objects.filter(calendar__code__in=versions).select_related("calendar")
        }
        self.plan, self.at = plan, at
        self.codes = list(versions)
        self.content: dict[str, Any] = {}
        self.draft: tuple[str, dict[str, Any]] | None = None
        for code, rows in versions.items():
            name = next((str(row.calendar) for row in rows), code)
            choices = [(str(row.number), _("version %(number)s") % {"number": row.number}) for row in rows]
            draft = [(DRAFT, _("the draft that is being written"))] if code in self.drafts else []
            self.fields[CHOSEN + code] = forms.ChoiceField(
                label=_("Calendar “%(name)s”") % {"name": name}, required=False,
                choices=[("", _("as each ticket was promised")), *draft, *choices],
            )  # fmt: skip
        self.order_fields(["first", "last", "text", *(CHOSEN + code for code in versions), "hours"])

    def clean_text(self) -> str:
        """Read the plan as it would be loaded."""
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        try:
            document = read_document(text, f"{self.plan.code}.yaml")
            self._check(document)
            self.content = checked_plan(document, self.at)
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from None
        return text

    def clean_hours(self) -> str:
        """Read the calendar, if there is one."""
        text: str = self.cleaned_data["hours"].replace("\r\n", "\n")
        if not text.strip():
            return ""
        try:
            document = read_document(text, "calendar.yaml")
            if not document.is_calendar:
                raise document.refusal((), str(_("this is a plan, not a calendar")))
            _calendar, content = calendar_of(document)
            self._check_code(document)
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from None
        self.draft = (document.data["code"], content)
        return text

    def _check(self, document: Document) -> None:
        if document.is_calendar:
            raise document.refusal((), str(_("this is a calendar, not a plan")))
        if document.data.get("code") != self.plan.code:
            sentence = _("the code stays “%(code)s”: contracts and figures go by it") % {"code": self.plan.code}
            raise document.refusal(("code",), str(sentence))

    def _check_code(self, document: Document) -> None:
        known = sorted({*self.codes, *(engine.Plan.from_dict(self.content).calendar_codes() if self.content else ())})
        if document.data["code"] not in known:
            sentence = _("the plan counts in no calendar of this code; choose from %(choices)s") % {"choices": ", ".join(known)}
            raise document.refusal(("code",), str(sentence))

    @property
    def calendars(self) -> dict[str, dict[str, Any]]:
        """Answer the calendars that are tried: versions that were chosen, and the draft in place of whatever was."""
        chosen = {name.removeprefix(CHOSEN): number for name, number in self.cleaned_data.items() if name.startswith(CHOSEN) and number}
        rows = CalendarVersion.objects.filter(calendar__code__in=chosen).select_related("calendar")
        found = {
            row.calendar.code: {"number": row.number, "data": row.data} for row in rows if chosen[row.calendar.code] == str(row.number)
        }
        found |= {code: {"number": None, "data": self.drafts[code]} for code, choice in chosen.items() if choice == DRAFT}
        if self.draft:
            code, content = self.draft
            found[code] = {"number": None, "data": content}
        return found


class FindingFilter(forms.Form):
    """Which findings are listed; a value that makes no sense is left out."""

    change = forms.ChoiceField(label=_("What changes"), required=False, choices=[("", _("all")), *RehearsalFinding.Change.choices])
    promise = forms.ChoiceField(label=_("Promise"), required=False)
    customer = CustomerField(
        label=_("Customer"), required=False, max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "list": "customers", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, data: Any, *, promises: Mapping[str, str]) -> None:
        given = data.copy()
        super().__init__(given, auto_id="filter-%s")
        self.fields["promise"].choices = [("", _("all")), *promises.items()]  # type: ignore[attr-defined]
        self.is_valid()
        if organization := self.cleaned_data.get("customer"):
            given["customer"] = organization.name  # a link names it by id; a person reads the name

    @property
    def conditions(self) -> dict[str, Any]:
        """Answer what is asked for, as conditions on a finding."""
        columns = {"change": "change", "promise": "promise", "customer": "organization"}
        return {column: self.cleaned_data[name] for name, column in columns.items() if self.cleaned_data.get(name)}
