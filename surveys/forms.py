"""What is typed about surveys; the forms only validate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Office
from core.forms import DayField
from core.pages import LARGEST
from customers.models import Contract, Organization, Site
from surveys.models import BEST, LONGEST_CHOICE, MOST_CHOICES, NPS_BEST, QuestionKind, SurveyCampaign, SurveyRule, SurveyTemplate
from surveys.services import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveys.models import SurveyQuestion

MEANS = {1: _("very dissatisfied"), 2: _("dissatisfied"), 3: _("acceptable"), 4: _("satisfied"), 5: _("very satisfied")}
SPANS = (("90", _("last 90 days")), ("365", _("last 12 months")), ("all", _("all time")))
TERMS = ("share", "cap_days", "remind_after_days", "remind_times", "valid_days")
LOW_MARK = "!"


class ScaleField(forms.TypedChoiceField):
    """A number on a scale, or the place of a choice."""

    def __init__(self, question: SurveyQuestion) -> None:
        super().__init__(
            label=str(question),
            help_text=question.help,
            choices=question.options,
            coerce=int,
            empty_value=None,
            required=question.is_required,
            widget=forms.RadioSelect,
            error_messages={"required": _("Please choose a score.") if question.kind == QuestionKind.SCORE else _("Please choose one.")},
        )


class AnswerForm(forms.Form):
    """The questions of a version, each under its code."""

    def __init__(self, data: Any = None, *, questions: Sequence[SurveyQuestion], files: Any = None) -> None:
        super().__init__(data, files)
        self.questions = list(questions)
        for question in self.questions:
            self.fields[question.code] = _field(question)

    def given(self) -> dict[str, Any]:
        """Answer what was chosen and written, for the services."""
        return {question.code: self.cleaned_data.get(question.code) for question in self.questions}

    def asked(self) -> list[tuple[SurveyQuestion, Any]]:
        """Answer each question with its field, in order."""
        return [(question, self[question.code]) for question in self.questions]


def _field(question: SurveyQuestion) -> forms.Field:
    if question.kind == QuestionKind.WORDS:
        area = forms.Textarea(attrs={"rows": 4})
        return forms.CharField(label=str(question), help_text=question.help, max_length=2000, required=question.is_required, widget=area)
    if question.is_many:
        return forms.TypedMultipleChoiceField(
            label=str(question), help_text=question.help, choices=question.options, coerce=int, required=question.is_required,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
    return ScaleField(question)


class LetterForm(AnswerForm):
    """What came back by letter, with who wrote it and when."""

    def __init__(self, data: Any = None, *, questions: Sequence[SurveyQuestion], files: Any = None, is_anonymous: bool = False) -> None:
        super().__init__(data, questions=questions, files=files)
        self.fields["wrote_on"] = DayField(label=_("Date of the letter"))
        if not is_anonymous:
            self.fields["wrote_name"] = forms.CharField(label=_("Who wrote"), max_length=80)
            self.fields["scan"] = forms.FileField(label=_("Scan of the letter"), required=False, help_text=_("A picture or PDF."))

    def letter(self) -> dict[str, Any]:
        """Answer who wrote when, and the scan."""
        said = self.cleaned_data
        return {"wrote_name": said.get("wrote_name", ""), "wrote_on": said["wrote_on"], "scan": said.get("scan")}


class SpanForm(forms.Form):
    """Over which time the figures are taken."""

    span = forms.ChoiceField(label=_("Asked in the"), choices=SPANS, required=False)


def _row_id() -> forms.IntegerField:
    return forms.IntegerField(min_value=1, max_value=LARGEST, required=False, widget=forms.HiddenInput)


class AnswersForm(SpanForm):
    """Which answers are listed."""

    engineer = _row_id()
    office = _row_id()
    contract = _row_id()
    organization = _row_id()
    campaign = _row_id()
    template = forms.SlugField(max_length=40, required=False, widget=forms.HiddenInput)
    since = DayField(required=False, widget=forms.HiddenInput)
    until = DayField(required=False, widget=forms.HiddenInput)
    low = forms.BooleanField(label=_("only low answers"), required=False)


class LowForm(forms.Form):
    """Which low answers are listed."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=(("", _("all")), ("open", _("not satisfied yet")), ("satisfied", _("satisfied again"))),
        required=False,
    )


class ResultsForm(forms.Form):
    """Which results are shown."""

    engineer = _row_id()
    contract = _row_id()
    organization = _row_id()
    campaign = _row_id()
    template = forms.ModelChoiceField(
        SurveyTemplate.objects.all(), label=_("Template"), to_field_name="code", empty_label=None, required=False
    )
    office = forms.ModelChoiceField(Office.objects.order_by("code"), label=_("Office"), required=False, empty_label=_("all offices"))
    quarter = forms.ChoiceField(label=_("Quarter"), required=False)

    def __init__(self, data: Any, quarters: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["quarter"].choices = [("", _("all time")), *quarters]  # type: ignore[attr-defined]


class NewTemplateForm(forms.ModelForm):
    """A new template."""

    is_anonymous = forms.BooleanField(label=_("anonymous"), required=False, help_text=_("Nobody can tell who gave which answer."))

    class Meta:
        model = SurveyTemplate
        fields = ("code", "name", "name_en", "theme_kind", "theme", "theme_en")


class TemplateForm(forms.ModelForm):
    """What a template is called."""

    class Meta:
        model = SurveyTemplate
        fields = ("name", "name_en", "theme_kind", "theme", "theme_en", "is_active")


class VersionForm(forms.Form):
    """The words at the top of a draft."""

    intro = forms.CharField(label=_("Words at the top"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    intro_en = forms.CharField(
        label=_("Words at the top, in English"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_anonymous = forms.BooleanField(
        label=_("Anonymous"),
        required=False,
        help_text=_("Nobody can tell who gave which answer; results of fewer than 5 answers are not shown."),
    )


class QuestionForm(forms.Form):
    """A question of a draft."""

    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionKind.choices)
    label = forms.CharField(label=_("Question"), max_length=200)
    label_en = forms.CharField(label=_("Question in English"), max_length=200, required=False)
    hint = forms.CharField(label=_("Hint"), max_length=200, required=False)
    hint_en = forms.CharField(label=_("Hint in English"), max_length=200, required=False)
    is_required = forms.BooleanField(label=_("must be answered"), required=False, initial=True)
    low_at = forms.IntegerField(
        label=_("Low from"),
        min_value=0,
        max_value=NPS_BEST,
        required=False,
        initial=2,
        help_text=_("Of scores and recommendations: this or less opens a follow-up; empty: none does."),
    )
    choices = forms.CharField(
        label=_("Choices"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: 中文 | English. A line that begins with ! is a low answer."),
    )
    is_many = forms.BooleanField(label=_("several choices"), required=False)

    def clean_choices(self) -> str:
        """Refuse what would not be kept whole: too many lines, too long ones, lines without Chinese words."""
        text: str = self.cleaned_data["choices"]
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        parts = [line.removeprefix(LOW_MARK).partition("|") for line in lines]
        if len(lines) > MOST_CHOICES:
            raise forms.ValidationError(_("At most %(most)s choices; nobody reads more.") % {"most": MOST_CHOICES})
        if any(len(part.strip()) > LONGEST_CHOICE for chinese, _bar, english in parts for part in (chinese, english)):
            raise forms.ValidationError(_("A choice has at most %(most)s characters.") % {"most": LONGEST_CHOICE})
        if not all(chinese.strip() for chinese, _bar, _english in parts):
            raise forms.ValidationError(_("A line begins with the Chinese words; English follows after the bar."))
        return text

    def clean(self) -> dict[str, Any]:
        """Keep the threshold on the scale of its kind."""
        given = super().clean() or {}
        if given.get("kind") == QuestionKind.SCORE and (given.get("low_at") or 0) > BEST:
            self.add_error("low_at", _("A score is a number from 1 to 5."))
        return given

    def question(self) -> Question:
        """Answer the question, for the services."""
        said = self.cleaned_data
        return Question(**{**said, "choices": choices_in(said["choices"])})


def choices_in(text: str) -> list[dict[str, Any]]:
    """Read choices, one a line: ``中文 | English``, with ! in front of a low one."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        chinese, _bar, english = line.removeprefix(LOW_MARK).partition("|")
        if chinese.strip():
            found.append({"text": chinese.strip(), "text_en": english.strip(), "low": line.startswith(LOW_MARK)})
    return found


def choices_as_text(choices: Sequence[dict[str, Any]]) -> str:
    """Write choices as they are typed."""
    return "\n".join(
        f"{LOW_MARK if each.get('low') else ''}{each['text']}{' | ' + each['text_en'] if each.get('text_en') else ''}" for each in choices
    )


class RuleForm(forms.ModelForm):
    """Who is asked by itself."""

    class Meta:
        model = SurveyRule
        fields = ("template", "is_active", *TERMS)


class CampaignForm(forms.ModelForm):
    """A campaign: what is sent, to whom, and how."""

    organizations = forms.ModelMultipleChoiceField(
        Organization.objects.filter(is_active=True).order_by("name"),
        label=_("Customers"),
        required=False,
        help_text=_("Nothing chosen: every customer with a contract in force."),
    )
    contracts = forms.ModelMultipleChoiceField(
        Contract.objects.select_related("organization").order_by("number"),
        label=_("Contracts"),
        required=False,
        help_text=_("The people of whoever signed them."),
    )

    class Meta:
        model = SurveyCampaign
        fields = ("name", "template", "organizations", "contracts", "office", "supervisors_only", *TERMS)


class PosterForm(forms.Form):
    """A poster for a site."""

    template = forms.ModelChoiceField(SurveyTemplate.objects.filter(is_active=True), label=_("Template"), empty_label=None)
    site = forms.ModelChoiceField(Site.objects.select_related("organization").order_by("organization__name", "name"), label=_("Site"))
