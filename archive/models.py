"""What is kept of archives: the exports that were asked for. The timeline itself is read where it was written."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from archive.scope import EQUIPMENT, ORGANIZATION, SITE
from documents.models import LANGUAGES
from tickets.figures.period import Period

if TYPE_CHECKING:
    from datetime import datetime

SLOTS = (1, 2)
"""So many exports are made at once on the whole desk."""


def new_token() -> str:
    """Make a name for the file that nobody can guess (128 bits)."""
    return secrets.token_urlsafe(16)


class ArchiveExport(models.Model):
    """One file that somebody asked for: made once, by whichever worker holds its lease, kept for some days."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting")
        MAKING = "making", _("being made")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")
        REMOVED = "removed", pgettext_lazy("export", "removed")

    class Form(models.TextChoices):
        """What is made."""

        ZIP = "zip", _("ZIP with papers and files")
        PDF = "pdf", _("PDF of the timeline")

    LIVE: ClassVar = ("waiting", "making")

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="+", verbose_name=_("asked for by"))
    asked_at = models.DateTimeField(_("asked for at"))
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="+", verbose_name=_("customer"))
    site = models.ForeignKey("customers.Site", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    equipment = models.ForeignKey(
        "customers.Equipment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("equipment")
    )
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    form = models.CharField(_("form"), max_length=3, choices=Form.choices, default=Form.ZIP)
    language = models.CharField(_("language"), max_length=10, choices=[("zh-hans", "简体中文"), ("en", "English")])
    key = models.CharField(_("what is asked for"), max_length=120, editable=False)

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    slot = models.PositiveSmallIntegerField(_("place among those being made"), null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("times begun"), default=0)
    claimed_until = models.DateTimeField(
        _("held until"), null=True, blank=True, editable=False, help_text=_("Later than this another worker begins anew.")
    )
    total = models.PositiveIntegerField(_("steps"), default=0)
    done = models.PositiveIntegerField(_("steps done"), default=0)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    trouble = models.CharField(_("why it could not be made"), max_length=300, blank=True)

    token = models.CharField(max_length=24, unique=True, default=new_token, editable=False)
    file = models.FileField(_("file"), upload_to="archives/%Y/%m", max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size, bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    entries = models.PositiveIntegerField(_("entries"), default=0)
    left_out = models.PositiveIntegerField(_("files left out"), default=0)

    class Meta:
        verbose_name = _("export of an archive")
        verbose_name_plural = _("exports of archives")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="export_days_in_order"),
            models.CheckConstraint(condition=Q(state__in=["waiting", "making", "done", "failed", "removed"]), name="export_state_is_known"),
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="export_language_is_known"),
            models.CheckConstraint(
                condition=~Q(state="making") | Q(slot__isnull=False, claimed_until__isnull=False), name="an_export_being_made_is_held"
            ),
            models.CheckConstraint(condition=Q(state="making") | Q(slot__isnull=True), name="only_what_is_being_made_has_a_place"),
            models.CheckConstraint(condition=Q(slot__isnull=True) | Q(slot__in=SLOTS), name="so_many_exports_at_once"),
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(file="") & Q(expires_at__isnull=False)), name="a_done_export_has_a_file_that_expires"
            ),
            models.UniqueConstraint(fields=["slot"], name="one_export_a_place"),
            models.UniqueConstraint(
                fields=["asked_by", "key"], condition=Q(state__in=["waiting", "making"]), name="an_export_is_asked_for_once_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_by", "-id"], name="export_by_asker"),
            models.Index(fields=["id"], condition=Q(state__in=["waiting", "making"]), name="export_to_make"),
            models.Index(fields=["expires_at"], condition=Q(state="done"), name="export_to_remove"),
        ]

    def __str__(self) -> str:
        return f"{self.thing} {self.first} – {self.last}"

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("archive:export", args=[self.pk])

    @property
    def thing(self) -> object:
        """Answer what it is the archive of."""
        return self.equipment or self.site or self.organization

    @property
    def scope_key(self) -> tuple[str, int]:
        """Answer what finds that again."""
        if self.equipment_id:
            return EQUIPMENT, self.equipment_id
        return (SITE, self.site_id) if self.site_id else (ORGANIZATION, self.organization_id)

    @property
    def period(self) -> Period:
        """Answer its days."""
        return Period(self.first, self.last)

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
