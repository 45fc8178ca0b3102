"""What people type about articles; the forms only validate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.models import Article, Audience, State

LONG = {"rows": 4}


class ArticleForm(forms.ModelForm):
    """An article in both languages."""

    class Meta:
        model = Article
        fields = (*("title", "title_en", "problem", "problem_en", "cause", "cause_en", "solution", "solution_en", "maker", "model"),)
        widgets = {name: forms.Textarea(LONG) for part in ("problem", "cause", "solution") for name in (part, f"{part}_en")}

    def _post_clean(self) -> None:
        """Leave the checks to the service: it locks the row and knows who asks."""


class FindForm(forms.Form):
    """Words, and for our own people the state."""

    q = forms.CharField(label=_("Search articles"), required=False, max_length=200, widget=forms.SearchInput())
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all states")), *State.choices])
    audience = forms.ChoiceField(label=_("Who may read it"), required=False, choices=[("", _("all readers")), *Audience.choices])


class PublishForm(forms.Form):
    """Who may read it."""

    audience = forms.ChoiceField(label=_("Who may read it"), choices=Audience.choices)


class VoteForm(forms.Form):
    """Whether it helped."""

    helped = forms.ChoiceField(choices=[("yes", _("yes")), ("no", _("no"))])
    words = forms.CharField(label=_("What is missing?"), required=False, max_length=500)


class AskedForm(forms.Form):
    """What is being written, to find articles by."""

    subject = forms.CharField(required=False, max_length=400)
    description = forms.CharField(required=False, max_length=20000)
    equipment = forms.CharField(required=False, max_length=40)

    def clean_equipment(self) -> int | None:
        """Answer the key of the equipment, or none where what came is no key."""
        given: Any = self.cleaned_data["equipment"]
        return int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else None  # noqa: PLR2004
