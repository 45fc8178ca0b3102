"""Planned visits: what is looked at, how often, by whom, and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Named
from core import periods

if TYPE_CHECKING:
    from datetime import date


SEVERITIES = range(1, 5)
"""1 is the worst."""


class Section(models.TextChoices):
    """The two parts of an inspection, by the handbook."""

    SYSTEM = "system", _("system check")
    GENERAL = "general", _("general check")


class Every(models.TextChoices):
    """How often a visit is owed."""

    MONTH = periods.MONTH, _("every month")
    QUARTER = periods.QUARTER, _("every quarter")
    YEAR = periods.YEAR, _("every year")


class Status(models.TextChoices):
    """Where a visit stands."""

    PLANNED = "planned", _("planned")
    UNDER_WAY = "under_way", _("under way")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class Outcome(models.TextChoices):
    """What was found at one item."""

    OK = "ok", _("in order")
    FAILED = "failed", _("not in order")
    NOT_APPLICABLE = "not_applicable", _("does not apply")


class Worded(models.Model):
    """What is to be looked at, and how, in both languages."""

    section = models.CharField(_("part"), max_length=8, choices=Section.choices, default=Section.SYSTEM)
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("item"), max_length=200)
    text_en = models.CharField(_("item in English"), max_length=200, blank=True)
    hint = models.CharField(_("how to check"), max_length=300, blank=True)
    hint_en = models.CharField(_("how to check, in English"), max_length=300, blank=True)
    unit = models.CharField(_("unit of what is measured"), max_length=20, blank=True)
    required = models.BooleanField(_("required"), default=True, help_text=_("A required item cannot be left open."))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text_en or self.text if _reads_english() else self.text

    @property
    def advice(self) -> str:
        """Answer how to check it, in the reader's language."""
        return self.hint_en or self.hint if _reads_english() else self.hint


def _reads_english() -> bool:
    return (get_language() or "").startswith("en")


class ChecklistTemplate(Named):
    """A checklist by name; what it asks stands in its versions."""

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ("code",)


class ChecklistVersion(models.Model):
    """What a checklist asks from a moment on; never changed once made, so that old reports stay true."""

    template = models.ForeignKey(ChecklistTemplate, models.PROTECT, related_name="versions", verbose_name=_("checklist"))
    number = models.PositiveIntegerField(_("version"))
    checksum = models.CharField(_("checksum"), max_length=64, editable=False)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )

    class Meta:
        verbose_name = _("checklist version")
        verbose_name_plural = _("checklist versions")
        ordering = ("template", "-number")
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="checklist_version_number_once")]

    def __str__(self) -> str:
        return f"{self.template} v{self.number}"


class ChecklistItem(Worded):
    """One thing to look at."""

    version = models.ForeignKey(ChecklistVersion, models.CASCADE, related_name="items", verbose_name=_("checklist version"))

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ("version", "position")
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="checklist_position_once_per_version")]


class InspectionPlan(models.Model):
    """The promise to inspect one site of a contract again and again."""

    contract = models.ForeignKey("customers.Contract", models.PROTECT, related_name="inspection_plans", verbose_name=_("contract"))
    site = models.ForeignKey("customers.Site", models.PROTECT, related_name="inspection_plans", verbose_name=_("site"))
    every = models.CharField(_("how often"), max_length=8, choices=Every.choices, default=Every.QUARTER)
    template = models.ForeignKey(ChecklistTemplate, models.PROTECT, related_name="plans", verbose_name=_("checklist"))
    engineer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="inspection_plans", verbose_name=_("engineer"))
    helpers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("others who come along"))
    starts_on = models.DateField(_("first visit on"), help_text=_("The visits that follow fall on the same day of the month."))
    lead_days = models.PositiveSmallIntegerField(
        _("announced before, days"), default=30, help_text=_("So many days ahead the visit is planned and the customer told.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    # The day from which the planner has to look at it again; kept by the services, so that a sweep reads one index.
    attend_on = models.DateField(_("plan the next visit from"), null=True, editable=False)
    history = HistoricalRecords(m2m_fields=[helpers], excluded_fields=["attend_on"])

    class Meta:
        verbose_name = _("inspection plan")
        verbose_name_plural = _("inspection plans")
        ordering = ("contract", "site", "id")
        constraints = [
            models.UniqueConstraint(fields=["contract", "site", "template"], name="one_plan_per_contract_site_and_checklist"),
            models.CheckConstraint(condition=Q(every__in=Every.values), name="inspection_rhythm_is_known"),
            models.CheckConstraint(condition=Q(lead_days__gte=1, lead_days__lte=90), name="inspection_lead_is_1_to_90_days"),
        ]
        indexes = [models.Index(fields=["attend_on", "id"], condition=Q(attend_on__isnull=False), name="inspection_plan_to_attend")]

    def __str__(self) -> str:
        return f"{self.site} · {self.get_every_display()}"


class Inspection(models.Model):
    """One visit: planned, carried out, signed by the customer."""

    plan = models.ForeignKey(InspectionPlan, models.PROTECT, related_name="inspections", verbose_name=_("plan"))
    period = models.CharField(_("period"), max_length=7, help_text=_("2026-10, 2026Q4 or 2026"))
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="inspections", verbose_name=_("customer"))
    site = models.ForeignKey("customers.Site", models.PROTECT, related_name="inspections", verbose_name=_("site"))
    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="inspections", verbose_name=_("office"))
    engineer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="inspections", verbose_name=_("engineer"))
    helpers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="assisted_inspections", verbose_name=_("others who come along")
    )
    planned_on = models.DateField(_("planned on"))
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.PLANNED)
    created_at = models.DateTimeField(_("created at"))

    checklist = models.ForeignKey(
        ChecklistVersion, models.PROTECT, null=True, blank=True, related_name="inspections", verbose_name=_("checklist version")
    )
    admitted_by_name = models.CharField(_("admitted by"), max_length=80, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    summary = models.TextField(_("what was found"), blank=True)
    advice = models.TextField(_("advice"), blank=True)
    changes = models.TextField(_("changes to the configuration"), blank=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)

    signed_by_name = models.CharField(_("signed by"), max_length=80, blank=True)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    signed_with = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed on the device of"),
    )
    refusal_reason = models.CharField(_("why it was not signed"), max_length=300, blank=True)
    history = HistoricalRecords(m2m_fields=[helpers])

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ("-planned_on", "-id")
        constraints = [
            models.UniqueConstraint(fields=["plan", "period"], name="one_visit_per_plan_and_period"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="inspection_status_is_known"),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "cancelled"]) | (Q(started_at__isnull=False) & ~Q(admitted_by_name="")),
                name="a_visit_under_way_was_admitted",
            ),
            models.CheckConstraint(condition=~Q(status="done") | Q(finished_at__isnull=False), name="a_done_visit_has_its_end"),
            models.CheckConstraint(condition=~Q(status="cancelled") | ~Q(cancel_reason=""), name="a_cancelled_visit_has_a_reason"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | (Q(status="done") & ~Q(signed_by_name="")), name="a_signature_has_a_name"
            ),
            models.CheckConstraint(condition=Q(signed_at__isnull=True) | Q(refusal_reason=""), name="signed_or_refused_not_both"),
        ]
        indexes = [
            models.Index(fields=["organization", "-planned_on", "-id"], name="inspection_by_organization"),
            models.Index(fields=["engineer", "-planned_on", "-id"], name="inspection_by_engineer"),
            models.Index(fields=["office", "-planned_on", "-id"], name="inspection_by_office"),
            models.Index(fields=["-planned_on", "-id"], name="inspection_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.site}"

    @property
    def number(self) -> str:
        """Answer what the visit is called on its report."""
        return f"INS-{self.period}-{self.pk:05d}"

    @property
    def is_open(self) -> bool:
        """Whether the visit is still to be made or finished."""
        return self.status in {Status.PLANNED, Status.UNDER_WAY}

    @property
    def awaits_signature(self) -> bool:
        """Whether the report waits for the customer's word."""
        return self.status == Status.DONE and not self.signed_at and not self.refusal_reason

    def is_overdue(self, today: date) -> bool:
        """Whether the visit should have begun before today."""
        return self.status == Status.PLANNED and self.planned_on < today


class InspectionResult(Worded):
    """What was found at one item; the item's words are kept as they were that day."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="results", verbose_name=_("inspection"))
    outcome = models.CharField(_("finding"), max_length=14, choices=Outcome.choices, blank=True)
    measured = models.CharField(_("measured"), max_length=60, blank=True)
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
    recorded_at = models.DateTimeField(_("recorded at"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    ticket = models.OneToOneField(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="inspection_result", verbose_name=_("fault opened")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("inspection result")
        verbose_name_plural = _("inspection results")
        ordering = ("inspection", "position")
        constraints = [
            models.UniqueConstraint(fields=["inspection", "position"], name="one_result_per_item"),
            models.CheckConstraint(condition=Q(outcome__in=["", *Outcome.values]), name="inspection_outcome_is_known"),
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=4), name="finding_severity_is_1_to_4"),
            models.CheckConstraint(condition=Q(ticket__isnull=True) | Q(outcome="failed"), name="only_a_failed_item_opens_a_fault"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether nothing has been recorded yet."""
        return not self.outcome
