"""Who sends to us, each thing that was sent, and the cases that came of it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tickets.models import Kind as TicketKind

if TYPE_CHECKING:
    from datetime import datetime

RATE, HIGHEST_RATE = 300, 6000
"""Messages a minute."""


def new_key() -> str:
    """Make the part of a source's address that is its own: no secret, but nobody else's."""
    return secrets.token_hex(8)


class Source(models.Model):
    """Another system that sends to us: who it is, as whom it acts, and what becomes of what it sends."""

    class Kind(models.TextChoices):
        """What it speaks."""

        ALERTMANAGER = "alertmanager", _("Prometheus Alertmanager")
        WEBHOOK = "webhook", _("webhook with a mapping")
        OSTICKET = "osticket", _("osTicket's interface")

    class Grouping(models.TextChoices):
        """What is one ticket."""

        GROUP = "group", _("one ticket for each group of alerts")
        ALERT = "alert", _("one ticket for each alert")

    class WhenOver(models.TextChoices):
        """What happens to the ticket when the sender says that it is over."""

        COMMENT = "comment", _("a line in the record; a person closes it")
        RESOLVE = "resolve", _("the ticket is resolved")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=80)
    key = models.CharField(_("in its address"), max_length=20, unique=True, default=new_key, editable=False)
    start = models.CharField(_("secret begins with"), max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    old_digest = models.CharField(max_length=64, blank=True, editable=False)
    old_until = models.DateTimeField(_("secret before opens until"), null=True, blank=True, editable=False)
    addresses = models.JSONField(_("sends from"), default=list, blank=True, help_text=_("IP addresses or networks. Empty: from anywhere."))
    rate = models.PositiveIntegerField(
        _("messages a minute"), default=RATE, validators=[MinValueValidator(1), MaxValueValidator(HIGHEST_RATE)]
    )
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("acts as"))
    organization = models.ForeignKey(
        "customers.Organization", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("customer")
    )
    site = models.ForeignKey("customers.Site", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("usual site"))
    ticket_kind = models.CharField(_("kind of ticket"), max_length=12, choices=TicketKind.choices, default=TicketKind.FAULT)
    severity = models.PositiveSmallIntegerField(_("usual severity"), default=3, validators=[MinValueValidator(1), MaxValueValidator(4)])
    severities = models.JSONField(_("words for severities"), default=dict, blank=True)
    grouping = models.CharField(_("what is one ticket"), max_length=8, choices=Grouping.choices, default=Grouping.GROUP)
    when_over = models.CharField(_("when the alert is over"), max_length=8, choices=WhenOver.choices, default=WhenOver.COMMENT)
    flap_minutes = models.PositiveIntegerField(
        _("minutes in which it may come back"), default=30, validators=[MaxValueValidator(7 * 24 * 60)],
        help_text=_("What comes back within this time opens the same ticket again; later it is a new one."),
    )  # fmt: skip
    labels = models.JSONField(_("labels that name the equipment"), default=list, blank=True)
    mapping = models.JSONField(_("mapping"), default=dict, blank=True)
    heartbeat = models.CharField(_("alert that is always on"), max_length=100, blank=True)
    heartbeat_minutes = models.PositiveIntegerField(
        _("minutes it may be silent"), default=0, validators=[MaxValueValidator(7 * 24 * 60)], help_text=_("0: nobody is told.")
    )
    is_paused = models.BooleanField(_("paused"), default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made at"))

    # how it goes; not in the history
    seen_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    beat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    silent_since = models.DateTimeField(_("silent since"), null=True, blank=True)
    received = models.PositiveBigIntegerField(_("messages received"), default=0)
    opened = models.PositiveBigIntegerField(_("tickets made"), default=0)
    refused = models.PositiveBigIntegerField(_("messages refused"), default=0)

    history = HistoricalRecords(
        excluded_fields=["digest", "old_digest", "seen_at", "beat_at", "silent_since", "received", "opened", "refused"]
    )

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(rate__gte=1, rate__lte=HIGHEST_RATE), name="source_rate_is_possible"),
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=4), name="source_severity_is_known"),
            models.CheckConstraint(condition=Q(old_digest="") | Q(old_until__isnull=False), name="old_source_secret_has_an_end"),
        ]
        indexes = [
            models.Index(fields=["old_digest"], condition=~Q(old_digest=""), name="source_by_old_secret"),
            models.Index(fields=["beat_at"], condition=Q(heartbeat_minutes__gt=0), name="source_to_listen_for"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("inbound:source", args=[self.pk])

    @property
    def address(self) -> str:
        """Answer where it sends to."""
        if self.kind == self.Kind.OSTICKET:
            return f"{settings.PUBLIC_URL}/api/tickets.json"
        return f"{settings.PUBLIC_URL}/api/inbound/{self.key}/"

    def is_opened_by(self, digest: str, at: datetime) -> bool:
        """Whether a secret with this hash holds now."""
        holding = [self.digest, *([self.old_digest] if self.both_hold(at) else [])]
        return any([constant_time_compare(digest, each) for each in holding])  # noqa: C419 - all, so that none takes shorter

    def both_hold(self, at: datetime) -> bool:
        """Whether the secret before still opens."""
        return bool(self.old_digest) and self.old_until is not None and at < self.old_until


KEPT_WHOLE = 256 * 1024
"""Bytes of a message that are kept after it was taken; what was not taken, or holds files that wait for a place, is kept whole."""


class Arrival(models.Model):
    """One message as it came, kept before anybody looks into it, and what became of it."""

    class State(models.TextChoices):
        """How far it got."""

        RECEIVED = "received", _("not yet worked on")
        TAKEN = "taken", _("taken")
        REFUSED = "refused", _("not taken")
        FAILED = "failed", _("failed on our side")

    source = models.ForeignKey(Source, models.CASCADE, related_name="arrivals", db_index=False, verbose_name=_("source"))
    at = models.DateTimeField(_("came at"))
    sender = models.GenericIPAddressField(_("sent from"), null=True, blank=True)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    form = models.CharField(_("form"), max_length=4, default="json")
    size = models.PositiveIntegerField(_("bytes"))
    body = models.BinaryField(_("content"))
    digest = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RECEIVED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    code = models.CharField(_("code"), max_length=40, blank=True)
    error = models.CharField(_("why"), max_length=500, blank=True)
    outcomes = models.JSONField(_("what became of it"), default=list)

    class Meta:
        verbose_name = _("message of a source")
        verbose_name_plural = _("messages of sources")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["source", "-id"], name="arrival_log"),
            models.Index(fields=["source", "state", "-id"], name="arrival_log_by_state"),
            models.Index(fields=["source", "digest", "-at"], name="arrival_once_more"),
            models.Index(fields=["at"], condition=Q(state__in=["received", "failed"]), name="arrival_left_behind"),
            models.Index(fields=["at"], name="arrival_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.at:%Y-%m-%d %H:%M:%S}"

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("inbound:arrival", args=[self.source_id, self.pk])

    @property
    def text(self) -> str:
        """Answer the content to be read."""
        return bytes(self.body).decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


class Case(models.Model):
    """One thing that a source speaks of: a group of alerts, an alert, whatever it has an id for; and the ticket about it.

    Without a ticket it waits in the tray, for somebody to say what it is about, unless it was dismissed or was over before it was heard of.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="cases", db_index=False, verbose_name=_("source"))
    digest = models.CharField(max_length=64)
    round = models.PositiveIntegerField(_("tickets so far"), default=0)
    ticket = models.ForeignKey("tickets.Ticket", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ticket"))
    known = models.JSONField(default=dict)
    is_on = models.BooleanField(_("on"), default=False)
    waits = models.BooleanField(_("waits for a place"), default=False)
    arrival = models.ForeignKey(
        Arrival, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message whose files wait with it")
    )
    draft = models.JSONField(default=dict)
    over_at = models.DateTimeField(_("over since"), null=True, blank=True)
    first_at = models.DateTimeField(_("first heard"))
    last_at = models.DateTimeField(_("last heard"))
    heard = models.PositiveIntegerField(_("times heard"), default=0)

    class Meta:
        verbose_name = _("case of a source")
        verbose_name_plural = _("cases of sources")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["source", "digest"], name="one_case_for_what_a_source_calls_so"),
            models.CheckConstraint(condition=Q(waits=False) | Q(ticket__isnull=True), name="what_waits_has_no_ticket"),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(waits=True), name="case_tray"),
            models.Index(fields=["last_at"], condition=Q(is_on=False, waits=False), name="case_to_forget"),
        ]

    def __str__(self) -> str:
        return str(self.draft.get("subject", "")) or self.digest[:12]

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("inbound:case", args=[self.pk])


class Name(models.Model):
    """What a source calls a piece of equipment, as somebody once said in the tray."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="names", verbose_name=_("source"))
    name = models.CharField(_("name"), max_length=200)
    equipment = models.ForeignKey("customers.Equipment", models.CASCADE, related_name="+", verbose_name=_("equipment"))

    class Meta:
        verbose_name = _("name of equipment")
        verbose_name_plural = _("names of equipment")
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="a_name_is_one_equipment")]

    def __str__(self) -> str:
        return self.name
