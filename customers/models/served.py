"""Who is served: organizations, their people, sites, equipment and contracts."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.foreign import Foreign, once_per_source

if TYPE_CHECKING:
    from datetime import date


CANARY = "canary"
"""The code of the organization whose tickets only prove that reports are promised, escalated and delivered; nobody's customer."""


def new_qr_id() -> str:
    """Make an id for a label that is short, not guessable and free of look-alike letters."""
    return "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTUVWXYZ") for _i in range(10))


class Organization(Foreign):
    """A customer: the company or institution that signed the contract."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ("name",)
        constraints = [once_per_source("organization_once_per_source")]
        indexes = [models.Index(fields=["name", "id"], name="organization_by_name")]

    def __str__(self) -> str:
        return self.short_name or self.name


class Site(Foreign):
    """A place where equipment of a customer stands."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="sites", verbose_name=_("organization"))
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=300, blank=True)
    region = models.ForeignKey("accounts.Region", models.PROTECT, related_name="sites", verbose_name=_("region"))
    contact_name = models.CharField(_("contact"), max_length=80, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=40, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ("organization", "name")
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="site_name_once_per_organization"),
            once_per_source("site_once_per_source"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(Foreign):
    """A person's place at a customer: the organization, and the sites they may see (a supervisor sees all)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="membership", verbose_name=_("user"))
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="memberships", verbose_name=_("organization"))
    sites = models.ManyToManyField(Site, blank=True, related_name="memberships", verbose_name=_("sites"))
    history = HistoricalRecords(m2m_fields=[sites])

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [once_per_source("membership_once_per_source")]

    def __str__(self) -> str:
        return f"{self.user} · {self.organization}"


class Equipment(Foreign):
    """A system or a device that is served."""

    class Kind(models.TextChoices):
        """What warranty rules apply."""

        SYSTEM = "system", _("system")
        HARDWARE = "hardware", _("hardware")

    site = models.ForeignKey(Site, models.PROTECT, related_name="equipment", verbose_name=_("site"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.SYSTEM)
    name = models.CharField(_("name"), max_length=120)
    maker = models.CharField(_("maker"), max_length=80, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    serial_number = models.CharField(_("serial number"), max_length=80, blank=True)
    qr_id = models.CharField(_("QR id"), max_length=16, unique=True, default=new_qr_id)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    maker_warranty_until = models.DateField(_("maker's warranty until"), null=True, blank=True)
    skill = models.ForeignKey(
        "accounts.Skill", models.SET_NULL, null=True, blank=True, related_name="equipment", verbose_name=_("skill needed")
    )
    is_active = models.BooleanField(_("in service"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")
        ordering = ("site", "name")
        constraints = [once_per_source("equipment_once_per_source")]
        indexes = [models.Index(fields=["serial_number"], name="equipment_by_serial_number")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("customers:equipment", args=[self.pk])


class Contract(Foreign):
    """What was signed: terms, service plan and the equipment it covers (none named = all of the customer's)."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="contracts", verbose_name=_("organization"))
    number = models.CharField(_("number"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    plan = models.ForeignKey("sla.Plan", models.PROTECT, related_name="contracts", verbose_name=_("service plan"))
    accepted_on = models.DateField(_("acceptance signed on"))
    warranty_months = models.PositiveSmallIntegerField(_("warranty, months"), default=12)
    free_service_months = models.PositiveSmallIntegerField(_("free service, months"), default=12)
    ends_on = models.DateField(
        _("service ends on"), null=True, blank=True, help_text=_("The last day of the paid service contract, if there is one.")
    )
    equipment = models.ManyToManyField(Equipment, blank=True, related_name="contracts", verbose_name=_("covered equipment"))
    history = HistoricalRecords(m2m_fields=[equipment])

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ("organization", "number")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("accepted_on")),
                name="contract_ends_after_acceptance",
                violation_error_message=_("A contract ends after its acceptance was signed."),
            ),
            once_per_source("contract_once_per_source"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def warranty_until(self) -> date:
        """Answer the last day of the warranty, counted from the signed acceptance (P0, P1)."""
        return self.accepted_on + relativedelta(months=self.warranty_months, days=-1)

    @property
    def free_until(self) -> date:
        """Answer the last day on which service is free of charge."""
        return self.accepted_on + relativedelta(months=self.free_service_months, days=-1)

    @property
    def in_force_until(self) -> date:
        """Answer the last day on which its plan's promises hold: of the warranty, the free or the paid service."""
        return max(day for day in (self.warranty_until, self.free_until, self.ends_on) if day)

    def is_in_force(self, day: date) -> bool:
        """Whether its plan's promises hold on a day."""
        return self.accepted_on <= day <= self.in_force_until
