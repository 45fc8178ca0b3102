"""When equipment was taken down on purpose; what fails by itself stands in the tickets."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.foreign import Foreign, once_per_source
from customers.models.served import Equipment


class Downtime(Foreign):
    """Planned downtime of one system or device: maintenance, a move, an upgrade."""

    equipment = models.ForeignKey(Equipment, models.CASCADE, related_name="downtimes", verbose_name=_("equipment"))
    starts_at = models.DateTimeField(_("down from"))
    ends_at = models.DateTimeField(_("down until"))
    reason = models.CharField(_("what for"), max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("planned downtime")
        verbose_name_plural = _("planned downtimes")
        ordering = ("-starts_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="downtime_ends_after_it_begins",
                violation_error_message=_("A downtime ends after it begins."),
            ),
            once_per_source("downtime_once_per_source"),
        ]
        indexes = [
            models.Index(fields=["equipment", "-starts_at"], name="downtime_of_equipment"),
            models.Index(fields=["ends_at", "starts_at"], name="downtime_by_time"),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%Y-%m-%d %H:%M} – {timezone.localtime(self.ends_at):%Y-%m-%d %H:%M}"
