"""Canaries: what the desk reported to itself, and how late each stage of it was."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Canary(models.Model):
    """One ticket the desk reported to itself: when its level was to fire, when it did, when its message was delivered.

    While it is under way it has its ticket; afterwards only the times are kept.
    """

    ticket = models.OneToOneField("tickets.Ticket", models.SET_NULL, null=True, related_name="canary", verbose_name=_("ticket"))
    reported_at = models.DateTimeField(_("reported at"))
    report_ms = models.PositiveIntegerField(_("report took, milliseconds"))
    level_at = models.DateTimeField(_("level planned at"))
    fired_at = models.DateTimeField(_("level fired at"), null=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    lost_at = models.DateTimeField(_("given up at"), null=True)

    class Meta:
        verbose_name = _("canary")
        verbose_name_plural = _("canaries")
        ordering = ("-reported_at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(delivered_at=None) | Q(fired_at__isnull=False), name="canary_delivered_after_it_fired"),
            models.CheckConstraint(condition=Q(delivered_at=None) | Q(lost_at=None), name="canary_is_delivered_or_lost"),
        ]
        indexes = [models.Index(fields=["-reported_at", "-id"], name="canary_newest_first")]

    def __str__(self) -> str:
        return f"{self.reported_at:%Y-%m-%d %H:%M:%S}"

    @property
    def level_late(self) -> int | None:
        """Answer how many seconds after its time the level fired; None while it has not."""
        return None if self.fired_at is None else int((self.fired_at - self.level_at).total_seconds())

    @property
    def delivery_late(self) -> int | None:
        """Answer how many seconds after the level's time the message was delivered; None while it was not."""
        return None if self.delivered_at is None else int((self.delivered_at - self.level_at).total_seconds())
