"""Programs of others that use the REST interface under a name of their own."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    from datetime import datetime

RATE, HIGHEST_RATE = 600, 100_000
"""Requests a minute."""


def new_client_id() -> str:
    """Make a name for a client: no secret, but nobody else's."""
    return f"client_{secrets.token_hex(12)}"


class ApiClient(AbstractApplication):
    """A program that fetches its own tokens (OAuth 2.0, client credentials) and acts as a person, within its scopes."""

    # What the library keeps for logins in a browser, of which there are none: facts of every client instead of columns.
    client_type = AbstractApplication.CLIENT_CONFIDENTIAL
    authorization_grant_type = AbstractApplication.GRANT_CLIENT_CREDENTIALS
    registration_source = AbstractApplication.RegistrationSource.MANUAL
    redirect_uris = post_logout_redirect_uris = allowed_origins = algorithm = ""
    hash_client_secret, skip_authorization = True, False
    cimd_expires_at = created = updated = None

    client_id = models.CharField(_("client ID"), max_length=40, unique=True, default=new_client_id, editable=False)
    name = models.CharField(_("name"), max_length=80)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("acts as"))
    scopes = models.JSONField(_("scopes"), default=list)
    rate = models.PositiveIntegerField(
        _("requests a minute"), default=RATE, validators=[MinValueValidator(1), MaxValueValidator(HIGHEST_RATE)]
    )
    is_enabled = models.BooleanField(_("enabled"), default=True)
    start = models.CharField(_("secret begins with"), max_length=12)
    digest = models.CharField(max_length=64, editable=False)
    old_digest = models.CharField(max_length=64, blank=True, editable=False)
    old_until = models.DateTimeField(_("secret before opens until"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["digest", "old_digest", "last_used_at"])

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(rate__gte=1, rate__lte=HIGHEST_RATE), name="client_rate_is_possible"),
            models.CheckConstraint(condition=Q(old_digest="") | Q(old_until__isnull=False), name="old_client_secret_has_an_end"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("clients:client", args=[self.pk])

    @property
    def client_secret(self) -> ApiClient:
        """Answer itself: the library hands it on to `ClientValidator`, which knows that two secrets may hold."""
        return self

    def is_opened_by(self, digest: str, at: datetime) -> bool:
        """Whether a secret with this hash holds now."""
        holding = [self.digest, *([self.old_digest] if self.both_hold(at) else [])]
        return any([constant_time_compare(digest, each) for each in holding])  # noqa: C419 - all, so that none takes shorter

    def both_hold(self, at: datetime) -> bool:
        """Whether the secret before still opens."""
        return bool(self.old_digest) and self.old_until is not None and at < self.old_until

    @property
    def is_open(self) -> bool:
        """Whether it may fetch tokens and use them."""
        return self.is_enabled and self.revoked_at is None and self.user.is_active

    def is_usable(self, request: Any) -> bool:
        """Whether the library may let it in."""
        return self.is_open
