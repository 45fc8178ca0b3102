"""What was answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from surveys.models.asking import Channel, Served, SurveyInvitation, SurveyPoster
from surveys.models.templates import SurveyQuestion


class SurveyAnswer(Served):
    """What somebody said, once. An anonymous answer, and one from a poster, belongs to no invitation: nothing leads to who gave it."""

    invitation = models.OneToOneField(
        SurveyInvitation, models.PROTECT, null=True, blank=True, related_name="answer", verbose_name=_("survey")
    )
    poster = models.ForeignKey(SurveyPoster, models.PROTECT, null=True, blank=True, related_name="answers", verbose_name=_("poster"))
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.LINK)
    mean = models.FloatField(_("average of the scores"), null=True, blank=True)
    lowest = models.PositiveSmallIntegerField(_("lowest score"), null=True, blank=True)
    is_low = models.BooleanField(_("calls for a follow-up"), default=False)
    words = models.TextField(_("in their own words"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), help_text=_("Of an anonymous one: the first day of the month."))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    wrote_name = models.CharField(_("who wrote"), max_length=80, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    scan = models.FileField(_("scan of the letter"), upload_to="surveys/%Y/%m", max_length=200, blank=True)
    scan_type = models.CharField(_("content type"), max_length=100, blank=True)
    follow_up = models.OneToOneField(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="follows_answer", verbose_name=_("follow-up")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("survey answer")
        verbose_name_plural = _("survey answers")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(is_anonymous=False)
                | Q(invitation=None, answered_by=None, entered_by=None, ticket=None, visit=None, wrote_name=""),
                name="an_anonymous_answer_leads_to_nobody",
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=True) | Q(invitation__isnull=False) | Q(poster__isnull=False), name="a_named_answer_was_asked_for"
            ),
        ]
        indexes = [
            models.Index(fields=["answered_at"], name="answer_by_time"),
            models.Index(fields=["engineer", "-id"], name="answer_by_engineer"),
            models.Index(fields=["office", "-id"], name="answer_by_office"),
            models.Index(fields=["organization", "-id"], name="answer_by_organization"),
            models.Index(fields=["version", "answered_at"], name="answer_by_version"),
            models.Index(fields=["-id"], condition=Q(is_low=True), name="answer_that_is_low"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        """Answer the page of what was said."""
        return reverse("surveys:answer", args=[self.pk])


class SurveyValue(models.Model):
    """What was said to one question: a number (a score, or the place of a choice), or words. Several choices are several rows."""

    answer = models.ForeignKey(SurveyAnswer, models.CASCADE, related_name="values", verbose_name=_("survey answer"))
    question = models.ForeignKey(SurveyQuestion, models.PROTECT, related_name="values", verbose_name=_("question"))
    value = models.PositiveSmallIntegerField(_("value"), null=True, blank=True)
    words = models.TextField(_("words"), blank=True)
    is_low = models.BooleanField(_("low"), default=False)

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        ordering = ("question__position", "value")
        constraints = [
            models.UniqueConstraint(fields=["answer", "question", "value"], name="a_choice_is_made_once"),
            models.CheckConstraint(condition=Q(value__isnull=False) | ~Q(words=""), name="a_value_says_something"),
            models.CheckConstraint(condition=Q(value=None) | Q(value__lte=50), name="a_value_is_on_a_scale"),
        ]

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """Answer what was said, in the reader's language."""
        if self.value is None:
            return self.words
        return dict(self.question.options).get(self.value, str(self.value))
