"""The promise to inspect again and again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import periods
from core.foreign import Foreign, once_per_source
from inspections.models.checklists import ChecklistTemplate

OFFICE_CALENDAR = "office-cn"


class Every(models.TextChoices):
    """How often a visit is owed; each but the last writes the rule by itself."""

    MONTH = periods.MONTH, _("every month")
    QUARTER = periods.QUARTER, _("every quarter")
    FOUR = "four", _("four times a year, counted from the first visit")
    YEAR = periods.YEAR, _("every year")
    RULE = "rule", _("by a rule of its own")


class InspectionPlan(Foreign):
    """The promise to inspect one site of a contract again and again."""

    contract = models.ForeignKey("customers.Contract", models.PROTECT, related_name="inspection_plans", verbose_name=_("contract"))
    site = models.ForeignKey("customers.Site", models.PROTECT, related_name="inspection_plans", verbose_name=_("site"))
    every = models.CharField(_("how often"), max_length=8, choices=Every.choices, default=Every.QUARTER)
    rule = models.CharField(
        _("rule"), max_length=200, blank=True, default="", help_text=_("As in calendars (RFC 5545), for example FREQ=MONTHLY;BYDAY=2TU.")
    )
    window_from = models.PositiveSmallIntegerField(_("in the month from the"), null=True, blank=True)
    window_to = models.PositiveSmallIntegerField(_("in the month to the"), null=True, blank=True)
    calendar = models.SlugField(
        _("calendar"), max_length=40, default=OFFICE_CALENDAR, db_index=False, help_text=_("Whose working days visits fall on.")
    )
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
            once_per_source("inspection_plan_once_per_external_id"),
            models.CheckConstraint(condition=Q(every__in=Every.values), name="inspection_rhythm_is_known"),
            models.CheckConstraint(condition=Q(lead_days__gte=1, lead_days__lte=90), name="inspection_lead_is_1_to_90_days"),
            models.CheckConstraint(
                condition=Q(window_from__isnull=True, window_to__isnull=True)
                | Q(window_from__gte=1, window_to__lte=31, window_to__gte=F("window_from")),
                name="inspection_window_is_days_of_a_month",
            ),
        ]
        indexes = [models.Index(fields=["attend_on", "id"], condition=Q(attend_on__isnull=False), name="inspection_plan_to_attend")]

    def __str__(self) -> str:
        return f"{self.site} · {self.get_every_display()}"
