"""Repair, exchange or compensation (包修、包换、包赔) on a ticket, with the rule it rests on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords


class Remedy(models.Model):
    """What is done about something that failed: free inside a term, at cost outside; compensation at the original price (P0)."""

    class Kind(models.TextChoices):
        """What is done."""

        REPAIR = "repair", pgettext_lazy("remedy", "repair")
        EXCHANGE = "exchange", _("exchange")
        COMPENSATION = "compensation", _("compensation")

    class Status(models.TextChoices):
        """Where it stands."""

        PROPOSED = "proposed", _("awaits approval")
        APPROVED = "approved", _("awaits the customer")
        AGREED = "agreed", _("agreed")
        DONE = "done", _("carried out")
        REFUSED = "refused", _("refused")

    class Basis(models.TextChoices):
        """What it costs the customer, by the rule of the day."""

        FREE = "free", _("free of charge")
        MAKER = "maker", _("free, at the maker")
        CHARGED = "charged", _("at cost")
        DECIDED = "decided", _("as a manager decided")

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="remedies", verbose_name=_("ticket"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    equipment = models.ForeignKey(
        "customers.Equipment", models.PROTECT, null=True, blank=True, related_name="remedies", verbose_name=_("equipment")
    )
    what = models.CharField(_("what it is about"), max_length=200, help_text=_("The equipment or the part, with its serial number."))
    day = models.DateField(_("judged by the day"))
    basis = models.CharField(_("basis"), max_length=8, choices=Basis.choices)
    rule = models.CharField(_("rule"), max_length=12)
    term = models.ForeignKey("customers.Term", models.PROTECT, null=True, blank=True, related_name="remedies", verbose_name=_("term"))
    until = models.DateField(_("until"), null=True, blank=True)
    price = models.DecimalField(_("original price or cost, CNY"), max_digits=12, decimal_places=2)
    charged = models.DecimalField(_("charged to the customer, CNY"), max_digits=12, decimal_places=2)
    paid = models.DecimalField(_("paid to the customer, CNY"), max_digits=12, decimal_places=2)
    why = models.CharField(_("reason"), max_length=300, blank=True)
    status = models.CharField(_("state"), max_length=8, choices=Status.choices)
    movement = models.ForeignKey(
        "parts.StockMovement", models.PROTECT, null=True, blank=True, related_name="remedies", verbose_name=_("movement of the stock")
    )
    repair = models.ForeignKey(
        "parts.Repair", models.PROTECT, null=True, blank=True, related_name="remedies", verbose_name=_("repair at the maker")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    agreed_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    agreed_name = models.CharField(_("who agreed"), max_length=80, blank=True)
    agreed_how = models.CharField(_("how"), max_length=6, blank=True)
    done_at = models.DateTimeField(_("carried out at"), null=True, blank=True)
    refused_because = models.CharField(_("why it was refused"), max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("remedy")
        verbose_name_plural = _("remedies")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0, charged__gte=0, paid__gte=0), name="a_remedys_amounts_are_not_negative"),
            models.CheckConstraint(condition=Q(kind="compensation") | Q(paid=0), name="only_compensation_is_paid_out"),
            models.CheckConstraint(condition=~Q(kind="compensation") | Q(charged=0), name="compensation_costs_nothing"),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "agreed", "done"]) | Q(approved_at__isnull=False), name="a_remedy_is_approved_first"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["agreed", "done"]) | (Q(agreed_at__isnull=False) & ~Q(agreed_name="")),
                name="a_remedy_is_agreed_to_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(status="done") | Q(done_at__isnull=False), name="a_done_remedy_has_its_moment"),
            models.CheckConstraint(condition=~Q(status="refused") | ~Q(refused_because=""), name="a_refused_remedy_says_why"),
            models.CheckConstraint(condition=~Q(basis="decided") | ~Q(why=""), name="a_decision_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["ticket", "-id"], name="remedy_by_ticket"),
            models.Index(fields=["status", "-id"], name="remedy_by_state"),
            models.Index(fields=["proposed_at"], name="remedy_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("entitlements:remedy", args=[self.pk])

    @property
    def number(self) -> str:
        """Answer what it is called."""
        return f"REM-{self.pk:06d}"
