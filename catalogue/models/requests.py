"""What was asked for, what it costs, and the customer's word about it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from catalogue.models.items import Item, ItemVersion

if TYPE_CHECKING:
    from datetime import date

CURRENCY = "CNY"
"""What every amount is in."""
CENT = Decimal("0.01")


def amount_of(quantity: Decimal, price: Decimal) -> Decimal:
    """Answer what so many come to, in whole cents; half a cent is a cent. Lines and totals are worked out by it alone."""
    return (quantity * price).quantize(CENT, rounding=ROUND_HALF_UP)


class Charge(models.TextChoices):
    """What it costs the customer."""

    FREE = "free", _("free of charge")
    CHARGED = "charged", _("charged")
    QUOTATION = "quotation", _("on quotation")


class Approval(models.TextChoices):
    """Where the customer's word about plan and costs stands."""

    NOT_NEEDED = "not_needed", _("no approval needed")
    TO_QUOTE = "to_quote", _("quotation to be written")
    AWAITED = "awaited", _("awaiting approval")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")


class Request(models.Model):
    """What somebody asked for from the catalogue: a ticket with the answers to the item's own questions."""

    ticket = models.OneToOneField("tickets.Ticket", models.PROTECT, related_name="service_request", verbose_name=_("ticket"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="requests", verbose_name=_("catalogue item"))
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="requests", verbose_name=_("version"))
    values = models.JSONField(_("answers"), default=dict, blank=True)
    names = models.JSONField(
        _("names of what was chosen"), default=dict, blank=True, help_text=_("As equipment and sites were called on that day.")
    )
    charge = models.CharField(_("costs"), max_length=10, choices=Charge.choices)
    rule = models.JSONField(
        _("rule"), default=dict, blank=True, help_text=_("Which rule of the item decided about the costs, as it stood then.")
    )
    approval = models.CharField(_("approval"), max_length=10, choices=Approval.choices)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    overridden_at = models.DateTimeField(_("begun without approval at"), null=True, blank=True)
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("begun without approval by")
    )
    override_reason = models.CharField(_("why it could not wait"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("asked for at"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("service request")
        verbose_name_plural = _("service requests")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(charge__in=Charge.values), name="request_charge_is_known"),
            models.CheckConstraint(condition=Q(approval__in=Approval.values), name="request_approval_is_known"),
            models.CheckConstraint(condition=~Q(approval="approved") | Q(approved_at__isnull=False), name="an_approval_has_its_moment"),
            models.CheckConstraint(
                condition=Q(overridden_at__isnull=True) | (Q(overridden_by__isnull=False) & ~Q(override_reason="")),
                name="who_begins_without_approval_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["item", "-id"], name="request_by_item"),
            models.Index(fields=["approval", "-id"], name="request_by_approval"),
            models.Index(fields=["created_at", "item"], name="request_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.item}"

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("catalogue:request", args=[self.pk])

    @property
    def about(self) -> str:
        """Answer by which words documents know it."""
        return f"request/{self.pk}"

    @property
    def may_begin(self) -> bool:
        """Whether work may begin: it is free, approved, or somebody took it upon themselves."""
        return self.approval in {Approval.NOT_NEEDED, Approval.APPROVED} or self.overridden_at is not None


class Quotation(models.Model):
    """Plan and costs for a request. What it says never changes: another offer is a new version."""

    class Status(models.TextChoices):
        """What became of it."""

        AWAITED = "awaited", _("awaiting approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        REPLACED = "replaced", _("replaced by a newer one")

    request = models.ForeignKey(Request, models.PROTECT, related_name="quotations", verbose_name=_("service request"))
    number = models.PositiveSmallIntegerField(_("version"))
    plan = models.TextField(_("plan of work"), max_length=4000)
    hours = models.DecimalField(_("hours of work"), max_digits=7, decimal_places=1)
    valid_until = models.DateField(_("valid until"))
    total = models.DecimalField(_("total, CNY"), max_digits=14, decimal_places=2)
    status = models.CharField(_("state"), max_length=8, choices=Status.choices, default=Status.AWAITED)
    written_at = models.DateTimeField(_("written at"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("written by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answer_name = models.CharField(_("who answered"), max_length=80, blank=True)
    answer_text = models.CharField(_("their words"), max_length=300, blank=True)
    document = models.OneToOneField(
        "documents.Document", models.PROTECT, null=True, blank=True, related_name="quotation", verbose_name=_("document")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        ordering = ("request", "-number")
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="quotation_version_once"),
            models.UniqueConstraint(fields=["request"], condition=Q(status="awaited"), name="one_quotation_awaits_at_a_time"),
            models.CheckConstraint(condition=Q(total__gte=0) & Q(hours__gte=0), name="a_quotation_is_not_negative"),
            models.CheckConstraint(
                condition=Q(status="awaited", answered_at__isnull=True) | (~Q(status="awaited") & Q(answered_at__isnull=False)),
                name="an_answered_quotation_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request.ticket}-Q{self.number}"

    def is_over(self, day: date) -> bool:
        """Whether it cannot be accepted any more."""
        return day > self.valid_until


class QuotationLine(models.Model):
    """One thing that is charged."""

    quotation = models.ForeignKey(Quotation, models.CASCADE, related_name="lines", verbose_name=_("quotation"))
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("what"), max_length=200)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    price = models.DecimalField(_("price of one, CNY"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("line of a quotation")
        verbose_name_plural = _("lines of quotations")
        ordering = ("quotation", "position")
        constraints = [
            models.UniqueConstraint(fields=["quotation", "position"], name="quotation_line_position_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0) & Q(price__gte=0) & ~Q(text=""), name="a_line_says_what_and_how_much"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def amount(self) -> Decimal:
        """Answer what it comes to."""
        return amount_of(self.quantity, self.price)
