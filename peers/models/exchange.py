"""Linked tickets, what waits to be sent, what was exchanged, where both sides disagreed, and how they differ."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from peers.models.connection import AT_ONCE, Connection, Rule


class Link(models.Model):
    """One ticket of ours and the one over there that is the same. Whatever is exchanged about it goes through here, in order."""

    connection = models.ForeignKey(
        Connection, models.CASCADE, db_index=False, related_name="links", verbose_name=_("connection to a peer helpdesk")
    )
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, null=True, related_name="peer_links", verbose_name=_("ticket"))
    key = models.CharField(_("number there"), max_length=120, blank=True)
    seq = models.PositiveIntegerField(_("read up to line"), default=0, help_text=_("Of the record over there."))
    base = models.JSONField(_("last common values"), default=dict, help_text=_("As the other side writes them."))
    is_outside = models.BooleanField(_("left alone"), default=False, help_text=_("A ticket over there that does not belong here."))

    # the queue: who stirs a link makes it due; whoever has served it takes that back unless it was stirred again meanwhile
    is_due = models.BooleanField(_("waits to be served"), default=True)
    stirs = models.PositiveBigIntegerField(_("stirred, times"), default=0)
    is_echoed = models.BooleanField(_("awaits its echo"), default=False, help_text=_("What is new there next can be what we sent."))
    lease = models.UUIDField(_("served by"), null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(_("being served until"), null=True, blank=True)
    wants_words = models.BooleanField(_("reads all words again"), default=False)
    next_at = models.DateTimeField(_("next try at"), default=AT_ONCE)
    attempts = models.PositiveIntegerField(_("failures in a row"), default=0)
    problem = models.CharField(_("problem"), max_length=500, blank=True)
    heard = models.CharField(_("mark of what was last heard"), max_length=64, blank=True, help_text=_("Of its row in their list."))
    exchanged_at = models.DateTimeField(_("last exchanged at"), null=True, blank=True)
    compared_at = models.DateTimeField(_("last compared at"), default=AT_ONCE)
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("linked ticket")
        verbose_name_plural = _("linked tickets")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "ticket"], condition=Q(ticket__isnull=False), name="a_ticket_once_per_connection"
            ),
            models.UniqueConstraint(fields=["connection", "key"], condition=~Q(key=""), name="their_ticket_once_per_connection"),
        ]
        indexes = [
            models.Index(fields=["connection", "next_at", "id"], condition=Q(is_due=True), name="peer_link_due"),
            models.Index(fields=["connection", "-id"], name="peer_link_list"),
            models.Index(fields=["connection", "-id"], condition=~Q(problem=""), name="peer_link_problem"),
            models.Index(fields=["connection", "compared_at"], name="peer_link_to_compare"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} = {self.key}"


class Outgoing(models.Model):
    """Something that happened to a linked ticket and that the other side is to have; sent in order, once."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("waiting to be sent")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused over there")
        SKIPPED = "skipped", _("left out")

    link = models.ForeignKey(Link, models.CASCADE, db_index=False, related_name="outgoing", verbose_name=_("linked ticket"))
    event = models.ForeignKey("tickets.Event", models.CASCADE, null=True, related_name="+", verbose_name=_("event"))
    is_creation = models.BooleanField(_("makes the ticket there"), default=False)
    values = models.JSONField(_("values"), default=dict, help_text=_("What it changes, as it was when it happened."))
    progress = models.JSONField(_("done so far"), default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    error = models.CharField(_("error"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("happened at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message to a peer helpdesk")
        verbose_name_plural = _("messages to peer helpdesks")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["link"], condition=Q(is_creation=True), name="a_ticket_is_made_there_once"),
        ]
        indexes = [
            models.Index(fields=["link", "id"], name="peer_outgoing_order"),
            models.Index(fields=["link", "id"], condition=Q(state__in=["waiting", "refused"]), name="peer_outgoing_open"),
            models.Index(fields=["made_at"], condition=Q(state__in=["sent", "skipped"]), name="peer_outgoing_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.link_id}/{self.pk} {self.state}"


class Entry(models.Model):
    """A line of the log of a connection: what went or came, and what became of it."""

    class Way(models.TextChoices):
        """In which direction."""

        OUT = "out", _("to them")
        IN = "in", _("from them")

    connection = models.ForeignKey(
        Connection, models.CASCADE, db_index=False, related_name="entries", verbose_name=_("connection to a peer helpdesk")
    )
    link = models.ForeignKey(Link, models.CASCADE, null=True, related_name="entries", verbose_name=_("linked ticket"))
    at = models.DateTimeField(_("at"))
    way = models.CharField(_("direction"), max_length=3, choices=Way.choices)
    what = models.CharField(_("what"), max_length=120)
    error = models.CharField(_("error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("line of a connection's log")
        verbose_name_plural = _("lines of a connection's log")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["connection", "-id"], name="peer_log"),
            models.Index(fields=["at"], name="peer_log_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.what}"


class Field(models.TextChoices):
    """What both sides may change."""

    STATUS = "status", _("status")
    SEVERITY = "severity", _("severity")
    KIND = "kind", _("kind")


class Conflict(models.Model):
    """Both sides had changed the same since they last agreed: what each had made of it, and what counted."""

    class Winner(models.TextChoices):
        """What counted."""

        OURS = "ours", pgettext_lazy("conflict", "ours")
        THEIRS = "theirs", pgettext_lazy("conflict", "theirs")

    link = models.ForeignKey(Link, models.CASCADE, related_name="conflicts", verbose_name=_("linked ticket"))
    connection = models.ForeignKey(
        Connection, models.CASCADE, db_index=False, related_name="conflicts", verbose_name=_("connection to a peer helpdesk")
    )
    at = models.DateTimeField(_("at"))
    field = models.CharField(_("field"), max_length=10, choices=Field.choices)
    ours = models.CharField(_("ours"), max_length=120)
    theirs = models.CharField(_("theirs"), max_length=120)
    before = models.CharField(_("common before"), max_length=120)
    winner = models.CharField(_("counted"), max_length=6, choices=Winner.choices)
    rule = models.CharField(_("rule"), max_length=6, choices=Rule.choices)
    is_final = models.BooleanField(_("could not be left"), default=False, help_text=_("The rule said otherwise, but one side had ended."))

    class Meta:
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")
        ordering = ("-id",)
        indexes = [models.Index(fields=["connection", "-id"], name="peer_conflicts")]

    def __str__(self) -> str:
        return f"{self.field}: {self.ours} / {self.theirs}"


class Difference(models.Model):
    """What the nightly comparison found to differ between two linked tickets; gone when it does not any more."""

    class What(models.TextChoices):
        """What differs."""

        STATUS = "status", _("status")
        SEVERITY = "severity", _("severity")
        KIND = "kind", _("kind")
        SUBJECT = "subject", _("subject")
        DESCRIPTION = "description", _("description")
        MISSING_THERE = "missing_there", _("messages and files missing there")
        MISSING_HERE = "missing_here", _("messages and files missing here")
        GONE = "gone", _("not there any more")

    link = models.ForeignKey(Link, models.CASCADE, related_name="differences", verbose_name=_("linked ticket"))
    connection = models.ForeignKey(
        Connection, models.CASCADE, db_index=False, related_name="differences", verbose_name=_("connection to a peer helpdesk")
    )
    found_at = models.DateTimeField(_("found at"))
    what = models.CharField(_("what differs"), max_length=14, choices=What.choices)
    ours = models.TextField(_("ours"), blank=True)
    theirs = models.TextField(_("theirs"), blank=True)

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["link", "what"], name="a_difference_once_per_ticket")]
        indexes = [models.Index(fields=["connection", "-id"], name="peer_differences")]

    def __str__(self) -> str:
        return f"{self.link_id} {self.what}"

    @property
    def is_mendable(self) -> bool:
        """Whether a side can be made to follow the other."""
        return self.what in {*Field.values, self.What.MISSING_THERE, self.What.MISSING_HERE}
