"""What was agreed beside the plan: a contract's tighter targets, and periods of heightened service (重保)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models.served import Contract, Organization

if TYPE_CHECKING:
    from datetime import datetime


class HeightenedPeriod(models.Model):
    """Days on which some customers are promised tighter targets, with people on duty; holds once it is announced."""

    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    organizations = models.ManyToManyField(Organization, related_name="heightened_periods", verbose_name=_("customers"))
    note = models.TextField(_("what is done"), blank=True)
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("announced by")
    )
    history = HistoricalRecords(m2m_fields=[organizations])

    class Meta:
        verbose_name = _("period of heightened service")
        verbose_name_plural = _("periods of heightened service")
        ordering = ("-starts_at", "-id")
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="heightened_period_ends_after_it_begins")]
        indexes = [models.Index(fields=["-starts_at", "-id"], name="heightened_period_newest")]

    def __str__(self) -> str:
        return (self.name_en or self.name) if (get_language() or "").startswith("en") else self.name

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("customers:heightened", args=[self.pk])

    def state(self, at: datetime) -> str:
        """Answer how it stands: draft, coming, now or over."""
        if self.announced_at is None:
            return "draft"
        if at < self.starts_at:
            return "coming"
        return "now" if at < self.ends_at else "over"


class AgreedTarget(models.Model):
    """A target tighter than the plan's, for all promises of a measure: in a contract, or during a period."""

    contract = models.ForeignKey(Contract, models.CASCADE, null=True, blank=True, related_name="agreed", verbose_name=_("contract"))
    period = models.ForeignKey(
        HeightenedPeriod, models.CASCADE, null=True, blank=True, related_name="agreed", verbose_name=_("period of heightened service")
    )
    measure = models.CharField(_("what is measured"), max_length=20)
    severity = models.PositiveSmallIntegerField(_("severity"), default=0, help_text=_("0: every severity."))
    target = models.CharField(_("target"), max_length=40)
    clause = models.CharField(_("clause"), max_length=120, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("agreed target")
        verbose_name_plural = _("agreed targets")
        ordering = ("measure", "severity", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(contract__isnull=False, period__isnull=True) | Q(contract__isnull=True, period__isnull=False),
                name="agreed_in_a_contract_or_a_period",
            ),
            models.CheckConstraint(condition=Q(severity__lte=4), name="agreed_severity_is_0_to_4"),
            models.UniqueConstraint(fields=["contract", "measure", "severity"], name="agreed_once_in_a_contract"),
            models.UniqueConstraint(fields=["period", "measure", "severity"], name="agreed_once_in_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.severity or '*'} {self.target}"


class Duty(models.Model):
    """Who is on duty in a period, from when to when."""

    period = models.ForeignKey(HeightenedPeriod, models.CASCADE, related_name="duties", verbose_name=_("period of heightened service"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="duties", verbose_name=_("person"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ("starts_at", "id")
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_ends_after_it_begins")]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%m-%d %H:%M}"
