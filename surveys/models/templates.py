"""What is asked: templates with a theme, in versions that are frozen once they are published."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

WORST, BEST, LOW = 1, 5, 2
"""Scores run from 1 to 5; 2 or less calls for a follow-up unless the question says otherwise."""
MOST_CHOICES, LONGEST_CHOICE = 20, 120
"""How many things can be chosen between, and how many characters each has."""
NPS_BEST = 10
"""Whether somebody would recommend us runs from 0 to 10."""


def in_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


class Theme(models.TextChoices):
    """What sort of thing a template asks about (P2)."""

    SERVICE = "service", _("part of the service")
    PRODUCT = "product", _("product")
    TRAINING = "training", _("training")
    OTHER = "other", _("something else")


class SurveyTemplate(models.Model):
    """A set of questions about one theme."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    theme_kind = models.CharField(_("kind of theme"), max_length=10, choices=Theme.choices, default=Theme.SERVICE)
    theme = models.CharField(_("theme"), max_length=120, blank=True, help_text=_("The product, or the part of the service, it asks about."))
    theme_en = models.CharField(_("theme in English"), max_length=120, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("survey template")
        verbose_name_plural = _("survey templates")
        ordering = ("code",)
        constraints = [models.CheckConstraint(condition=Q(theme_kind__in=Theme.values), name="a_theme_is_of_a_known_kind")]

    def __str__(self) -> str:
        return (self.name_en or self.name) if in_english() else self.name

    def get_absolute_url(self) -> str:
        """Answer the template's page."""
        return reverse("surveys:template", args=[self.code])

    @property
    def about(self) -> str:
        """Answer the theme in the reader's language."""
        return (self.theme_en or self.theme) if in_english() else self.theme


class SurveyVersion(models.Model):
    """The questions as they stand from an instant on; a draft until it is published, frozen from then on."""

    template = models.ForeignKey(SurveyTemplate, models.PROTECT, related_name="versions", verbose_name=_("template"))
    number = models.PositiveSmallIntegerField(_("version"))
    intro = models.TextField(_("words at the top"), blank=True)
    intro_en = models.TextField(_("words at the top, in English"), blank=True)
    is_anonymous = models.BooleanField(
        _("anonymous"), default=False, help_text=_("Nobody can tell who gave which answer; results of fewer than 5 answers are not shown.")
    )
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        verbose_name = _("version of a survey template")
        verbose_name_plural = _("versions of survey templates")
        ordering = ("template", "-number")
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="a_survey_version_has_its_own_number"),
            models.UniqueConstraint(fields=["template"], condition=Q(published_at=None), name="one_draft_per_survey_template"),
        ]

    def __str__(self) -> str:
        return f"{self.template} · {self.number}"

    @property
    def words(self) -> str:
        """Answer the words at the top in the reader's language."""
        return (self.intro_en or self.intro) if in_english() else self.intro


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SCORE = "score", _("score from 1 to 5")
    NPS = "nps", _("recommendation from 0 to 10")
    CHOICE = "choice", _("one or several choices")
    WORDS = "words", _("own words")


class SurveyQuestion(models.Model):
    """One question of a version; its code stays the same from version to version, so that answers can be compared."""

    version = models.ForeignKey(SurveyVersion, models.CASCADE, related_name="questions", verbose_name=_("version"))
    position = models.PositiveSmallIntegerField(_("place"))
    code = models.SlugField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=8, choices=QuestionKind.choices)
    label = models.CharField(_("question"), max_length=200)
    label_en = models.CharField(_("question in English"), max_length=200, blank=True)
    hint = models.CharField(_("hint"), max_length=200, blank=True)
    hint_en = models.CharField(_("hint in English"), max_length=200, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=True)
    is_many = models.BooleanField(_("several choices"), default=False)
    choices: Any = models.JSONField(_("choices"), default=list, blank=True)
    low_at = models.PositiveSmallIntegerField(
        _("low from"), null=True, blank=True, help_text=_("An answer of this or less opens a follow-up; empty: none does.")
    )

    class Meta:
        verbose_name = _("survey question")
        verbose_name_plural = _("survey questions")
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="a_question_is_asked_once"),
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="a_question_is_of_a_known_kind"),
            models.CheckConstraint(
                condition=Q(low_at=None) | Q(kind="score", low_at__lte=BEST) | Q(kind="nps", low_at__lte=NPS_BEST),
                name="low_is_on_the_scale",
            ),
        ]

    def __str__(self) -> str:
        return (self.label_en or self.label) if in_english() else self.label

    @property
    def help(self) -> str:
        """Answer the hint in the reader's language."""
        return (self.hint_en or self.hint) if in_english() else self.hint

    @property
    def options(self) -> list[tuple[int, str]]:
        """Answer what can be chosen: the number that is stored, and the words."""
        if self.kind == QuestionKind.SCORE:
            return [(score, str(score)) for score in range(WORST, BEST + 1)]
        if self.kind == QuestionKind.NPS:
            return [(score, str(score)) for score in range(NPS_BEST + 1)]
        return [(place, self._choice(each)) for place, each in enumerate(self.choices)]

    @staticmethod
    def _choice(each: dict[str, Any]) -> str:
        return str((each.get("text_en") or each["text"]) if in_english() else each["text"])

    def is_low(self, value: int) -> bool:
        """Whether an answer calls for a follow-up: at or below the threshold, or a choice marked as such."""
        if self.kind == QuestionKind.CHOICE:
            return bool(self.choices[value].get("low"))
        return self.low_at is not None and value <= self.low_at
