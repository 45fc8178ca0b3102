"""What is asked about in an inquiry: each equipment in service, once in a quarter of a contract (P2)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from care.models.calls import Call


class State(models.TextChoices):
    """How an equipment does, by the customer's word."""

    OK = "ok", _("runs well")
    REMARK = "remark", pgettext_lazy("inquiry", "remark")
    FEEDBACK = "feedback", _("needs an answer")


class Level(models.TextChoices):
    """How soon feedback is answered (P2: 3 h, 6 h, 3 working days)."""

    URGENT = "urgent", pgettext_lazy("inquiry", "urgent")
    HIGH = "high", _("high")
    NORMAL = "normal", _("normal")

    @property
    def severity(self) -> int:
        """Answer the plan's own level, from 1."""
        return list(Level).index(self) + 1


class CallItem(models.Model):
    """One equipment within an inquiry, and what was said about it."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="items", verbose_name=_("call"))
    contract = models.ForeignKey("customers.Contract", models.PROTECT, related_name="+", verbose_name=_("contract"))
    period = models.CharField(_("period"), max_length=10)
    equipment = models.ForeignKey("customers.Equipment", models.PROTECT, related_name="inquiries", verbose_name=_("equipment"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, blank=True)
    level = models.CharField(_("level"), max_length=6, choices=Level.choices, blank=True)
    words = models.TextField(_("what the customer said"), blank=True)
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    loop = models.ForeignKey("loops.Loop", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("followed up in"))

    class Meta:
        verbose_name = _("equipment asked about")
        verbose_name_plural = _("equipment asked about")
        ordering = ("call", "equipment")
        constraints = [
            models.UniqueConstraint(fields=["contract", "period", "equipment"], name="an_equipment_is_asked_about_once"),
            models.CheckConstraint(
                condition=Q(state="", asked_at__isnull=True) | (~Q(state="") & Q(asked_at__isnull=False)), name="an_answer_has_its_moment"
            ),
            models.CheckConstraint(condition=~Q(state="feedback") | (~Q(level="") & ~Q(words="")), name="feedback_has_level_and_words"),
        ]
        indexes = [models.Index(fields=["period", "contract"], name="asked_by_period")]

    def __str__(self) -> str:
        return f"{self.equipment} {self.state}"
