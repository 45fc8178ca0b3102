"""The archive of an equipment: what was changed at it on site, and by whose report one knows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.foreign import Foreign, once_per_source
from customers.models.served import Equipment


class ConfigurationChange(Foreign):
    """One change of an equipment's configuration (P2: kept in the customer's archive). Only ever added."""

    equipment = models.ForeignKey(Equipment, models.CASCADE, related_name="configuration_changes", verbose_name=_("equipment"))
    what = models.CharField(_("what was changed"), max_length=120)
    before = models.CharField(_("before"), max_length=200, blank=True)
    after = models.CharField(_("after"), max_length=200, blank=True)
    source = models.CharField(_("known from"), max_length=60, blank=True, help_text=_("The number of the inspection, visit or ticket."))
    at = models.DateTimeField(_("changed at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("changed by"))

    class Meta:
        verbose_name = _("change of configuration")
        verbose_name_plural = _("changes of configuration")
        ordering = ("-at", "-id")
        constraints = [
            models.CheckConstraint(condition=~Q(what="") & ~(Q(before="") & Q(after="")), name="a_change_says_what_and_to_what"),
            once_per_source("configuration_change_once_per_source"),
        ]
        indexes = [models.Index(fields=["equipment", "-at", "-id"], name="configuration_by_equipment")]

    def __str__(self) -> str:
        return f"{self.what}: {self.before or '—'} → {self.after or '—'}"
