"""What was not in order and stays with a site until it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from inspections.models.checklists import ChecklistTemplate, reads_english
from inspections.models.results import Becomes, InspectionPhoto
from inspections.models.visits import Inspection


class Finding(models.Model):
    """Something not in order: carried into each inspection of the site until it is gone."""

    class State(models.TextChoices):
        """Whether it is still there."""

        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="findings", verbose_name=_("customer"))
    site = models.ForeignKey("customers.Site", models.PROTECT, related_name="findings", verbose_name=_("site"))
    equipment = models.ForeignKey(
        "customers.Equipment", models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("equipment")
    )
    template = models.ForeignKey(ChecklistTemplate, models.PROTECT, related_name="+", verbose_name=_("checklist"))
    code = models.SlugField(_("code of the item"), max_length=40, db_index=False)
    text = models.CharField(_("item"), max_length=200)
    text_en = models.CharField(_("item in English"), max_length=200, blank=True)
    advice = models.TextField(_("what is wrong, what is advised"), blank=True)
    severity = models.PositiveSmallIntegerField(_("severity"), default=3)
    photo = models.ForeignKey(InspectionPhoto, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("photo"))
    first_found = models.ForeignKey(Inspection, models.PROTECT, related_name="found", verbose_name=_("first found at"))
    last_found = models.ForeignKey(Inspection, models.PROTECT, related_name="+", verbose_name=_("last found at"))
    times_found = models.PositiveSmallIntegerField(_("times found"), default=1)
    opened_at = models.DateTimeField(_("first found"))
    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("fault opened")
    )
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.OPEN)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    closed_because = models.CharField(_("why it is closed"), max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["open", "closed"]), name="finding_state_is_known"),
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=4), name="open_finding_severity_is_1_to_4"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (Q(state="closed", closed_at__isnull=False) & ~Q(closed_because="")),
                name="a_closed_finding_says_when_and_why",
            ),
            models.UniqueConstraint(
                fields=["site", "template", "code", "equipment"],
                condition=Q(state="open", equipment__isnull=False),
                name="one_open_finding_per_item_and_equipment",
            ),
            models.UniqueConstraint(
                fields=["site", "template", "code"],
                condition=Q(state="open", equipment__isnull=True),
                name="one_open_finding_per_item_of_a_site",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="finding_by_organization"),
            models.Index(fields=["site", "-id"], name="finding_by_site"),
            models.Index(fields=["-id"], condition=Q(state="open"), name="finding_open"),
        ]

    def __str__(self) -> str:
        return self.text_en or self.text if reads_english() else self.text

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("inspections:finding", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it still has to be looked at."""
        return self.state == self.State.OPEN

    @property
    def is_raised(self) -> bool:
        """Whether it was found more than once, and so taken more seriously."""
        return self.times_found > 1


class CarriedFinding(models.Model):
    """The question an inspection asks about a finding of an earlier one: is it still there?"""

    class Verdict(models.TextChoices):
        """What the engineer saw."""

        STILL = "still", _("still there")
        GONE = "gone", _("gone")

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="carried", verbose_name=_("inspection"))
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="carried", verbose_name=_("finding"))
    verdict = models.CharField(_("seen"), max_length=5, choices=Verdict.choices, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    becomes = models.CharField(_("becomes"), max_length=6, choices=Becomes.choices, default=Becomes.ADVICE)
    recorded_at = models.DateTimeField(_("recorded at"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("finding carried forward")
        verbose_name_plural = _("findings carried forward")
        ordering = ("inspection", "finding")
        constraints = [
            models.UniqueConstraint(fields=["inspection", "finding"], name="a_finding_is_asked_once_per_inspection"),
            models.CheckConstraint(condition=Q(verdict__in=["", "still", "gone"]), name="finding_verdict_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id}/{self.finding_id} {self.verdict}"
