"""What is brought in and given away: imports with what was refused, where each thing came from, and exports."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from datetime import datetime

LANGUAGE_NAMES = (("zh-hans", "简体中文"), ("en", "English"))


def new_token() -> str:
    """Make a name for a file that nobody can guess (128 bits)."""
    return secrets.token_urlsafe(16)


def upload_path(row: DataImport, name: str) -> str:
    """Answer a place that tells nothing and that nobody can guess."""
    return f"imports/{new_token()}"


class DataImport(models.Model):
    """One file of another system: tried, then brought in a batch at a time. Where it stands is written with each batch."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", pgettext_lazy("import", "to be tried")
        CHECKING = "checking", pgettext_lazy("import", "being tried")
        CHECKED = "checked", pgettext_lazy("import", "tried")
        RUNNING = "running", pgettext_lazy("import", "under way")
        DONE = "done", pgettext_lazy("import", "done")
        CANCELLED = "cancelled", pgettext_lazy("import", "stopped")
        FAILED = "failed", pgettext_lazy("import", "failed")

    LIVE: ClassVar = ("checking", "running")

    source = models.SlugField(
        _("source"), max_length=40, help_text=_("The other system, by a name that stays: it tells what is here already.")
    )
    preset = models.CharField(_("kind of file"), max_length=20, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name=_("imported by"))
    asked_at = models.DateTimeField(_("uploaded at"))
    file = models.FileField(_("file"), upload_to=upload_path, max_length=200, blank=True)
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    delimiter = models.CharField(_("delimiter"), max_length=1, blank=True)
    mapping = models.JSONField(_("mapping"), default=dict)

    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    step = models.PositiveSmallIntegerField(_("table that it is at"), default=0)
    row = models.PositiveBigIntegerField(_("rows of it that are done"), default=0)
    done = models.PositiveBigIntegerField(_("rows done"), default=0)
    total = models.PositiveBigIntegerField(_("rows"), default=0)
    counts = models.JSONField(_("what became of them"), default=dict)
    sample = models.JSONField(_("first rows"), default=list)
    refused = models.PositiveIntegerField(_("rows refused"), default=0)
    claimed_until = models.DateTimeField(
        _("held until"), null=True, blank=True, editable=False, help_text=_("Later than this another worker begins anew.")
    )
    begun_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("stopped by")
    )
    trouble = models.CharField(_("why it could not go on"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "checking", "checked", "running", "done", "cancelled", "failed"]),
                name="import_state_is_known",
            ),
            models.CheckConstraint(condition=~Q(state__in=["checking", "running"]) | ~Q(file=""), name="a_live_import_has_its_file"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="running"), name="one_import_at_a_time"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=["checking", "running"]), name="import_to_go_on"),
            models.Index(fields=["asked_at"], condition=~Q(file=""), name="import_file_to_remove"),
        ]

    def __str__(self) -> str:
        return f"{self.source} · {self.name}"

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("transfer:import", args=[self.pk])

    @property
    def is_live(self) -> bool:
        """Whether a worker still has to do with it."""
        return self.state in self.LIVE

    @property
    def percent(self) -> int:
        """Answer how far it came, from 0 to 100; while it is tried nobody knows how many rows there are."""
        if self.state in (self.State.DONE, self.State.CHECKED):
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


class ImportProblem(models.Model):
    """A row that is refused, or a part of it: where it stands, what is wrong, and the row itself to be mended."""

    data_import = models.ForeignKey(DataImport, models.CASCADE, db_index=False, related_name="problems", verbose_name=_("import"))
    table = models.CharField(_("table"), max_length=100)
    line = models.PositiveBigIntegerField(_("line"))
    kind = models.CharField(_("kind"), max_length=12)
    key = models.CharField(_("id in the other system"), max_length=200, blank=True)
    field = models.CharField(_("field"), max_length=40, blank=True)
    code = models.CharField(_("code"), max_length=30)
    value = models.CharField(_("value"), max_length=200, blank=True)
    is_refused = models.BooleanField(_("row refused"), default=True)
    data = models.JSONField(_("row"), default=dict)

    class Meta:
        verbose_name = _("problem of an import")
        verbose_name_plural = _("problems of an import")
        ordering = ("id",)
        indexes = [models.Index(fields=["data_import", "id"], name="import_problems_in_order")]

    def __str__(self) -> str:
        return f"{self.table}:{self.line} {self.code}"


class Imported(models.Model):
    """What a thing of another system became here, so that it is never brought in twice."""

    source = models.SlugField(_("source"), max_length=40, db_index=False)
    kind = models.CharField(_("kind"), max_length=12)
    key = models.CharField(_("id in the other system"), max_length=200)
    thing = models.BigIntegerField(_("id"))
    digest = models.CharField(_("what it said"), max_length=64)
    is_made = models.BooleanField(_("made by the import"), default=True, help_text=_("No: it was here before, and is never changed."))
    events = models.PositiveIntegerField(_("lines of its record then"), default=0)
    run = models.ForeignKey(DataImport, models.SET_NULL, null=True, related_name="+", verbose_name=_("import"))
    at = models.DateTimeField(_("last brought in at"))

    class Meta:
        verbose_name = _("origin of a thing")
        verbose_name_plural = _("origins of things")
        constraints = [models.UniqueConstraint(fields=["source", "kind", "key"], name="a_thing_of_a_source_once")]
        indexes = [models.Index(fields=["kind", "thing"], name="origin_of_a_thing")]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.key}"


class DataExport(models.Model):
    """Everything of an organization that its asker may see, as one file: made once, kept for some days."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting")
        MAKING = "making", _("being made")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")
        REMOVED = "removed", pgettext_lazy("export", "removed")

    LIVE: ClassVar = ("waiting", "making")

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="+", verbose_name=_("asked for by"))
    asked_at = models.DateTimeField(_("asked for at"))
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="+", verbose_name=_("customer"))
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGE_NAMES)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("times begun"), default=0)
    claimed_until = models.DateTimeField(
        _("held until"), null=True, blank=True, editable=False, help_text=_("Later than this another worker begins anew.")
    )
    total = models.PositiveBigIntegerField(_("steps"), default=0)
    done = models.PositiveBigIntegerField(_("steps done"), default=0)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    trouble = models.CharField(_("why it could not be made"), max_length=300, blank=True)
    token = models.CharField(max_length=24, unique=True, default=new_token, editable=False)
    file = models.FileField(_("file"), upload_to="exports/%Y/%m", max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size, bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    counts = models.JSONField(_("what it holds"), default=dict)
    left_out = models.PositiveIntegerField(_("files left out"), default=0)
    changes_after = models.BigIntegerField(
        _("changes after"),
        null=True,
        blank=True,
        help_text=_("What was changed since is read from the feed of changes, from this number on."),
    )

    class Meta:
        verbose_name = _("export of an organization")
        verbose_name_plural = _("exports of organizations")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "making", "done", "failed", "removed"]), name="data_export_state_is_known"
            ),
            models.CheckConstraint(condition=~Q(state="making") | Q(claimed_until__isnull=False), name="a_data_export_being_made_is_held"),
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(file="") & Q(expires_at__isnull=False)), name="a_done_data_export_has_a_file_that_expires"
            ),
            models.UniqueConstraint(fields=["state"], condition=Q(state="making"), name="one_data_export_at_a_time"),
            models.UniqueConstraint(
                fields=["asked_by", "organization"], condition=Q(state__in=["waiting", "making"]), name="a_data_export_is_asked_for_once"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_by", "-id"], name="data_export_by_asker"),
            models.Index(fields=["id"], condition=Q(state__in=["waiting", "making"]), name="data_export_to_make"),
            models.Index(fields=["expires_at"], condition=Q(state="done"), name="data_export_to_remove"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.asked_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("transfer:export", args=[self.pk])

    @property
    def is_live(self) -> bool:
        """Whether a worker still has to do with it."""
        return self.state in self.LIVE

    @property
    def percent(self) -> int:
        """Answer how far it came, from 0 to 100."""
        if self.state == self.State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0

    def is_there(self, at: datetime) -> bool:
        """Whether its file can be fetched."""
        return self.state == self.State.DONE and self.expires_at is not None and at < self.expires_at
