"""The outbox: what is to be told to whom, and whether it arrived."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.quiet import QuietHours, zone_called
from core.sealing import Box
from notifications.kinds import COLLECTED_KINDS, KINDS

ADDRESSES = Box("addresses of chat channels")
"""They are keys: whoever has one may write there."""
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
    is_discreet = models.BooleanField(
        _("discreet"), default=False, help_text=_("Whom it goes to is named to nobody: they said something without being named.")
    )
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
        return self.kind if self.is_discreet else f"{self.kind} → {self.to}"

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


class ChatChannel(models.Model):
    """A chat or a phone that is told what its person is told in the inbox, or (number and link only) what its team is told."""

    class What(models.TextChoices):
        """Which messages go there."""

        ALL = "all", _("everything that stands in the inbox")
        URGENT = "urgent", _("what is urgent")
        SEVERE = "severe", _("severity 1 only")

    class State(models.TextChoices):
        """Whether anything is sent."""

        UNTRIED = "untried", _("not tried yet")
        ACTIVE = "active", pgettext_lazy("channel", "active")
        PAUSED = "paused", pgettext_lazy("channel", "paused")
        DISABLED = "disabled", pgettext_lazy("channel", "disabled: nothing arrived for a day")

    name = models.CharField(_("name"), max_length=80)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="chat_channels", verbose_name=_("person")
    )
    team = models.ForeignKey("accounts.Team", models.CASCADE, null=True, blank=True, related_name="chat_channels", verbose_name=_("team"))
    kind = models.CharField(_("kind"), max_length=20)
    sealed_url = models.TextField(editable=False)
    what = models.CharField(_("which messages"), max_length=6, choices=What.choices, default=What.ALL)
    digest_minutes = models.PositiveSmallIntegerField(_("collected for, minutes"), default=0, help_text=_("0: each at once."))
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.UNTRIED)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    sent_at = models.DateTimeField(_("last sent"), null=True, blank=True)
    leased_until = models.DateTimeField(_("being sent until"), null=True, blank=True)
    tried_at = models.DateTimeField(_("last tried at"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True, help_text=_("After a failure all that it is told waits."))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("chat channel")
        verbose_name_plural = _("chat channels")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, team=None) | Q(person=None, team__isnull=False), name="chat_is_of_one"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until"))),
                name="chat_quiet_hours_begin_and_end",
                violation_error_message=_("Quiet hours need a beginning and another end."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("notifications:channel", args=[self.pk])

    @property
    def quiet_hours(self) -> QuietHours | None:
        """Answer its own quiet hours; where it has none, those of its person."""
        if self.quiet_from is not None and self.quiet_until is not None:
            return QuietHours(self.quiet_from, self.quiet_until, zone_called(self.person.time_zone if self.person else ""))
        return self.person.quiet_hours if self.person else None

    @property
    def read_in(self) -> str:
        """Answer the language of what it is told."""
        return self.language or (self.person.language if self.person else "") or settings.LANGUAGE_CODE


class ChatDelivery(models.Model):
    """One message for one chat; what is taken back from the inbox is taken back here."""

    channel = models.ForeignKey(ChatChannel, models.CASCADE, related_name="deliveries", db_index=False, verbose_name=_("chat channel"))
    message = models.ForeignKey(Message, models.CASCADE, related_name="chats", verbose_name=_("message"))
    key = models.CharField(_("told once by"), max_length=300)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try at"), default=AT_ONCE)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("chat message")
        verbose_name_plural = _("chat messages")
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="a_chat_is_told_once")]
        indexes = [
            models.Index(fields=["channel", "next_try_at"], condition=Q(state=State.PENDING), name="chat_to_send"),
            models.Index(fields=["channel", "-id"], name="chat_log"),
            models.Index(fields=["-id"], condition=Q(state=State.FAILED), name="chat_given_up"),
        ]

    def __str__(self) -> str:
        return self.key
