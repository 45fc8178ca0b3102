"""What is kept about a side that speaks TMF621: the order of what stands in its tickets, and that it tells us of changes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from peers.models.connection import AT_ONCE, Connection


class Piece(models.Model):
    """A note, a file or a change over there. TMF621 numbers none of them, so we do, in the order in which we first see them.

    What we are about to write there is a piece without a number; it gets one when it is seen over there.
    """

    class Sort(models.TextChoices):
        """What it is."""

        REPORTED = "reported", _("reported")
        NOTE = "note", _("note")
        FILE = "file", _("file")
        SEVERITY = "severity", _("severity")
        KIND = "kind", _("kind")
        STATUS = "status", _("status")

    # the constraints below are what is asked for
    connection = models.ForeignKey(
        Connection, models.CASCADE, db_index=False, related_name="pieces", verbose_name=_("connection to a peer helpdesk")
    )
    key = models.CharField(_("number there"), max_length=120, blank=True)
    name = models.CharField(_("by what it is known again"), max_length=300)
    seq = models.PositiveIntegerField(_("number"), null=True)
    sort = models.CharField(_("what it is"), max_length=8, choices=Sort.choices)
    print = models.CharField(_("mark of its content"), max_length=200, blank=True)
    is_ours = models.BooleanField(_("ours"), default=False)
    external_id = models.CharField(_("our id of it"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("piece of a ticket over there")
        verbose_name_plural = _("pieces of tickets over there")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["connection", "key", "name"], name="a_piece_once_in_a_ticket"),
            models.UniqueConstraint(fields=["connection", "key", "seq"], condition=Q(seq__isnull=False), name="a_piece_has_one_number"),
        ]

    def __str__(self) -> str:
        return f"{self.key}#{self.seq} {self.name}"


class Subscription(models.Model):
    """That the other side's hub tells us of changes; what it says only has us ask at once."""

    connection = models.OneToOneField(
        Connection, models.CASCADE, related_name="subscription", verbose_name=_("connection to a peer helpdesk")
    )
    token = models.CharField(_("secret part of our address"), max_length=64, blank=True, editable=False)
    key = models.CharField(_("id over there"), max_length=200, blank=True)
    since = models.DateTimeField(_("since"), null=True, blank=True)
    told_at = models.DateTimeField(_("last told at"), null=True, blank=True)
    next_at = models.DateTimeField(_("next try at"), null=True, blank=True, default=AT_ONCE)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("subscription at a peer helpdesk")
        verbose_name_plural = _("subscriptions at peer helpdesks")
        ordering = ("-id",)
        indexes = [models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="peer_subscription_due")]

    def __str__(self) -> str:
        return f"{self.connection_id} {self.key}"

    @property
    def is_on(self) -> bool:
        """Whether the other side tells us."""
        return bool(self.key)
