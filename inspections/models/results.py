"""What was found at each item, with the pictures of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from inspections.models.checklists import Kind, Worded, plain, reads_english
from inspections.models.visits import Inspection

SEVERITIES = range(1, 5)
"""1 is the worst."""


class Outcome(models.TextChoices):
    """What was found at one item."""

    OK = "ok", _("in order")
    FAILED = "failed", _("not in order")
    NOT_APPLICABLE = "not_applicable", _("does not apply")


class Becomes(models.TextChoices):
    """What is made of a finding."""

    FAULT = "fault", _("open a fault")
    ADVICE = "advice", _("advice only")


class InspectionResult(Worded):
    """What was found at one item; the item's words are kept as they were that day."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="results", verbose_name=_("inspection"))
    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome.choices, blank=True)
    measured = models.CharField(_("measured"), max_length=60, blank=True, help_text=_("As it was typed; of a choice the option's code."))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4, null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    equipment = models.ForeignKey(
        "customers.Equipment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inspection_results",
        verbose_name=_("equipment"),
    )
    severity = models.PositiveSmallIntegerField(_("severity of the fault"), default=3)
    becomes = models.CharField(_("becomes"), max_length=6, choices=Becomes.choices, default=Becomes.FAULT)
    recorded_at = models.DateTimeField(_("recorded at"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    ticket = models.OneToOneField(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="inspection_result", verbose_name=_("fault opened")
    )
    finding = models.ForeignKey(
        "inspections.Finding", models.PROTECT, null=True, blank=True, related_name="results", verbose_name=_("carried on as")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("inspection result")
        verbose_name_plural = _("inspection results")
        ordering = ("inspection", "position")
        constraints = [
            models.UniqueConstraint(fields=["inspection", "position"], name="one_result_per_item"),
            models.UniqueConstraint(fields=["inspection", "code"], condition=~Q(code=""), name="one_result_per_code"),
            models.CheckConstraint(condition=Q(outcome__in=["", *Outcome.values]), name="inspection_outcome_is_known"),
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=4), name="finding_severity_is_1_to_4"),
            models.CheckConstraint(condition=Q(ticket__isnull=True) | Q(outcome="failed"), name="only_a_failed_item_opens_a_fault"),
            models.CheckConstraint(condition=Q(becomes__in=Becomes.values), name="a_finding_becomes_fault_or_advice"),
        ]
        indexes = [models.Index(fields=["code", "inspection"], condition=Q(value__isnull=False), name="inspection_values_by_code")]

    @property
    def is_open(self) -> bool:
        """Whether nothing has been recorded yet."""
        return not self.outcome

    @property
    def shown(self) -> str:
        """Answer what was measured or chosen, with its unit, in the reader's language."""
        if self.kind == Kind.CHOICE:
            chosen = self.option(self.measured) or {"text": self.measured, "text_en": self.measured}
            return (chosen["text_en"] or chosen["text"]) if reads_english() else chosen["text"]
        if not self.measured:
            return ""
        written = plain(self.value) if self.kind == Kind.NUMBER and self.value is not None else self.measured
        return f"{written} {self.unit}".strip()


class InspectionPhoto(models.Model):
    """A picture taken at an item."""

    result = models.ForeignKey(InspectionResult, models.CASCADE, related_name="photos", verbose_name=_("inspection result"))
    file = models.FileField(_("file"), upload_to="inspections/%Y/%m", max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveIntegerField(_("size, bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    taken_at = models.DateTimeField(_("taken at"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken by")
    )

    class Meta:
        verbose_name = _("photo of an inspection")
        verbose_name_plural = _("photos of inspections")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.result_id}/{self.pk}"
