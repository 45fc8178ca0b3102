"""What somebody was certified after a training, and until when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from training.models.sessions import Attendee, Session

REMIND_DAYS = (60, 30)
"""How many days before its end somebody is reminded."""


class Certificate(models.Model):
    """That somebody took part in a course and passed its test, as a document that can be proved."""

    attendee = models.OneToOneField(Attendee, models.PROTECT, related_name="certificate", verbose_name=_("attendee"))
    session = models.ForeignKey(Session, models.PROTECT, related_name="certificates", verbose_name=_("training session"))
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="certificates", verbose_name=_("customer"))
    number = models.CharField(_("number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    issued_on = models.DateField(_("issued on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    document = models.OneToOneField("documents.Document", models.PROTECT, related_name="certificate", verbose_name=_("document"))
    remind_on = models.DateField(_("reminder due on"), null=True, blank=True, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("training certificate")
        verbose_name_plural = _("training certificates")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("issued_on")), name="a_certificate_is_valid_for_a_while"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="certificate_by_customer"),
            models.Index(fields=["remind_on"], condition=Q(remind_on__isnull=False), name="certificate_to_remind"),
        ]

    def __str__(self) -> str:
        return self.number
