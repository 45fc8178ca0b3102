"""How was it? Invitations, and what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    from datetime import datetime

WORST, BEST, LOW = 1, 5, 2
"""Scores run from 1 to 5; 2 or less on any of them calls for a follow-up."""


class Cause(models.TextChoices):
    """Why somebody is asked."""

    CLOSE = "close", _("a closed ticket")
    QUARTER = "quarter", _("the quarter of a contract")


class Served(models.Model):
    """Who was served with what: kept beside, so that averages need no joins and later moves change nothing."""

    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="+", verbose_name=_("customer"))
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("ticket"))
    contract = models.ForeignKey(
        "customers.Contract", models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("contract")
    )
    office = models.ForeignKey("accounts.Office", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("office"))
    engineer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("engineer")
    )

    class Meta:
        abstract = True


class SurveyInvitation(Served):
    """One question to a customer, answered once; the link's secret is kept as a hash only."""

    cause = models.CharField(_("occasion"), max_length=8, choices=Cause.choices)
    period = models.CharField(_("quarter"), max_length=7, blank=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="survey_invitations",
        verbose_name=_("asked"),
    )
    address = models.EmailField(_("e-mail"), blank=True, help_text=_("Of somebody who has no account."))
    language = models.CharField(_("language"), max_length=10, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, help_text=_("Empty: there was nobody to ask."))
    expires_at = models.DateTimeField(_("valid until"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["token_hash"])

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(cause="close"), name="one_survey_per_closed_ticket"),
            models.UniqueConstraint(
                fields=["contract", "period"], condition=Q(cause="quarter"), name="one_survey_per_contract_and_quarter"
            ),
            models.CheckConstraint(
                condition=Q(cause="close", ticket__isnull=False, period="")
                | (Q(cause="quarter", contract__isnull=False, ticket__isnull=True) & ~Q(period="")),
                name="a_survey_has_an_occasion",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("created_at")), name="a_survey_can_be_answered_for_a_while"),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="survey_by_organization"),
            models.Index(fields=["created_at"], name="survey_by_creation"),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} {self.ticket or self.contract} {self.period}".strip()

    def is_pending(self, at: datetime) -> bool:
        """Whether an answer is still awaited."""
        return self.answered_at is None and at < self.expires_at


def _score(name: Any) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(name, validators=[MinValueValidator(WORST), MaxValueValidator(BEST)])


class SurveyAnswer(Served):
    """What the customer said, once."""

    invitation = models.OneToOneField(SurveyInvitation, models.PROTECT, related_name="answer", verbose_name=_("survey"))
    speed = _score(_("speed"))
    quality = _score(_("quality"))
    manner = _score(_("the engineer"))
    words = models.TextField(_("in their own words"), blank=True)
    answered_at = models.DateTimeField(_("answered at"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    follow_up = models.OneToOneField(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="follows_answer", verbose_name=_("follow-up")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("survey answer")
        verbose_name_plural = _("survey answers")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(speed__gte=WORST, speed__lte=BEST), name="speed_is_1_to_5"),
            models.CheckConstraint(condition=Q(quality__gte=WORST, quality__lte=BEST), name="quality_is_1_to_5"),
            models.CheckConstraint(condition=Q(manner__gte=WORST, manner__lte=BEST), name="manner_is_1_to_5"),
        ]
        indexes = [
            models.Index(fields=["answered_at"], name="answer_by_time"),
            models.Index(fields=["engineer", "-id"], name="answer_by_engineer"),
            models.Index(fields=["office", "-id"], name="answer_by_office"),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id}: {self.speed}/{self.quality}/{self.manner}"

    @property
    def lowest(self) -> int:
        """Answer the worst of the scores."""
        return min(self.speed, self.quality, self.manner)

    @property
    def mean(self) -> float:
        """Answer the average of the scores."""
        return (self.speed + self.quality + self.manner) / 3
