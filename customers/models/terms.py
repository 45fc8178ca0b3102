"""Terms: what a contract or an equipment is entitled to from one day to another, with the paper it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.foreign import Foreign, once_per_source
from customers import engine
from customers.models.served import Contract, Equipment, Organization

if TYPE_CHECKING:
    from datetime import date


class Term(Foreign):
    """Days on which work is free or agreed: of a contract (all it covers) or of one equipment, or of one component of it.

    What follows from a contract's or an equipment's own dates has a row as well (``origin``), so that every end is listed and
    reminded of; the rules read the dates themselves.
    """

    class Kind(models.TextChoices):
        """Where the entitlement comes from (P0, P1: warranty)."""

        ACCEPTANCE = engine.ACCEPTANCE, _("warranty from acceptance")
        FREE_SERVICE = engine.FREE_SERVICE, _("free service")
        TRIAL = engine.TRIAL, _("trial")
        SOFTWARE = engine.SOFT, _("software warranty")
        MAKER = engine.MAKER, _("maker's warranty")
        PAID = engine.PAID, _("paid service contract")
        EXTENSION = engine.EXTENSION, _("extended warranty")

    class Scope(models.TextChoices):
        """What is free inside it."""

        ALL = engine.ALL, _("work and parts")
        LABOUR = engine.LABOUR, _("work, without parts")
        PARTS = engine.GOODS, _("parts, without work")
        NONE = engine.NONE, _("charged as agreed")

    class Origin(models.TextChoices):
        """Who put it here."""

        ENTERED = "entered", _("entered")
        IMPORTED = "imported", _("imported")
        RENEWAL = "renewal", _("renewal")
        CONTRACT = "contract", _("from the contract")
        EQUIPMENT = "equipment", _("from the equipment")

    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="terms", verbose_name=_("contract"))
    equipment = models.ForeignKey(Equipment, models.PROTECT, null=True, blank=True, related_name="terms", verbose_name=_("equipment"))
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="terms", verbose_name=_("organization"))
    office = models.ForeignKey("accounts.Office", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("office"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    scope = models.CharField(_("what is free"), max_length=6, choices=Scope.choices)
    component = models.CharField(_("component"), max_length=80, blank=True, help_text=_("Where it holds for a part of the equipment only."))
    starts_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("last day"))
    source = models.CharField(_("according to"), max_length=200, blank=True, help_text=_("The clause or agreement it comes from."))
    paper = models.CharField(_("document"), max_length=60, blank=True, help_text=_("The number of the document it was signed in."))
    price = models.DecimalField(_("price, CNY"), max_digits=12, decimal_places=2, null=True, blank=True)
    origin = models.CharField(_("origin"), max_length=9, choices=Origin.choices, default=Origin.ENTERED)
    renews = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="renewed_by", verbose_name=_("renews"))
    service_ended_on = models.DateField(_("service ended on before"), null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_because = models.CharField(_("why it was withdrawn"), max_length=200, blank=True)
    known_on = models.DateField(_("end known since"), editable=False)
    attend_on = models.DateField(_("to be looked at on"), null=True, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["attend_on", "known_on"])

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ("ends_on", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(contract__isnull=False, equipment__isnull=True) | Q(contract__isnull=True, equipment__isnull=False),
                name="a_term_is_of_a_contract_or_an_equipment",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="a_term_ends_after_it_begins",
                violation_error_message=_("A term ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_because="") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="a_withdrawn_term_says_why",
            ),
            models.CheckConstraint(condition=Q(price__isnull=True) | Q(price__gte=0), name="a_term_costs_something_or_nothing"),
            models.UniqueConstraint(
                fields=["contract", "kind"], condition=Q(origin="contract", withdrawn_at__isnull=True), name="a_contract_is_followed_once"
            ),
            models.UniqueConstraint(
                fields=["equipment", "kind"],
                condition=Q(origin="equipment", withdrawn_at__isnull=True),
                name="an_equipment_is_followed_once",
            ),
            models.UniqueConstraint(
                fields=["contract", "kind", "starts_on", "ends_on", "component"],
                condition=Q(contract__isnull=False, withdrawn_at__isnull=True),
                name="a_contracts_term_stands_once",
            ),
            models.UniqueConstraint(
                fields=["equipment", "kind", "starts_on", "ends_on", "component"],
                condition=Q(equipment__isnull=False, withdrawn_at__isnull=True),
                name="an_equipments_term_stands_once",
            ),
            once_per_source("term_once_per_source"),
        ]
        indexes = [
            models.Index(fields=["ends_on", "id"], name="term_by_end"),
            models.Index(fields=["organization", "ends_on", "id"], name="term_by_organization"),
            models.Index(fields=["office", "ends_on", "id"], name="term_by_office"),
            models.Index(fields=["attend_on", "id"], condition=Q(attend_on__isnull=False), name="term_to_attend"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.subject}"

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("entitlements:term", args=[self.pk])

    @property
    def subject(self) -> str:
        """Answer what it is about: the contract's number, or the equipment and the component."""
        return str(self.contract or self.equipment) + (f" · {self.component}" if self.component else "")

    @property
    def follows(self) -> bool:
        """Whether it only repeats the dates of a contract or an equipment, and changes with them."""
        return self.origin in {self.Origin.CONTRACT, self.Origin.EQUIPMENT}

    @property
    def is_withdrawn(self) -> bool:
        """Whether it does not count any more."""
        return self.withdrawn_at is not None

    def state(self, day: date) -> str:
        """Answer how it stands on a day: withdrawn, coming, running or ended."""
        if self.is_withdrawn:
            return "withdrawn"
        if day < self.starts_on:
            return "coming"
        return "running" if day <= self.ends_on else "ended"

    def span(self) -> engine.Span:
        """Answer it as the rules read it."""
        number = self.contract.number if self.contract else ""
        return engine.Span(self.kind, self.starts_on, self.ends_on, self.scope, self.source, self.component, self.pk, number)
