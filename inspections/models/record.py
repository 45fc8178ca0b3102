"""What happened to an inspection, line by line, and what machines sent to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import chain
from inspections.models.visits import Inspection

if TYPE_CHECKING:
    from collections.abc import Mapping


class InspectionEvent(chain.Line):
    """One line of an inspection's record. Only ever added."""

    class Type(models.TextChoices):
        """What can happen to an inspection."""

        PLANNED = "planned", _("planned")
        TOLD = "told", _("customer told")
        RESCHEDULED = "rescheduled", _("planned anew")
        LATE = "late", _("the planned day passed")
        MISSED = "missed", _("missed visit")
        CONSENTED = "consented", _("request to inspect signed")
        NOT_CONSENTED = "not_consented", _("request to inspect refused")
        STARTED = "started", _("begun")
        READINGS = "readings", _("readings received")
        FINISHED = "finished", _("inspection finished")
        SIGNED = "signed", _("report signed")
        NOT_SIGNED = "not_signed", _("report not signed")
        CANCELLED = "cancelled", _("called off")

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="events", verbose_name=_("inspection"))
    seq = models.PositiveIntegerField(_("place in the record"))
    type = models.CharField(_("type"), max_length=16, choices=Type.choices)
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    text = models.TextField(_("text"), blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)

    class Meta:
        verbose_name = _("event of an inspection")
        verbose_name_plural = _("events of inspections")
        ordering = ("inspection", "seq")
        constraints = [models.UniqueConstraint(fields=["inspection", "seq"], name="inspection_event_place_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id}/{self.seq} {self.type}"

    def said(self) -> Mapping[str, Any]:
        """Answer what the hash covers."""
        return {
            "inspection": self.inspection_id,
            "seq": self.seq,
            "type": self.type,
            "at": self.at,
            "actor": self.actor_id,
            "text": self.text,
            "facts": self.facts,
        }


class ReadingBatch(models.Model):
    """Figures that a program sent at once: taken whole, and once however often they are sent."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="batches", verbose_name=_("inspection"))
    key = models.CharField(_("key of the sending"), max_length=120)
    checksum = models.CharField(_("checksum"), max_length=64, editable=False)
    rows = models.PositiveIntegerField(_("rows"))
    received_at = models.DateTimeField(_("received at"))
    received_from = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )

    class Meta:
        verbose_name = _("readings received")
        verbose_name_plural = _("readings received")
        ordering = ("inspection", "id")
        constraints = [models.UniqueConstraint(fields=["inspection", "key"], name="readings_are_taken_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.key}"
