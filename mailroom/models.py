"""Where mail is fetched, every mail that came with what became of it, and whose mail is not wanted."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from core.sealing import Box
from tickets.models import Kind as TicketKind

if TYPE_CHECKING:
    from django.utils.functional import Promise

PASSWORDS = Box("passwords of mailboxes")
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
SUBJECT, ADDRESS, IDS = 300, 254, 250
"""Characters that are kept of a subject, an address and a message's id."""


class Mailbox(models.Model):
    """A folder of a mail server that is read by IMAP."""

    class Security(models.TextChoices):
        """How the line is made safe."""

        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")
        NONE = "none", _("none (only within one's own network)")

    name = models.CharField(_("name"), max_length=80)
    address = models.EmailField(_("e-mail address"), help_text=_("Under which this mailbox receives; mail from it is our own."))
    host = models.CharField(_("server"), max_length=200)
    port = models.PositiveIntegerField(_("port"), default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)])
    security = models.CharField(_("security"), max_length=8, choices=Security.choices, default=Security.TLS)
    username = models.CharField(_("user name"), max_length=200)
    secret = models.TextField(_("password, encrypted"), editable=False)
    folder = models.CharField(_("folder"), max_length=120, default="INBOX")
    done_folder = models.CharField(
        _("folder for what was taken"), max_length=120, blank=True, help_text=_("Empty: it stays where it is, marked as read.")
    )
    kind = models.CharField(_("kind of new tickets"), max_length=12, choices=TicketKind.choices, default=TicketKind.FAULT)
    severity = models.PositiveSmallIntegerField(
        _("severity of new tickets"), default=3, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made at"))

    # where reading stands; not in the history
    uid_validity = models.BigIntegerField(_("numbering of the folder"), null=True, blank=True)
    last_uid = models.BigIntegerField(_("last message read"), default=0)
    checked_at = models.DateTimeField(_("last read at"), null=True, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    left_words = models.CharField(_("last message that was left there"), max_length=300, blank=True)
    left_at = models.DateTimeField(_("left there at"), null=True, blank=True)
    next_at = models.DateTimeField(_("next read at"), default=AT_ONCE)
    leased_until = models.DateTimeField(_("being read until"), null=True, blank=True)

    history = HistoricalRecords(
        excluded_fields=[
            *("secret", "uid_validity", "last_uid", "checked_at", "failing_since", "last_error", "left_words", "left_at"),
            *("next_at", "leased_until"),
        ]
    )

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["host", "username", "folder"], name="a_folder_is_read_once"),
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=4), name="mailbox_severity_is_1_to_4"),
            models.CheckConstraint(condition=~Q(done_folder=models.F("folder")), name="mailbox_moves_elsewhere"),
        ]
        indexes = [models.Index(fields=["next_at", "id"], condition=Q(is_active=True), name="mailbox_to_read")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("mailroom:mailbox", args=[self.pk])


def raw_path(mail: IncomingMail, name: str) -> str:
    """Answer a place that tells nothing and that nobody can guess."""
    token = uuid.uuid4().hex
    return f"mail/{token[:2]}/{token}.eml"


class IncomingMail(models.Model):
    """A mail as it came, kept before anything is done with it, and what became of it."""

    class Way(models.TextChoices):
        """How it reached us."""

        IMAP = "imap", _("mailbox")
        PIPE = "pipe", _("pipe")
        SMTP = "smtp", _("SMTP")
        API = "api", _("API")

    class State(models.TextChoices):
        """What became of it."""

        NEW = "new", _("to be read")
        TAKEN = "taken", pgettext_lazy("mail", "taken over")
        REVIEW = "review", _("in the review tray")
        IGNORED = "ignored", pgettext_lazy("mail", "set aside")
        DISCARDED = "discarded", _("discarded")

    class Reason(models.TextChoices):
        """Why, in a word."""

        OPENED = "opened", _("new ticket")
        REPLIED = "replied", _("answer to a ticket")
        FOLLOWED = "followed", _("new ticket that follows an ended one")
        ACCEPTED = "accepted", _("accepted by a person")
        ATTACHED = "attached", _("put to a ticket by a person")
        STRANGER = "stranger", _("the sender is not known")
        NO_RIGHT = "no_right", _("the sender may not write to that ticket")
        UNPROVED = "unproved", _("a colleague's address, without the signed address to answer to")
        FORGED = "forged", _("the mail server says that it is not from whom it names")
        OUR_OWN = "colleague", _("a colleague wrote about no ticket")
        NO_PLACE = "no_place", _("the sender belongs to no site")
        FLOOD = "flood", _("too many mails in a short time")
        LIST = "list", _("mailing list or bulk mail")
        MACHINE = "machine", _("written by a machine")
        EMPTY = "empty", _("there is nothing to read in it")
        UNREADABLE = "unreadable", _("it cannot be taken apart")
        TOO_LARGE = "too_large", _("it is too large; only its head was fetched")
        REFUSED = "refused", _("the ticket does not take it")
        FAILED = "failed", _("taking it over failed again and again")
        RETURNED = "returned", _("brought back by a person")
        BOUNCE = "bounce", _("a mail of ours came back")
        AUTO_REPLY = "auto_reply", _("automatic reply")
        RECEIPT = "receipt", _("read receipt")
        LOOP = "loop", _("our own mail came back")
        BLOCKED = "blocked", _("the sender is blocked")

    mailbox = models.ForeignKey(
        Mailbox, models.SET_NULL, null=True, blank=True, db_index=False, related_name="mails", verbose_name=_("mailbox")
    )
    way = models.CharField(_("came by"), max_length=4, choices=Way.choices)
    key = models.CharField(_("known by"), max_length=64, unique=True, editable=False)
    message_id = models.CharField(_("message id"), max_length=IDS, blank=True)
    raw = models.FileField(_("as it came"), upload_to=raw_path, max_length=200, blank=True)
    size = models.PositiveIntegerField(_("size, bytes"))
    envelope_from = models.CharField(_("envelope sender"), max_length=ADDRESS, blank=True)
    envelope_to = models.CharField(_("envelope recipient"), max_length=ADDRESS, blank=True)
    sender = models.CharField(_("sender"), max_length=ADDRESS, blank=True)
    sender_name = models.CharField(_("sender's name"), max_length=120, blank=True)
    subject = models.CharField(_("subject"), max_length=SUBJECT, blank=True)
    text = models.TextField(_("what is new in it"), blank=True)
    whole = models.TextField(_("whole text"), blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.NEW)
    reason = models.CharField(_("why"), max_length=10, choices=Reason.choices, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    ticket = models.ForeignKey(
        "tickets.Ticket", models.SET_NULL, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("ticket")
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("account")
    )
    came_at = models.DateTimeField(_("came at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next try at"), default=AT_ONCE)

    class Meta:
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(state="new") | ~Q(reason=""), name="what_became_of_a_mail_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(state="new"), name="mail_to_read"),
            models.Index(fields=["state", "-id"], name="mail_by_state"),
            models.Index(fields=["ticket", "-id"], condition=Q(ticket__isnull=False), name="mail_by_ticket"),
            models.Index(fields=["sender", "came_at"], name="mail_by_sender"),
            models.Index(fields=["came_at"], name="mail_by_time"),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="mail_by_message_id"),
            models.Index(fields=["mailbox", "-id"], condition=Q(mailbox__isnull=False), name="mail_by_mailbox"),
        ]

    def __str__(self) -> str:
        return self.subject or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("mailroom:mail", args=[self.pk])

    @property
    def waits(self) -> bool:
        """Whether a person is to decide about it."""
        return self.state == self.State.REVIEW

    @property
    def why(self) -> str | Promise:
        """Answer the reason in words; nothing where it was not read yet."""
        return self.Reason(self.reason).label if self.reason else ""


class BlockedSender(models.Model):
    """An address, or a whole domain (``@example.com``), whose mail is set aside unread; it stays in the log."""

    address = models.CharField(_("address or @domain"), max_length=ADDRESS)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("blocked by"))
    created_at = models.DateTimeField(_("blocked at"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("blocked sender")
        verbose_name_plural = _("blocked senders")
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(Lower("address"), name="a_sender_is_blocked_once")]

    def __str__(self) -> str:
        return self.address
