"""What can be asked for, in versions: a request keeps the version it was made with."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Named
from catalogue.engine import Definition, spoken
from core import languages


class Group(models.TextChoices):
    """Under which heading the catalogue shows an item."""

    CHANGE = "change", _("Moving and changing")
    TUNING = "tuning", _("Tuning and capacity")
    ADVICE = "advice", _("Advice")
    SUPPLY = "supply", _("Supply")
    PEOPLE = "people", _("People and training")


class Item(Named):
    """One service that can be asked for; name and group are those of its newest version."""

    group = models.CharField(_("group"), max_length=10, choices=Group.choices)
    position = models.PositiveSmallIntegerField(_("position"), default=100, help_text=_("Within its group, the smallest first."))
    is_offered = models.BooleanField(_("offered"), default=True, help_text=_("Otherwise nobody can ask for it; earlier requests stay."))
    version = models.OneToOneField(
        "catalogue.ItemVersion", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("newest version"), editable=False
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("catalogue item")
        verbose_name_plural = _("catalogue items")
        ordering = ("position", "code")
        constraints = [models.CheckConstraint(condition=Q(group__in=Group.values), name="item_group_is_known")]

    def get_absolute_url(self) -> str:
        """Answer the address of its page, where it is asked for."""
        return reverse("catalogue:item", args=[self.code])

    @property
    def definition(self) -> Definition:
        """Answer what it is now."""
        if self.version is None:  # never saved so by the services
            raise ValueError(self.code)
        return self.version.definition


class ItemVersion(models.Model):
    """What an item was from an instant on. Never changes."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="versions", verbose_name=_("catalogue item"))
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    source = models.TextField(_("as it was written"), blank=True)
    checksum = models.CharField(_("checksum"), max_length=64, editable=False)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )

    class Meta:
        verbose_name = _("version of a catalogue item")
        verbose_name_plural = _("versions of catalogue items")
        ordering = ("item", "-number")
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="item_version_number_once")]

    def __str__(self) -> str:
        return f"{self.item} v{self.number}"

    @cached_property
    def definition(self) -> Definition:
        """Answer its content as the engine reads it."""
        return Definition.from_dict(self.content)

    @property
    def description(self) -> str:
        """Answer what it is for, in the language that is active."""
        return spoken(self.definition.description, languages.active())
