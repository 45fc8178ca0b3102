"""Courses and their files."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from training.models import Course


class CourseForm(forms.ModelForm):
    """A course; its rules are checked by the service."""

    class Meta:
        model = Course
        fields = (
            "code", "name", "name_en", "kind", "hours", "goals", "goals_en", "outline", "outline_en", "products", "skills", "pass_mark",
            "valid_months", "is_active",
        )  # fmt: skip
        widgets = {
            "goals": forms.Textarea(attrs={"rows": 3}),
            "goals_en": forms.Textarea(attrs={"rows": 3}),
            "outline": forms.Textarea(attrs={"rows": 6}),
            "outline_en": forms.Textarea(attrs={"rows": 6}),
            "skills": forms.CheckboxSelectMultiple,
        }

    def _post_clean(self) -> None:
        """Leave the rules to the service, which says them in a sentence at a field."""


class MaterialForm(forms.Form):
    """A file for a course; the same title again is its next version."""

    title = forms.CharField(
        label=_("Title"), max_length=120, required=False, help_text=_("Empty: the file's name. Known already: a new version.")
    )
    upload = forms.FileField(label=_("File"))
    note = forms.CharField(label=_("What is new"), max_length=200, required=False)
