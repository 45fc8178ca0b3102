"""What is typed about surveys; the forms only validate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from core.pages import LARGEST
from surveys.models import BEST, WORST
from surveys.services import Scores

CHOICES = tuple((score, str(score)) for score in range(WORST, BEST + 1))
MEANS = {1: _("very dissatisfied"), 2: _("dissatisfied"), 3: _("acceptable"), 4: _("satisfied"), 5: _("very satisfied")}
SPANS = (("90", _("last 90 days")), ("365", _("last 12 months")), ("all", _("all time")))


class ScoreField(forms.TypedChoiceField):
    """A score from 1 to 5."""

    def __init__(self, label: Any, help_text: Any) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            choices=CHOICES,
            coerce=int,
            widget=forms.RadioSelect,
            error_messages={"required": _("Please choose a score.")},
        )


class AnswerForm(forms.Form):
    """The three scores and the customer's words."""

    speed = ScoreField(_("Speed"), _("How quickly were you answered and helped?"))
    quality = ScoreField(_("Quality"), _("Is the problem solved, and solved well?"))
    manner = ScoreField(_("The engineer"), _("Skill, manner and clear words."))
    words = forms.CharField(label=_("What should we know?"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def scores(self) -> Scores:
        """Answer what was chosen, for the services."""
        return Scores(**self.cleaned_data)


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
    since = DayField(required=False, widget=forms.HiddenInput)
    until = DayField(required=False, widget=forms.HiddenInput)
    low = forms.BooleanField(label=_("only low scores"), required=False)
