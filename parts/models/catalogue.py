"""What parts there are, what they fit, and where they are kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Named

CURRENCY = "CNY"
"""What every price is in."""


class PartType(Named):
    """A part as it stands in the catalogue."""

    maker = models.CharField(_("maker"), max_length=80, blank=True)
    number = models.CharField(_("maker's part number"), max_length=80, blank=True)
    unit = models.CharField(_("unit"), max_length=20, default="件")
    is_serialised = models.BooleanField(
        _("has serial numbers"), default=False, help_text=_("Each item is followed by its serial number, from its arrival to its use.")
    )
    price = models.DecimalField(
        _("price outside warranty, CNY"), max_digits=12, decimal_places=2, help_text=_("For one unit, where it is not free.")
    )
    is_active = models.BooleanField(_("in the catalogue"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("spare part")
        verbose_name_plural = _("spare parts")
        ordering = ("code",)
        constraints = [models.CheckConstraint(condition=Q(price__gte=0), name="part_price_is_not_negative")]
        indexes = [models.Index(fields=["number"], name="part_by_number")]

    def get_absolute_url(self) -> str:
        """Answer the address of the part's page."""
        return reverse("parts:part", args=[self.pk])

    @property
    def label(self) -> str:
        """Answer its code and name, for choices and titles."""
        return f"{self.code} {self}"


class Fit(models.Model):
    """A model of equipment that a part fits."""

    part = models.ForeignKey(PartType, models.CASCADE, related_name="fits", verbose_name=_("spare part"))
    model = models.CharField(_("equipment model"), max_length=80)

    class Meta:
        verbose_name = _("equipment that a part fits")
        verbose_name_plural = _("equipment that parts fit")
        ordering = ("part", "model")
        constraints = [
            models.UniqueConstraint(fields=["part", "model"], name="part_fits_a_model_once"),
            models.CheckConstraint(condition=~Q(model=""), name="part_fits_a_model_that_is_named"),
        ]
        indexes = [models.Index(fields=["model", "part"], name="parts_of_model")]

    def __str__(self) -> str:
        return self.model


class Depot(Named):
    """Where an office keeps parts."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="depots", verbose_name=_("office"))
    address = models.CharField(_("address"), max_length=300, blank=True)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="depots_kept", verbose_name=_("keeper"),
        help_text=_("Is told when something runs low, and when something is needed in a hurry."),
    )  # fmt: skip
    is_active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("depot")
        verbose_name_plural = _("depots")
        ordering = ("code",)
