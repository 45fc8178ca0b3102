"""Documents, the files made of them, and the signatures under them."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import chain, languages

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = (languages.CHINESE, languages.ENGLISH)


class Kind(models.TextChoices):
    """What a document is (P0, P2: the papers that are handed over or signed)."""

    DIAGNOSIS = "diagnosis", _("fault diagnosis report")
    FAULT_REPORT = "fault_report", _("fault handling report")
    SERVICE_REQUEST = "service_request", _("request to work on site")
    SERVICE_CONFIRMATION = "service_confirmation", _("service confirmation")
    INSPECTION_REQUEST = "inspection_request", _("request to inspect on site")
    INSPECTION_REPORT = "inspection_report", _("on-site inspection report")
    MONTHLY_REPORT = "monthly_report", _("monthly service report")
    COMPLAINT_TRACKING = "complaint_tracking", _("complaint tracking form")
    COMPLAINT_RESULT = "complaint_result", _("complaint handling report")
    TRAINING_ATTENDANCE = "training_attendance", _("attendance sheet")
    TRAINING_CERTIFICATE = "training_certificate", _("training certificate")
    SCORE_SHEET = "score_sheet", _("score sheet")
    REQUEST_QUOTATION = "request_quotation", _("quotation for a service request")
    RENEWAL_QUOTATION = "renewal_quotation", _("quotation of a renewal")


INTERNAL = frozenset({Kind.COMPLAINT_TRACKING})
"""Kinds that stay in the house: no customer is shown them."""


class Status(models.TextChoices):
    """Where a document stands."""

    AWAITING = "awaiting", _("awaiting signature")
    ISSUED = "issued", _("issued")
    SIGNED = "signed", _("signed")
    REFUSED = "refused", _("not signed")


def new_token() -> str:
    """Make the secret part of the public address that a QR code leads to (96 bits)."""
    return secrets.token_urlsafe(12)


def hash_of(content: Mapping[str, Any]) -> str:
    """Answer the hash (SHA-256, hex) of what a document says."""
    return hashlib.sha256(chain.canonical(content).encode()).hexdigest()


class Document(models.Model):
    """One version of a document. What it says never changes: a correction is a new version that names this one."""

    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("corrects"))
    reason = models.CharField(_("why it was corrected"), max_length=300, blank=True)
    about = models.CharField(_("about"), max_length=60, help_text=_("What it is about, as kind/number: ticket/12, visit/3."))
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="documents", verbose_name=_("customer"))
    site = models.ForeignKey("customers.Site", models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("site"))
    token = models.CharField(_("public address"), max_length=24, unique=True, default=new_token, editable=False)

    content = models.JSONField(_("content"), help_text=_("What it says, in both languages, as it was issued."))
    content_hash = models.CharField(_("hash of the content"), max_length=64, editable=False)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.ISSUED)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issued by")
    )
    sealed_at = models.DateTimeField(
        _("complete since"), null=True, blank=True, help_text=_("Since when nothing more is awaited and its files can be made.")
    )
    # What the sweep that makes the files reads; empty when there is nothing to do.
    render_at = models.DateTimeField(_("files to be made at"), null=True, blank=True, editable=False)
    problem = models.CharField(_("why its files could not be made"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["kind", "about", "version"], name="document_version_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="document_kind_is_known"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="document_status_is_known"),
            models.CheckConstraint(condition=Q(version=1) | (Q(replaces__isnull=False) & ~Q(reason="")), name="a_correction_names_the_old"),
            models.CheckConstraint(
                condition=Q(status="awaiting", sealed_at__isnull=True) | (~Q(status="awaiting") & Q(sealed_at__isnull=False)),
                name="sealed_when_nothing_is_awaited",
            ),
        ]
        indexes = [
            models.Index(fields=["about", "-id"], name="document_by_subject"),
            models.Index(fields=["organization", "-id"], name="document_by_customer"),
            models.Index(fields=["site", "-id"], name="document_by_site"),
            models.Index(fields=["issued_at"], name="document_by_issue"),
            models.Index(fields=["sealed_at"], condition=Q(sealed_at__isnull=False), name="document_by_seal"),
            models.Index(fields=["render_at", "id"], condition=Q(render_at__isnull=False), name="document_to_render"),
        ]

    def __str__(self) -> str:
        return self.full_number

    def get_absolute_url(self) -> str:
        """Answer the address of the document's page."""
        return reverse("documents:document", args=[self.pk])

    @property
    def full_number(self) -> str:
        """Answer what it is called: its number, and its version from the second on."""
        return self.number if self.version == 1 else f"{self.number}-V{self.version}"

    @property
    def is_intact(self) -> bool:
        """Whether what is stored still has the hash it was issued with."""
        return hash_of(self.content) == self.content_hash

    @property
    def awaits_signature(self) -> bool:
        """Whether the customer's word is still awaited."""
        return self.status == Status.AWAITING

    @property
    def sheet(self) -> dict[str, Any]:
        """Answer what it says in the language that is active."""
        found: dict[str, Any] = self.content["sheets"][languages.active()]
        return found


class Signature(models.Model):
    """Whose name stands under a document, drawn on a screen; or that it was not signed, and why."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="signature", verbose_name=_("document"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    strokes = models.JSONField(_("strokes"), default=list, blank=True, help_text=_("Lines of points [x, y] in a field 1000 wide."))
    seen = models.CharField(_("hash of what was signed"), max_length=64)
    refusal = models.CharField(_("why it was not signed"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"))
    device_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("on the device of"))

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.CheckConstraint(condition=~Q(refusal="") | ~Q(name=""), name="who_signs_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name or self.refusal

    @property
    def is_signed(self) -> bool:
        """Whether it is a signature, not the note that there is none."""
        return not self.refusal


class DocumentFile(models.Model):
    """A document as PDF in one language: made once, stored, never made again."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="files", verbose_name=_("document"))
    language = models.CharField(_("language"), max_length=10, choices=[("zh-hans", "简体中文"), ("en", "English")])
    file = models.FileField(_("file"), upload_to="documents/%Y/%m", max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("size, bytes"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("file of a document")
        verbose_name_plural = _("files of documents")
        ordering = ("document", "-language")
        constraints = [models.UniqueConstraint(fields=["document", "language"], name="one_file_a_language")]

    def __str__(self) -> str:
        return f"{self.document} ({self.language})"
