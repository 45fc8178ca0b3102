"""The request for a quotation to renew what ends (续保询价)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from customers.models import Term

if TYPE_CHECKING:
    from datetime import date


class QuotationRequest(models.Model):
    """Asked by the customer, by us or by itself at the end of a term; quoted; accepted or declined."""

    class Status(models.TextChoices):
        """Where it stands."""

        ASKED = "asked", _("asked for")
        QUOTED = "quoted", _("quoted")
        ACCEPTED = "accepted", pgettext_lazy("quotation", "accepted")
        DECLINED = "declined", _("declined")

    class How(models.TextChoices):
        """How the customer answered."""

        PORTAL = "portal", _("in the portal")
        PHONE = "phone", _("on the phone")

    term = models.ForeignKey(Term, models.PROTECT, related_name="quotations", verbose_name=_("term"))
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="+", verbose_name=_("customer"))
    office = models.ForeignKey("accounts.Office", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("office"))
    status = models.CharField(_("state"), max_length=8, choices=Status.choices, default=Status.ASKED)
    is_automatic = models.BooleanField(_("opened by itself"), default=False)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    wish = models.CharField(_("what is wished for"), max_length=500, blank=True)
    kind = models.CharField(_("offered as"), max_length=12, choices=Term.Kind.choices, blank=True)
    scope = models.CharField(_("what is free"), max_length=6, choices=Term.Scope.choices, blank=True)
    starts_on = models.DateField(_("begins on"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    amount = models.DecimalField(_("amount, CNY"), max_digits=12, decimal_places=2, null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    quoted_at = models.DateTimeField(_("quoted at"), null=True, blank=True)
    quoted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("quoted by")
    )
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answer taken by")
    )
    answered_name = models.CharField(_("who answered"), max_length=80, blank=True)
    how = models.CharField(_("how it was answered"), max_length=6, choices=How.choices, blank=True)
    reason = models.CharField(_("why it was declined"), max_length=500, blank=True)
    renewal = models.OneToOneField(
        Term, models.PROTECT, null=True, blank=True, related_name="quotation", verbose_name=_("the term that came of it")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("request for a quotation")
        verbose_name_plural = _("requests for quotations")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["term"], condition=Q(status__in=["asked", "quoted"]), name="one_quotation_under_way"),
            models.UniqueConstraint(fields=["term"], condition=Q(is_automatic=True), name="a_quotation_opens_by_itself_once"),
            models.CheckConstraint(
                condition=Q(status__in=["asked", "declined"])
                | Q(
                    amount__isnull=False, valid_until__isnull=False, starts_on__isnull=False, ends_on__isnull=False, quoted_at__isnull=False
                ),
                name="a_quotation_says_what_it_offers",
            ),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="a_renewal_is_not_negative"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="what_is_offered_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "declined"]) | (Q(answered_at__isnull=False) & ~Q(answered_name="")),
                name="an_answer_has_its_person",
            ),
            models.CheckConstraint(condition=~Q(status="accepted") | Q(renewal__isnull=False), name="what_is_accepted_comes_into_force"),
            models.CheckConstraint(condition=~Q(status="declined") | ~Q(reason=""), name="what_is_declined_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="quotation_by_customer"),
            models.Index(fields=["status", "-id"], name="quotation_by_state"),
            models.Index(fields=["answered_at"], name="quotation_by_answer"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("entitlements:quotation", args=[self.pk])

    @property
    def number(self) -> str:
        """Answer what it is called on paper."""
        return f"QUO-{self.pk:06d}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be quoted or answered."""
        return self.status in {self.Status.ASKED, self.Status.QUOTED}

    def is_valid(self, day: date) -> bool:
        """Whether it can be accepted on a day."""
        return self.status == self.Status.QUOTED and self.valid_until is not None and day <= self.valid_until


class QuotationLine(models.Model):
    """One line of what is offered."""

    quotation = models.ForeignKey(QuotationRequest, models.CASCADE, related_name="lines", verbose_name=_("quotation"))
    text = models.CharField(_("what is offered"), max_length=200)
    amount = models.DecimalField(_("amount, CNY"), max_digits=12, decimal_places=2, default=Decimal("0.00"))

    class Meta:
        verbose_name = _("line of a quotation")
        verbose_name_plural = _("lines of quotations")
        ordering = ("quotation", "id")
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="a_line_is_not_negative")]

    def __str__(self) -> str:
        return self.text
