"""What was looked at once for good: each solution, job and project; and how many are called that nobody promised to call."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from care.models.calls import Call


class Considered(models.Model):
    """A solution, a visit that is done or a contract that was accepted: whether its customer is called, decided once."""

    class Why(models.TextChoices):
        """What was decided."""

        PROMISED = "promised", _("promised by the plan")
        SAMPLED = "sampled", _("in the sample")
        SPARED = "spared", _("neither promised nor in the sample")
        ASKED = "asked", _("asked already")
        REOPENED = "reopened", _("opened again before")

    event = models.OneToOneField("tickets.Event", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("solution"))
    visit = models.OneToOneField("visits.Visit", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("visit"))
    contract = models.OneToOneField(
        "customers.Contract", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("contract")
    )
    why = models.CharField(_("decided"), max_length=8, choices=Why.choices)
    call = models.ForeignKey(Call, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("call"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("decision whether to call")
        verbose_name_plural = _("decisions whether to call")
        constraints = [
            models.CheckConstraint(
                condition=Q(event__isnull=False, visit__isnull=True, contract__isnull=True)
                | Q(event__isnull=True, visit__isnull=False, contract__isnull=True)
                | Q(event__isnull=True, visit__isnull=True, contract__isnull=False),
                name="one_thing_is_considered",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id or self.visit_id or self.contract_id} {self.why}"


class Quota(models.Model):
    """How many percent of the solved faults are called back that the plan does not promise it for; a contract's goes before its plan's."""

    plan = models.OneToOneField("sla.Plan", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("service plan"))
    contract = models.OneToOneField(
        "customers.Contract", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("contract")
    )
    percent = models.PositiveSmallIntegerField(_("percent"), validators=[MaxValueValidator(100)])
    other_department = models.BooleanField(_("asked by another department"), default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("quota of call-backs")
        verbose_name_plural = _("quotas of call-backs")
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="a_quota_is_a_share"),
            models.CheckConstraint(
                condition=Q(plan__isnull=False, contract__isnull=True) | Q(plan__isnull=True, contract__isnull=False),
                name="a_quota_of_a_plan_or_a_contract",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan or self.contract} {self.percent} %"
