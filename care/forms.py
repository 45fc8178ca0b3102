"""What is typed about calls; the forms only validate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Office, User
from care import selectors
from care.models import Kind, Level, Outcome, Result, State, said_in
from care.services import Conclusion, ItemSaid
from care.services.ending import allowed
from customers.models import Contract
from sla.models import Plan

if TYPE_CHECKING:
    from care.models import Call

STATES = (
    ("open", _("to be called")),
    ("late", _("past due")),
    ("not_reached", _("could not be reached")),
    ("done", _("done")),
    ("dropped", _("called off")),
)
WHOSE = (("mine", _("planned for me")), ("office", _("of my office")), ("all", _("all")))
YES_NO = {"yes": _("yes"), "no": _("no")}
MOMENT = {"type": "datetime-local"}
IN_VAIN = [choice for choice in Result.choices if choice[0] != Result.REACHED]


class ListForm(forms.Form):
    """What a list of calls is narrowed to."""

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    whose = forms.ChoiceField(label=_("Whose"), choices=WHOSE, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("every kind")), *Kind.choices], required=False)
    office = forms.ModelChoiceField(Office.objects.order_by("code"), label=_("Office"), required=False, empty_label=_("every office"))
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", _("every outcome")), *Outcome.choices], required=False)


class MonthForm(forms.Form):
    """Which months are shown, and of which kind and office."""

    since = forms.RegexField(
        r"^20\d\d-(0[1-9]|1[0-2])$", label=_("From month"), required=False, widget=forms.TextInput(attrs={"type": "month"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("every kind")), *Kind.choices], required=False)
    office = forms.ModelChoiceField(Office.objects.order_by("code"), label=_("Office"), required=False, empty_label=_("every office"))


class QuarterForm(forms.Form):
    """Which quarter is shown."""

    period = forms.RegexField(r"^20\d\dQ[1-4]$", label=_("Quarter"), required=False, help_text=_("for example 2026Q4"))
    office = forms.ModelChoiceField(Office.objects.order_by("code"), label=_("Office"), required=False, empty_label=_("every office"))


class StepForm(forms.Form):
    """A step without facts."""


class AttemptForm(StepForm):
    """A try that did not lead to a talk."""

    result = forms.ChoiceField(label=pgettext_lazy("call", "What became of it"), choices=IN_VAIN, widget=forms.RadioSelect)
    phone = forms.CharField(label=_("Better number"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    next_at = forms.DateTimeField(label=_("Call again at"), required=False, widget=forms.DateTimeInput(attrs=MOMENT))
    words = forms.CharField(label=_("Note"), max_length=300, required=False)


class HandOverForm(StepForm):
    """Who makes the call instead."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Who calls"))

    def __init__(self, data: Any = None, *, call: Call) -> None:
        super().__init__(data)
        cast("forms.ModelChoiceField", self.fields["person"]).queryset = selectors.callers(call)


class ReasonForm(StepForm):
    """Why the customer is not called."""

    reason = forms.CharField(label=_("Why the customer is not called"), max_length=300)


class VisitForm(StepForm):
    """Asked on site: when, by whom; left open it goes with the next planned inspection, else onto the dispatch board."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Who goes"), required=False)
    starts_at = forms.DateTimeField(label=_("Visit from"), required=False, widget=forms.DateTimeInput(attrs=MOMENT))
    ends_at = forms.DateTimeField(label=_("Visit until"), required=False, widget=forms.DateTimeInput(attrs=MOMENT))

    def __init__(self, data: Any = None, *, call: Call) -> None:
        super().__init__(data)
        cast("forms.ModelChoiceField", self.fields["person"]).queryset = selectors.callers(call)


class AgainForm(StepForm):
    """The customer is called on three more days."""

    phone = forms.CharField(label=_("Another number"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    person = forms.ModelChoiceField(User.objects.none(), label=_("Who calls"), required=False)

    def __init__(self, data: Any = None, *, call: Call) -> None:
        super().__init__(data)
        cast("forms.ModelChoiceField", self.fields["person"]).queryset = selectors.callers(call)


class NewCallForm(forms.Form):
    """A single care call."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    reason = forms.CharField(label=_("Why we call"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    contact_name = forms.CharField(label=_("Contact"), max_length=80, required=False, help_text=_("Empty: the contact of the site."))
    contact_phone = forms.CharField(label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    hours_from = forms.TimeField(label=_("Preferred from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    hours_until = forms.TimeField(label=_("Preferred until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    next_at = forms.DateTimeField(label=_("Call at"), required=False, widget=forms.DateTimeInput(attrs=MOMENT))
    due_at = forms.DateTimeField(label=_("Until when"), widget=forms.DateTimeInput(attrs=MOMENT))
    person = forms.ModelChoiceField(User.objects.none(), label=_("Who calls"), required=False, empty_label=_("whoever takes it"))

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        people = User.objects.filter(is_active=True, office=user.office).order_by("name")
        allowed_people = people if user.dispatches else people.filter(pk=user.pk)
        cast("forms.ModelChoiceField", self.fields["person"]).queryset = allowed_people


class QuotaForm(forms.Form):
    """How many of a plan's or contract's faults are called back beside what is promised."""

    plan = forms.ModelChoiceField(Plan.objects.exclude(code="canary").order_by("code"), label=_("Service plan"), required=False)
    contract = forms.ModelChoiceField(
        Contract.objects.order_by("number"), label=_("Contract"), to_field_name="number", required=False, widget=forms.TextInput,
        help_text=_("Its number; goes before the plan."),
    )  # fmt: skip
    percent = forms.IntegerField(label=_("Percent of the solved faults"), min_value=0, max_value=100)
    other_department = forms.BooleanField(label=_("Asked by another department than the one that served"), required=False)


class ScriptForm(forms.Form):
    """A script as text."""

    text = forms.CharField(label=_("Script (YAML)"), max_length=40_000, widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}))


class OutcomeForm(StepForm):
    """What was said in a call: the script's questions, each equipment of an inquiry, and the customer's words."""

    words = forms.CharField(label=_("In the customer's words"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    level = forms.ChoiceField(
        label=_("How soon it has to be looked after"), choices=Level.choices, required=False, initial=Level.NORMAL,
        help_text=_("Counts where the customer is not satisfied or something has to be looked after."),
    )  # fmt: skip
    spoke_with = forms.CharField(label=_("Spoke with"), max_length=80, required=False)
    minutes = forms.IntegerField(label=_("Length, minutes"), min_value=0, max_value=600, required=False)

    def __init__(self, data: Any = None, *, call: Call) -> None:
        start = {"spoke_with": call.contact_name, "level": Level.NORMAL, **call.draft}
        super().__init__(data, initial=start)
        self.call = call
        for question in call.script.questions:
            self.fields[f"q-{question['code']}"] = _field(question)
        for item in call.items.all():
            self._ask_about(item.pk, str(item.equipment))
        if call.kind == Kind.INQUIRY:
            del self.fields["level"]

    def _ask_about(self, pk: int, name: str) -> None:
        states = forms.ChoiceField(label=name, choices=State.choices, widget=forms.RadioSelect, required=True)
        level = forms.ChoiceField(label=_("How urgent"), choices=[("", "—"), *Level.choices], required=False)
        words = forms.CharField(label=_("What was said"), max_length=2000, required=False)
        self.fields |= {f"i-{pk}-state": states, f"i-{pk}-level": level, f"i-{pk}-words": words}

    @property
    def questions(self) -> list[Any]:
        """Answer the fields of the script, in its order."""
        return [self[f"q-{question['code']}"] for question in self.call.script.questions]

    @property
    def things(self) -> list[tuple[Any, Any, Any]]:
        """Answer the fields of each equipment: state, level, words."""
        keys = [item.pk for item in self.call.items.all()]
        return [(self[f"i-{pk}-state"], self[f"i-{pk}-level"], self[f"i-{pk}-words"]) for pk in keys]

    @property
    def rest(self) -> list[Any]:
        """Answer the fields of every call."""
        return [self[name] for name in ("words", "level", "spoke_with", "minutes") if name in self.fields]

    def conclusion(self) -> Conclusion:
        """Answer what was typed, for the services."""
        data = self.cleaned_data
        answers = {question["code"]: data.get(f"q-{question['code']}") or "" for question in self.call.script.questions}
        items = [
            ItemSaid(item=item.pk, state=data[f"i-{item.pk}-state"], level=data[f"i-{item.pk}-level"], words=data[f"i-{item.pk}-words"])
            for item in self.call.items.all()
        ]
        return Conclusion(
            answers=answers,
            items=items,
            words=data["words"],
            level=data.get("level") or Level.NORMAL,
            spoke_with=data["spoke_with"],
            minutes=data["minutes"],
        )


def _field(question: dict[str, Any]) -> forms.Field:
    label, hint, required = said_in(question), said_in(question, "hint"), bool(question["required"])
    if question["kind"] == "words":
        widget = forms.Textarea(attrs={"rows": 2})
        return forms.CharField(label=label, help_text=hint, required=required, max_length=4000, widget=widget)
    named = {option["code"]: said_in(option) for option in question["options"]} | (YES_NO if question["kind"] == "yes_no" else {})
    choices = [(code, named.get(code, code)) for code in allowed(question)]
    return forms.ChoiceField(label=label, help_text=hint, required=required, choices=choices, widget=forms.RadioSelect)


def this_quarter() -> str:
    """Answer the quarter that is shown where none is asked for."""
    today = timezone.localdate()
    return f"{today.year}Q{(today.month + 2) // 3}"
