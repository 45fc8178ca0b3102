"""One inspection: planned, carried out, signed by the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from inspections.models.checklists import ChecklistVersion
from inspections.models.plans import InspectionPlan

if TYPE_CHECKING:
    from datetime import date


class Status(models.TextChoices):
    """Where a visit stands."""

    PLANNED = "planned", _("planned")
    UNDER_WAY = "under_way", _("under way")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")
    MISSED = "missed", _("missed visit")
    REFUSED = "refused", _("refused on site")


ENDED = frozenset({Status.DONE, Status.CANCELLED, Status.MISSED, Status.REFUSED})
NOT_BEGUN = ["planned", "cancelled", "missed", "refused"]


class Inspection(models.Model):
    """One visit: planned, carried out, signed by the customer."""

    plan = models.ForeignKey(InspectionPlan, models.PROTECT, related_name="inspections", verbose_name=_("plan"))
    period = models.CharField(_("period"), max_length=10, help_text=_("2026-10, 2026Q4, 2026, or the day of a rule of its own"))
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="inspections", verbose_name=_("customer"))
    site = models.ForeignKey("customers.Site", models.PROTECT, related_name="inspections", verbose_name=_("site"))
    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="inspections", verbose_name=_("office"))
    engineer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="inspections", verbose_name=_("engineer"))
    helpers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="assisted_inspections", verbose_name=_("others who come along")
    )
    planned_on = models.DateField(_("planned on"))
    due_from = models.DateField(_("to be done from"), null=True, blank=True)
    due_to = models.DateField(_("to be done until"), null=True, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.PLANNED)
    created_at = models.DateTimeField(_("created at"))
    # What a sweep has told already; a visit that is planned anew may be late again, but is missed once.
    late_at = models.DateTimeField(_("found late at"), null=True, blank=True, editable=False)
    missed_at = models.DateTimeField(_("found missed at"), null=True, blank=True, editable=False)

    checklist = models.ForeignKey(
        ChecklistVersion, models.PROTECT, null=True, blank=True, related_name="inspections", verbose_name=_("checklist version")
    )
    admitted_by_name = models.CharField(_("admitted by"), max_length=80, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    summary = models.TextField(_("what was found"), blank=True)
    advice = models.TextField(_("advice"), blank=True)
    changes = models.TextField(_("changes to the configuration"), blank=True)
    cancel_reason = models.CharField(_("why it does not take place"), max_length=300, blank=True)

    visit = models.OneToOneField(
        "visits.Visit", models.PROTECT, null=True, blank=True, related_name="inspection", verbose_name=_("visit on the dispatch board")
    )
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
    event_count = models.PositiveIntegerField(_("events"), default=0, editable=False)
    head_hash = models.CharField(_("hash of the record"), max_length=64, default="", blank=True, editable=False)
    history = HistoricalRecords(m2m_fields=[helpers], excluded_fields=["event_count", "head_hash"])

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ("-planned_on", "-id")
        constraints = [
            models.UniqueConstraint(fields=["plan", "period"], name="one_visit_per_plan_and_period"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="inspection_status_is_known"),
            models.CheckConstraint(
                condition=Q(status__in=NOT_BEGUN) | (Q(started_at__isnull=False) & ~Q(admitted_by_name="")),
                name="a_visit_under_way_was_admitted",
            ),
            models.CheckConstraint(condition=~Q(status="done") | Q(finished_at__isnull=False), name="a_done_visit_has_its_end"),
            models.CheckConstraint(
                condition=~Q(status__in=["cancelled", "refused"]) | ~Q(cancel_reason=""), name="a_visit_off_has_a_reason"
            ),
            models.CheckConstraint(condition=~Q(status="missed") | Q(missed_at__isnull=False), name="a_missed_visit_has_its_time"),
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
            models.Index(fields=["site", "-planned_on", "-id"], name="inspection_by_site"),
            models.Index(fields=["due_to", "plan"], name="inspection_by_owed"),
            models.Index(fields=["planned_on", "id"], condition=Q(status="planned"), name="inspection_to_be_done"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.site}"

    @property
    def number(self) -> str:
        """Answer what the visit is called on its report."""
        return f"INS-{self.period}-{self.pk:05d}"

    @property
    def about(self) -> str:
        """Answer what its documents say they are about."""
        return f"inspection/{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether the visit is still to be made or finished."""
        return self.status in {Status.PLANNED, Status.UNDER_WAY}

    @property
    def may_begin(self) -> bool:
        """Whether it can be begun: also when it is late, and even when its time has passed."""
        return self.status in {Status.PLANNED, Status.MISSED}

    @property
    def may_be_planned_anew(self) -> bool:
        """Whether another day can be set: what was missed, refused or called off may be made up for."""
        return self.status in NOT_BEGUN

    @property
    def awaits_signature(self) -> bool:
        """Whether the report waits for the customer's word."""
        return self.status == Status.DONE and not self.signed_at and not self.refusal_reason

    @property
    def has_window(self) -> bool:
        """Whether it is owed within certain days, not just some day of its period."""
        return self.plan.window_from is not None

    def is_overdue(self, today: date) -> bool:
        """Whether the visit should have begun before today."""
        return self.status == Status.PLANNED and self.planned_on < today
