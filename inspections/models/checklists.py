"""Checklists and their versions: what is to be looked at, and how."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Named


class Section(models.TextChoices):
    """The two halves of an inspection, by the handbook."""

    SYSTEM = "system", _("system check")
    GENERAL = "general", _("general check")


class Part(models.TextChoices):
    """What a system check goes through (P2)."""

    SOFTWARE = "software", _("software")
    HARDWARE = "hardware", _("hardware")
    POWER = "power", _("power")
    ALARMS = "alarms", _("alarms")


class Kind(models.TextChoices):
    """How an item is answered."""

    CHECK = "check", _("in order or not")
    NUMBER = "number", _("figure")
    CHOICE = "choice", _("choice")
    TEXT = "text", _("words")
    PHOTO = "photo", _("photo")


def reads_english() -> bool:
    """Whether the active language is English."""
    return (get_language() or "").startswith("en")


class Worded(models.Model):
    """What is to be looked at, and how, in both languages."""

    code = models.SlugField(
        _("code"), max_length=40, blank=True, default="", db_index=False, help_text=_("Stays the same in every version of the checklist.")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.CHECK)
    section = models.CharField(_("part"), max_length=8, choices=Section.choices, default=Section.SYSTEM)
    part = models.CharField(_("part of the system check"), max_length=8, choices=Part.choices, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("item"), max_length=200)
    text_en = models.CharField(_("item in English"), max_length=200, blank=True)
    hint = models.CharField(_("how to check"), max_length=300, blank=True)
    hint_en = models.CharField(_("how to check, in English"), max_length=300, blank=True)
    unit = models.CharField(_("unit of what is measured"), max_length=20, blank=True)
    low = models.DecimalField(_("lower limit"), max_digits=14, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(_("upper limit"), max_digits=14, decimal_places=4, null=True, blank=True)
    options = models.JSONField(_("options"), default=list, blank=True)
    required = models.BooleanField(_("required"), default=True, help_text=_("A required item cannot be left open."))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text_en or self.text if reads_english() else self.text

    @property
    def advice(self) -> str:
        """Answer how to check it, in the reader's language."""
        return self.hint_en or self.hint if reads_english() else self.hint

    @property
    def place(self) -> str:
        """Answer the heading it stands under: its half, and its part where it has one."""
        return f"{self.get_section_display()} · {self.get_part_display()}" if self.part else str(self.get_section_display())

    @property
    def named_options(self) -> list[tuple[str, str, bool]]:
        """Answer the options of a choice: code, words in the reader's language, and whether it is bad."""
        english = reads_english()
        return [(row["code"], row["text_en"] or row["text"] if english else row["text"], row["bad"]) for row in self.options]

    def option(self, code: str) -> dict[str, Any] | None:
        """Answer one option of a choice."""
        return next((row for row in self.options if row["code"] == code), None)

    @property
    def limits(self) -> str:
        """Answer the limits in signs: 18 – 27 ℃, ≤ 85 %."""
        low, high = plain(self.low), plain(self.high)
        bounds = f"{low} – {high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""
        return f"{bounds} {self.unit}".strip() if bounds else ""


def plain(value: Any) -> str:
    """Write a number without the zeros its column keeps."""
    written = "" if value is None else f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


class ChecklistTemplate(Named):
    """A checklist by name; what it asks stands in its versions."""

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ("code",)


class ChecklistVersion(models.Model):
    """What a checklist asks from a moment on; never changed once made, so that old reports stay true."""

    template = models.ForeignKey(ChecklistTemplate, models.PROTECT, related_name="versions", verbose_name=_("checklist"))
    number = models.PositiveIntegerField(_("version"))
    checksum = models.CharField(_("checksum"), max_length=64, editable=False)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )

    class Meta:
        verbose_name = _("checklist version")
        verbose_name_plural = _("checklist versions")
        ordering = ("template", "-number")
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="checklist_version_number_once")]

    def __str__(self) -> str:
        return f"{self.template} v{self.number}"


class ChecklistItem(Worded):
    """One thing to look at."""

    version = models.ForeignKey(ChecklistVersion, models.CASCADE, related_name="items", verbose_name=_("checklist version"))

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ("version", "position")
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="checklist_position_once_per_version"),
            models.UniqueConstraint(fields=["version", "code"], condition=~Q(code=""), name="checklist_code_once_per_version"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="checklist_kind_is_known"),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=F("high")), name="checklist_limits_are_in_order"
            ),
        ]
