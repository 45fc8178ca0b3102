"""What people type about complaints and feedback; the fields are named as the arguments of the services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import PROVIDER_ROLES, Team, User
from customers import selectors as customers
from customers.models import Site
from loops import selectors, services
from loops.models import How, Measure, Source, Stage
from loops.services.names import STEPS
from tickets import selectors as tickets
from tickets.models import Channel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.core.files.uploadedfile import UploadedFile
    from django.utils.functional import Promise, _StrPromise

    from loops.models import Loop

LONG = 20_000
HEARD = [(How.CALL.value, How.CALL.label), (How.MESSAGE.value, How.MESSAGE.label), (How.VISIT.value, How.VISIT.label)]
LEVELS = [
    (1, _("1 – a grave matter, to be seen to at once")),
    (2, _("2 – a serious matter")),
    (3, _("3 – an ordinary matter")),
    (4, _("4 – a remark")),
]
HANDLERS_SHOWN = 20


class Several(forms.FileInput):
    """Takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Answers a list of files, empty where none was chosen; the services look into them."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"label": _("Files"), "required": False, **given}, widget=Several(attrs={"multiple": True}))

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Answer the files as they came."""
        uploads = data if isinstance(data, list | tuple) else [data]
        return [upload for upload in uploads if upload]


def words(label: _StrPromise | str, *, rows: int = 3, required: bool = True, help_text: _StrPromise | str = "") -> Any:
    """Make a field for a few sentences."""
    return forms.CharField(
        label=label, required=required, max_length=LONG, widget=forms.Textarea(attrs={"rows": rows}), help_text=help_text
    )


def name_field() -> Any:
    """Make a field for who of the customer's said it."""
    return forms.CharField(label=_("Who of the customer's said it"), max_length=80)


def how_field() -> Any:
    """Make a field for how it was heard."""
    return forms.ChoiceField(label=_("How"), choices=HEARD, initial=How.CALL.value)


class AskForm(forms.Form):
    """To which departments the tracking form goes."""

    departments = forms.ModelMultipleChoiceField(
        Team.objects.select_related("office").order_by("office__code", "code"),
        label=_("Departments concerned"),
        widget=forms.CheckboxSelectMultiple,
    )
    question = words(_("What they are asked"), required=False)


class AnswerForm(forms.Form):
    """A department's opinion."""

    text = words(_("Opinion: what happened, what the department intends"))


class LookIntoForm(forms.Form):
    """Why it came back."""

    why = words(_("Why the last round did not do"))


class TellForm(forms.Form):
    """What the customer is told."""

    plan = words(_("What we intend, in words for the customer"), rows=4)
    how = forms.ChoiceField(label=_("How they are told"), choices=HEARD, initial=How.MESSAGE.value)


class AgreeForm(forms.Form):
    """The customer agrees."""

    name = name_field()
    how = how_field()
    words = words(_("In their words"), rows=2, required=False)


class DisagreeForm(forms.Form):
    """The customer does not."""

    words = words(_("What the customer wants otherwise"), rows=2)
    name = name_field()
    how = how_field()


class CarryOutForm(forms.Form):
    """What was done, and what improves it."""

    cause = words(_("Cause"), rows=2)
    result = words(_("What was done"))
    measure_kind = forms.ChoiceField(label=_("Kind of measure"), choices=Measure.choices, widget=forms.RadioSelect)
    measure = words(_("Improvement measure"), rows=2)
    treatment = words(_("Treatment of who was responsible"), rows=2, required=False, help_text=_("Staff only; no customer reads it."))


class NoForm(forms.Form):
    """Nothing to type."""


class SatisfiedForm(forms.Form):
    """The customer is satisfied."""

    name = name_field()
    how = how_field()
    words = words(_("In their words"), rows=2, required=False)


class NotSatisfiedForm(forms.Form):
    """The customer is not."""

    words = words(_("What is not right yet"), rows=2)
    name = name_field()
    how = how_field()


class WithdrawForm(forms.Form):
    """The customer takes it back."""

    words = words(_("Why, if you like to say"), rows=2, required=False)


class ConcernForm(forms.Form):
    """Whom it is about."""

    people = forms.ModelMultipleChoiceField(
        User.objects.filter(role__in=PROVIDER_ROLES, is_active=True).order_by("name"),
        label=_("People it is about"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("They do not handle it, give no opinion and judge nothing."),
    )
    confidential = forms.BooleanField(label=_("Confidential: they may not read it"), required=False)


@dataclass(frozen=True, slots=True)
class StepForm:
    """A step as the pages offer it."""

    name: str
    form: type[forms.Form]
    service: Callable[..., Any]
    icon: str

    @property
    def label(self) -> Promise:
        """Answer what it is called."""
        return STEPS[self.name]

    def blank(self, user: User, data: Mapping[str, Any] | None = None, loop: Loop | None = None) -> forms.Form:
        """Make its form; a customer speaks for themselves, so they are not asked who said it."""
        initial: dict[str, Any] = {}
        if loop is not None and self.name == "concern":
            initial = {"people": [row.person_id for row in loop.ticket.concerned.all()], "confidential": loop.ticket.is_confidential}
        if loop is not None and self.name == "tell":
            initial = {"plan": "\n".join(row.text for row in selectors.newest_of(loop).values() if row.text)}
        if loop is not None and self.name == "ask":
            initial = {"question": list(loop.all_rounds.all())[-1].objection}
        form = self.form(data, prefix=self.name, initial=initial)
        if user.is_customer:
            for field in ("name", "how"):
                form.fields.pop(field, None)
        return form


STEP_FORMS = {
    step.name: step
    for step in (
        StepForm("ask", AskForm, services.ask, "users-group"),
        StepForm("look-into", LookIntoForm, services.look_into, "search"),
        StepForm("tell", TellForm, services.tell, "message"),
        StepForm("agree", AgreeForm, services.agree, "thumb-up"),
        StepForm("disagree", DisagreeForm, services.disagree, "thumb-down"),
        StepForm("carry-out", CarryOutForm, services.carry_out, "clipboard-check"),
        StepForm("request-close", NoForm, services.request_close, "flag"),
        StepForm("satisfied", SatisfiedForm, services.satisfied, "mood-smile"),
        StepForm("not-satisfied", NotSatisfiedForm, services.not_satisfied, "mood-sad"),
        StepForm("withdraw", WithdrawForm, services.withdraw, "arrow-back-up"),
        StepForm("concern", ConcernForm, services.concern, "user-check"),
    )
}


class LoopFilter(forms.Form):
    """Narrows the list."""

    find = forms.CharField(label=_("Number or words"), required=False)
    source = forms.ChoiceField(label=_("Source"), required=False, choices=[("", _("all")), *Source.choices])
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[("", pgettext_lazy("stage", "open")), ("all", _("all")), *Stage.choices]
    )
    department = forms.ModelChoiceField(
        Team.objects.select_related("office").order_by("code"), label=_("Department"), required=False, empty_label=_("all")
    )
    late = forms.BooleanField(label=_("late only"), required=False)
    mine = forms.BooleanField(label=_("mine only"), required=False)

    def __init__(self, data: Any, user: User) -> None:
        super().__init__(data)
        if user.is_customer:
            for name in ("department", "late", "mine"):
                del self.fields[name]


class SaidForm(forms.Form):
    """What a customer complains about, as both sides write it down."""

    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"))
    subject = forms.CharField(label=_("In a few words"), max_length=200)
    words = words(pgettext_lazy("complaint", "What happened"), rows=5)
    level = forms.TypedChoiceField(label=_("How serious it is"), choices=LEVELS, coerce=int, initial=3)
    number = forms.CharField(label=_("About ticket"), max_length=24, required=False, help_text=_("Its number, if it is about one."))
    files = FilesField()  # type: ignore[assignment]  # a field, as in every form of files

    def __init__(self, data: Any = None, files: Any = None, *, user: User) -> None:
        super().__init__(data, files)
        self.user = user
        self.fields["site"].queryset = customers.sites_for(user).select_related("organization")  # type: ignore[attr-defined]

    def clean_number(self) -> Any:
        """Answer the ticket of that number that the person may see."""
        number = self.cleaned_data["number"].strip().upper()
        if not number:
            return None
        found = tickets.tickets_for(self.user).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no such ticket."))
        return found

    def draft(self, key: str) -> services.Said:
        """Answer what is brought in."""
        given = dict(self.cleaned_data)
        return services.Said(source=Source.COMPLAINT, key=key, about=given.pop("number"), **self.facts(given))

    def facts(self, given: dict[str, Any]) -> dict[str, Any]:
        """Answer the rest as the service takes it."""
        given["complained_about"] = tuple(given.pop("people", ()))
        return given


class PortalSaidForm(SaidForm):
    """A customer complains: about whom, and named or not."""

    people = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("About whom"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("They do not handle your complaint and are not shown it."),
    )  # fmt: skip
    is_anonymous = forms.BooleanField(
        label=_("Do not name me"), required=False, help_text=_("You are told here what becomes of it; nobody is told who you are.")
    )

    def __init__(self, data: Any = None, files: Any = None, *, user: User) -> None:
        super().__init__(data, files, user=user)
        served = selectors.who_served(user)[:HANDLERS_SHOWN]
        if served:
            self.fields["people"].queryset = User.objects.filter(pk__in=[person.pk for person in served])  # type: ignore[attr-defined]
        else:
            del self.fields["people"]

    def facts(self, given: dict[str, Any]) -> dict[str, Any]:
        """Keep it from those it is about."""
        facts = super().facts(given)
        return {**facts, "is_confidential": bool(facts["complained_about"]), "channel": Channel.PORTAL}


class DeskSaidForm(SaidForm):
    """Somebody of ours writes down what a customer said."""

    channel = forms.ChoiceField(
        label=_("How it reached us"), choices=[each for each in Channel.choices if each[0] not in ("portal", "api")], initial=Channel.PHONE
    )
    contact_name = forms.CharField(label=_("Who said it"), max_length=80)
    contact_phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    people = forms.ModelMultipleChoiceField(
        User.objects.filter(role__in=PROVIDER_ROLES, is_active=True).order_by("name"),
        label=_("People it is about"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )
    is_confidential = forms.BooleanField(label=_("Confidential: they may not read it"), required=False)
    department = forms.ModelChoiceField(
        Team.objects.select_related("office").order_by("code"),
        label=_("Department asked first"),
        required=False,
        empty_label=_("the office's lead decides"),
    )
