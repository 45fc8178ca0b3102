"""What is on its way: purchases from makers, and items that are being repaired."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from parts.models.catalogue import Depot, PartType

PURCHASED = ("requested", "ordered", "received", "cancelled")


class Sent(models.Model):
    """How goods travel."""

    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)

    class Meta:
        abstract = True


class Purchase(Sent):
    """One part ordered from its maker, for a depot and perhaps for a ticket that waits for it."""

    class Status(models.TextChoices):
        """Where it stands."""

        REQUESTED = "requested", _("asked for")
        ORDERED = "ordered", _("ordered")
        RECEIVED = "received", _("received")
        CANCELLED = "cancelled", _("cancelled")

    part = models.ForeignKey(PartType, models.PROTECT, related_name="purchases", verbose_name=_("spare part"))
    depot = models.ForeignKey(Depot, models.PROTECT, related_name="purchases", verbose_name=_("depot"))
    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="part_purchases", verbose_name=_("ticket")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    received = models.PositiveIntegerField(_("arrived"), default=0)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.ORDERED)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    pauses = models.BooleanField(
        _("the ticket waits for it"), default=False, help_text=_("Its clocks stand still until the part has come, as its plan allows.")
    )
    expected_at = models.DateTimeField(_("expected"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("asked for at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked for by")
    )
    ordered_at = models.DateTimeField(_("ordered at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PURCHASED), name="purchase_state_is_known"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="purchase_is_of_something"),
            models.CheckConstraint(condition=Q(received__lte=F("quantity")), name="no_more_arrives_than_was_ordered"),
            models.CheckConstraint(
                condition=Q(pauses=False) | Q(ticket__isnull=False, expected_at__isnull=False),
                name="a_pausing_purchase_has_ticket_and_time",
            ),
            models.CheckConstraint(condition=~Q(status="ordered") | Q(ordered_at__isnull=False), name="ordered_has_a_time"),
        ]
        indexes = [
            models.Index(fields=["part", "depot"], condition=Q(status__in=["requested", "ordered"]), name="purchase_on_its_way"),
            models.Index(fields=["status", "-id"], name="purchase_by_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Answer what it is called."""
        return f"PO-{self.pk:05d}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return self.status in {self.Status.REQUESTED, self.Status.ORDERED}

    @property
    def outstanding(self) -> int:
        """Answer how many have not come yet."""
        return self.quantity - self.received


class Repair(Sent):
    """Defective items that went back to the maker."""

    class Status(models.TextChoices):
        """Where it stands."""

        SENT = "sent", _("away for repair")
        RETURNED = "returned", _("came back")
        WRITTEN_OFF = "written_off", _("written off")

    part = models.ForeignKey(PartType, models.PROTECT, related_name="repairs", verbose_name=_("spare part"))
    depot = models.ForeignKey(Depot, models.PROTECT, related_name="repairs", verbose_name=_("depot"))
    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="part_repairs", verbose_name=_("ticket")
    )
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    serial_number = models.CharField(_("serial number"), max_length=80, blank=True)
    status = models.CharField(_("state"), max_length=11, choices=Status.choices, default=Status.SENT)
    expected_on = models.DateField(_("expected back on"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent off at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    note = models.CharField(_("what is wrong with it"), max_length=300, blank=True)
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("repair")
        verbose_name_plural = _("repairs")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["sent", "returned", "written_off"]), name="repair_state_is_known"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="repair_is_of_something"),
            models.CheckConstraint(condition=Q(status="sent") | Q(ended_at__isnull=False), name="an_ended_repair_has_a_time"),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="repair_by_state")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Answer what it is called."""
        return f"RMA-{self.pk:05d}"
