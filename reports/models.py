"""Monthly reports, frozen when made, and the monthly run that makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import periods
from tickets.figures.period import Period

if TYPE_CHECKING:
    from datetime import date


def month_of(day: date) -> Period:
    """Answer the whole month of a day."""
    return Period(periods.first_day(periods.MONTH, day), periods.last_day(periods.MONTH, day))


class MonthlyReport(models.Model):
    """What a contract promised and what was kept in a month. Its figures never change: a correction is a new revision."""

    contract = models.ForeignKey(
        "customers.Contract", models.PROTECT, db_index=False, related_name="monthly_reports", verbose_name=_("contract")
    )
    organization = models.ForeignKey("customers.Organization", models.PROTECT, db_index=False, related_name="+", verbose_name=_("customer"))
    month = models.DateField(_("month"), help_text=_("Its first day."))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    is_current = models.BooleanField(_("current"), default=True)
    figures = models.JSONField(_("figures"), help_text=_("As they were counted when the report was made (reports/figures.py)."))
    kept = models.PositiveIntegerField(_("promises kept"), default=0)
    missed = models.PositiveIntegerField(_("promises missed"), default=0)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    reason = models.CharField(_("why it was corrected"), max_length=300, blank=True)
    document = models.OneToOneField(
        "documents.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document"),
        help_text=_("The customer's copy on record; reports made before there were documents have none."),
    )  # fmt: skip
    sendings = models.PositiveSmallIntegerField(_("times sent"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        ordering = ("-month", "-id")
        constraints = [
            models.UniqueConstraint(fields=["contract", "month", "revision"], name="report_revision_once"),
            models.UniqueConstraint(fields=["contract", "month"], condition=Q(is_current=True), name="one_current_report_a_month"),
            models.CheckConstraint(condition=Q(revision=1) | ~Q(reason=""), name="a_corrected_report_has_a_reason"),
            models.CheckConstraint(condition=Q(month__day=1), name="a_report_begins_on_the_first"),
        ]
        indexes = [
            models.Index(fields=["-month", "-id"], condition=Q(is_current=True), name="report_by_month"),
            models.Index(fields=["organization", "-month", "-id"], condition=Q(is_current=True), name="report_by_customer"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Answer the address of the report's page."""
        return reverse("reports:report", args=[self.pk])

    @property
    def number(self) -> str:
        """Answer what the report is called: contract, month, and its revision from the second on."""
        first = f"{self.contract.number}-{self.month:%Y%m}"
        return first if self.revision == 1 else f"{first}-V{self.revision}"

    @property
    def period(self) -> Period:
        """Answer its days."""
        return month_of(self.month)

    @property
    def kept_share(self) -> float | None:
        """Answer which share of the decided promises was kept; None where nothing was decided."""
        decided = self.kept + self.missed
        return self.kept / decided if decided else None

    @property
    def totals(self) -> dict[str, Any]:
        """Answer the figures of the whole month."""
        found: dict[str, Any] = self.figures["totals"]
        return found


class MonthlyRun(models.Model):
    """The making of a month's reports for all contracts; it goes on where it was interrupted."""

    month = models.DateField(_("month"), unique=True)
    begun_at = models.DateTimeField(_("begun at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    reached = models.BigIntegerField(_("made up to contract"), default=0)
    made = models.PositiveIntegerField(_("reports made"), default=0)
    failed = models.PositiveIntegerField(_("contracts that failed"), default=0)

    class Meta:
        verbose_name = _("monthly run")
        verbose_name_plural = _("monthly runs")
        ordering = ("-month",)
        indexes = [models.Index(fields=["month"], condition=Q(finished_at__isnull=True), name="monthly_run_under_way")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
