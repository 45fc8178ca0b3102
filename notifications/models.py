"""The outbox: what is to be told to whom, and whether it arrived."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications.kinds import COLLECTED_KINDS, KINDS

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every real instant: what was never tried goes before what is tried again."""


class Channel(models.TextChoices):
    """How a message reaches a person."""

    INBOX = "inbox", _("inbox")
    EMAIL = "email", pgettext_lazy("channel", "e-mail")


class State(models.TextChoices):
    """How far delivery got."""

    PENDING = "pending", _("to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("given up")


class Wait(models.TextChoices):
    """Why a mail was not sent when it was written."""

    QUIET = "quiet", _("quiet hours of the recipient")
    COLLECTED = "digest", _("collected into one mail, as there were many")
    SPACED = "minute", _("one mail a minute at most")


class Message(models.Model):
    """One thing told to one person by one channel; the row is the queue entry, the record and the inbox."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,  # the partial indexes below are what is asked for
        verbose_name=_("recipient"),
    )
    address = models.EmailField(_("e-mail address"), blank=True, help_text=_("Of somebody who has no account."))
    language = models.CharField(_("language"), max_length=10, blank=True, help_text=_("Empty: the recipient's own."))
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    kind = models.CharField(_("kind"), max_length=40)
    context = models.JSONField(_("content"), default=dict, encoder=DjangoJSONEncoder)
    link = models.CharField(_("link"), max_length=300, blank=True)
    dedupe_key = models.CharField(_("told once by"), max_length=300, unique=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    at_once = models.BooleanField(_("at once"), default=False, help_text=_("Waits for no quiet hours: severity 1."))
    waits = models.CharField(_("waits because"), max_length=8, choices=Wait.choices, blank=True)
    # A mail may carry others to the same person: those are delivered when it is, and are nobody's own try.
    carried_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, db_index=False, related_name="carries", verbose_name=_("went with")
    )
    created_at = models.DateTimeField(_("created at"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try at"), default=AT_ONCE)
    # A row whose worker died comes back by itself when its lease is over.
    leased_until = models.DateTimeField(_("being sent until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | (Q(channel=Channel.EMAIL) & ~Q(address="")),
                name="message_goes_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False) | Q(state__in=[State.PENDING, State.FAILED], sent_at__isnull=True),
                name="message_sent_is_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["-urgent", "next_try_at", "id"], condition=Q(state=State.PENDING), name="message_to_deliver"),
            models.Index(fields=["-id"], condition=Q(state=State.FAILED), name="message_given_up"),
            models.Index(fields=["carried_by"], condition=Q(carried_by__isnull=False), name="message_carried"),
            models.Index(
                fields=["recipient", "state", "-sent_at"],
                condition=Q(kind__in=COLLECTED_KINDS, channel=Channel.EMAIL, carried_by__isnull=True),
                name="message_collected",
            ),
            models.Index(fields=["recipient", "-id"], condition=Q(channel=Channel.INBOX), name="message_inbox"),
            models.Index(fields=["recipient"], condition=Q(channel=Channel.INBOX, read_at__isnull=True), name="message_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to}"

    @property
    def to(self) -> str:
        """Answer the e-mail address it goes to; a person's is looked up, since it may have changed."""
        return self.recipient.email if self.recipient else self.address

    @property
    def waits_on_purpose(self) -> bool:
        """Whether it was not tried yet because it is not to be sent yet."""
        return self.state == State.PENDING and bool(self.waits) and not self.attempts

    @property
    def label(self) -> str:
        """Answer what the kind is called."""
        return str(KINDS[self.kind].label) if self.kind in KINDS else self.kind

    @property
    def read_in(self) -> str:
        """Answer the language the recipient reads."""
        return self.language or (self.recipient.language if self.recipient else "") or settings.LANGUAGE_CODE

    @property
    def fingerprint(self) -> str:
        """Answer an id that stays the same over all tries and tells nothing of the content."""
        return sha256(self.dedupe_key.encode()).hexdigest()[:32]
