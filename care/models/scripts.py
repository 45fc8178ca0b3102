"""What is asked in a call: questions as data, in versions that never change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    from collections.abc import Mapping


class ForKind(models.TextChoices):
    """Which calls a script is for."""

    CALLBACK = "callback", _("call-back")
    INQUIRY = "inquiry", _("proactive inquiry")
    CARE = "care", _("customer care")


def said_in(words: Mapping[str, Any], name: str = "text") -> str:
    """Answer words of a script in the reader's language."""
    english = str(words.get(f"{name}_en") or "")
    return english if english and (get_language() or "").startswith("en") else str(words.get(name) or "")


class Script(models.Model):
    """A guide through a call, for one kind of calls; of several the one with the newest version is used."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=ForKind.choices)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("script of calls")
        verbose_name_plural = _("scripts of calls")
        ordering = ("kind", "code")
        constraints = [models.CheckConstraint(condition=Q(kind__in=ForKind.values), name="script_kind_is_known")]

    def __str__(self) -> str:
        return said_in({"name": self.name, "name_en": self.name_en}, "name")


class ScriptVersion(models.Model):
    """The questions as they are asked from a moment on; a call keeps the version it was held by."""

    script = models.ForeignKey(Script, models.PROTECT, related_name="versions", verbose_name=_("script of calls"))
    number = models.PositiveIntegerField(_("version"))
    greeting = models.TextField(_("how the call begins"), blank=True)
    greeting_en = models.TextField(_("how the call begins, in English"), blank=True)
    questions = models.JSONField(_("questions"))
    checksum = models.CharField(_("checksum"), max_length=64)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )

    class Meta:
        verbose_name = _("version of a script")
        verbose_name_plural = _("versions of scripts")
        ordering = ("script", "-number")
        constraints = [models.UniqueConstraint(fields=["script", "number"], name="script_version_number_once")]

    def __str__(self) -> str:
        return f"{self.script} v{self.number}"

    @property
    def opening(self) -> str:
        """Answer how the call begins, in the reader's language."""
        return said_in({"text": self.greeting, "text_en": self.greeting_en})
