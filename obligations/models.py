"""What is owed to a customer for a period or after an event, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    from datetime import datetime


class Kind(models.TextChoices):
    """What sort of work recurs (the second table of what service plans promise)."""

    INSPECTION = "inspection", _("inspection")
    HEALTH_CHECK = "health_check", _("health check")
    MAINTENANCE = "maintenance", _("preventive maintenance")
    REVIEW = "review", _("quality inspection and re-inspection")
    SURVEY = "survey", _("satisfaction survey")
    CALLBACK = "callback", _("call-back")
    INQUIRY = "inquiry", _("proactive inquiry")
    CARE = "care", _("customer care")
    TRAINING = "training", _("training")
    REPORT = "report", _("report")
    ASSESSMENT = "assessment", _("upgrade assessment")
    REMINDER = "reminder", _("end of a term")


class Status(models.TextChoices):
    """What became of it."""

    OWED = "owed", _("owed")
    DONE = "done", _("done")
    WAIVED = "waived", _("waived")


class Obligation(models.Model):
    """One piece of work that is owed; its key is what makes it one, however often and by however many workers it is made."""

    key = models.CharField(_("key"), max_length=160, unique=True, help_text=_("What is owed once: kind, subject and period."))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    code = models.CharField(_("promise"), max_length=40, blank=True, help_text=_("The code of the recurring work in the service plan."))
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    clause = models.CharField(_("clause"), max_length=60, blank=True)
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="obligations", verbose_name=_("organization"))
    contract = models.ForeignKey(
        "customers.Contract", models.PROTECT, null=True, blank=True, related_name="obligations", verbose_name=_("contract")
    )
    site = models.ForeignKey("customers.Site", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    equipment = models.ForeignKey(
        "customers.Equipment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("equipment")
    )
    office = models.ForeignKey("accounts.Office", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("office"))
    period = models.CharField(_("period"), max_length=10, blank=True, help_text=_("2026, 2026Q4 or 2026-10; empty: owed once."))
    opens_at = models.DateTimeField(_("owed from"))
    due_at = models.DateTimeField(_("due at"))
    wanted = models.PositiveIntegerField(_("times owed"), default=1)
    got = models.PositiveIntegerField(_("times done"), default=0)
    spared = models.PositiveIntegerField(_("times not done, with a reason"), default=0, db_default=0)
    status = models.CharField(_("state"), max_length=6, choices=Status.choices, default=Status.OWED)
    ended_at = models.DateTimeField(_("done or waived at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done or waived by")
    )
    proof = models.CharField(_("proof"), max_length=200, blank=True, help_text=_("What shows that it was done, in words."))
    link = models.CharField(_("link"), max_length=300, blank=True, help_text=_("The page of what is owed or of what was done."))
    reason = models.CharField(_("reason"), max_length=300, blank=True, help_text=_("Why it is not owed after all."))
    late_at = models.DateTimeField(_("turned late at"), null=True, blank=True)
    created_at = models.DateTimeField(_("entered at"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        ordering = ("due_at", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gte=F("opens_at")), name="an_obligation_is_due_after_it_opens"),
            models.CheckConstraint(
                condition=Q(status="owed", ended_at__isnull=True) | (~Q(status="owed") & Q(ended_at__isnull=False)),
                name="an_ended_obligation_has_its_moment",
            ),
            models.CheckConstraint(condition=~Q(status="waived") | ~Q(reason=""), name="a_waived_obligation_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="obligation_by_due"),
            models.Index(fields=["organization", "due_at"], name="obligation_by_organization"),
            models.Index(fields=["contract", "code", "period"], name="obligation_by_period"),
            models.Index(fields=["due_at"], condition=Q(status="owed", late_at__isnull=True), name="obligation_to_watch"),
        ]

    def __str__(self) -> str:
        return self.shown_title

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("obligations:obligation", args=[self.pk])

    @property
    def shown_title(self) -> str:
        """Answer the title in the language of the page."""
        return self.title_en if self.title_en and (get_language() or "").startswith("en") else self.title

    @property
    def is_owed(self) -> bool:
        """Whether it waits to be done."""
        return self.status == Status.OWED

    def is_late(self, at: datetime) -> bool:
        """Whether it was ended, or is still owed, after its time."""
        return (self.ended_at or at) > self.due_at and self.status != Status.WAIVED


class PlannedThrough(models.Model):
    """Up to which day recurring work was entered for all contracts: one row, from which the next run goes on."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("planning of recurring work")
        verbose_name_plural = _("planning of recurring work")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="planning_goes_on_from_one_place")]

    def __str__(self) -> str:
        return f"{self.day}"
