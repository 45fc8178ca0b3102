"""What is taught, and the material for it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Named
from core import languages


class Kind(models.TextChoices):
    """What a course is for: the trainings that plans promise, and everything else."""

    BASIC = "basic", _("basic training")
    YEARLY = "yearly", _("yearly training")
    ADVANCED = "advanced", _("advanced training")
    OTHER = "other", _("other training")

    @property
    def code(self) -> str:
        """Answer the code of the recurring work in service plans that such a course fulfils; nothing for other courses."""
        return "" if self == Kind.OTHER else f"training-{self.value}"


class Course(Named):
    """A course as it stands in the catalogue (P0 yearly, P3 basic and advanced)."""

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.OTHER)
    goals = models.TextField(_("goals"), max_length=2000, blank=True)
    goals_en = models.TextField(_("goals in English"), max_length=2000, blank=True)
    outline = models.TextField(_("outline"), max_length=8000, blank=True)
    outline_en = models.TextField(_("outline in English"), max_length=8000, blank=True)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, validators=[MinValueValidator(0)])
    products = models.CharField(_("for equipment models"), max_length=200, blank=True, help_text=_("As equipment names them, with commas."))
    skills = models.ManyToManyField("accounts.Skill", blank=True, related_name="courses", verbose_name=_("skills"))
    valid_months = models.PositiveSmallIntegerField(
        _("certificate valid for, months"), null=True, blank=True, validators=[MinValueValidator(1)], help_text=_("Empty: without an end.")
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("points needed"), null=True, blank=True, validators=[MaxValueValidator(100)], help_text=_("Of 100, in the test; empty: no test.")
    )
    is_active = models.BooleanField(_("offered"), default=True)
    history = HistoricalRecords(m2m_fields=[skills])

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="course_kind_is_known"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="a_course_takes_time"),
            models.CheckConstraint(condition=Q(pass_mark__isnull=True) | Q(pass_mark__lte=100), name="pass_mark_is_of_100"),
        ]

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("training:course", args=[self.pk])

    def words(self, name: str) -> str:
        """Answer goals or outline in the language that is active, else in the one it is written in."""
        own, english = getattr(self, name), getattr(self, f"{name}_en")
        return str((english or own) if languages.active() == languages.ENGLISH else (own or english))

    @property
    def shown_goals(self) -> str:
        """Answer what one can do afterwards."""
        return self.words("goals")

    @property
    def shown_outline(self) -> str:
        """Answer what is taught."""
        return self.words("outline")


class Material(models.Model):
    """One version of a file that goes with a course; an older version stays, so that who was taught by it finds it again."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="materials", verbose_name=_("course"))
    title = models.CharField(_("title"), max_length=120)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    note = models.CharField(_("what is new"), max_length=200, blank=True)
    file = models.FileField(_("file"), upload_to="training/%Y/%m", max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveIntegerField(_("size, bytes"))
    content_type = models.CharField(_("content type"), max_length=120)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("course material")
        verbose_name_plural = _("course materials")
        ordering = ("course", "title", "-version")
        constraints = [
            models.UniqueConstraint(fields=["course", "title", "version"], name="material_version_once"),
            models.CheckConstraint(condition=~Q(title=""), name="material_has_a_title"),
        ]

    def __str__(self) -> str:
        return f"{self.title} V{self.version}"
