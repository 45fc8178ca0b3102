"""A peer helpdesk: where it is, how we show who we are, what goes in which direction, and how that stands."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
ANY = "*"
"""The value that stands for all that have no row of their own."""


class Rule(models.TextChoices):
    """Which side is right where both have changed the same."""

    OURS = "ours", pgettext_lazy("conflict", "ours counts")
    THEIRS = "theirs", pgettext_lazy("conflict", "theirs counts")
    LATEST = "latest", pgettext_lazy("conflict", "the later change counts")


class Connection(models.Model):
    """Another helpdesk that tickets are exchanged with; this side does all the asking."""

    class Adaptor(models.TextChoices):
        """How it is spoken to."""

        DESK = "desk", _("another desk of this product (REST)")
        TMF_V4 = "tmf621v4", _("TMF621 trouble tickets, version 4")
        TMF_V5 = "tmf621v5", _("TMF621 trouble tickets, version 5")

    class Direction(models.TextChoices):
        """What goes where."""

        BOTH = "both", _("in both directions")
        SEND = "send", _("only from here to there")
        RECEIVE = "receive", _("only from there to here")

    class Sends(models.TextChoices):
        """Which of our tickets it is told."""

        ALL = "all", _("every ticket that fits")
        CHOSEN = "chosen", _("tickets that somebody sends there")

    class Auth(models.TextChoices):
        """How we show who we are."""

        CLIENT = "client", _("OAuth 2 client credentials")
        BEARER = "bearer", _("a token")
        BASIC = "basic", _("name and password")

    class Adds(models.TextChoices):
        """How a note or a file is added to those that are there; only where TMF621 is spoken."""

        WHOLE = "whole", _("the whole list with the new one (merge patch, as RFC 7396 has it)")
        NEW = "new", _("only the new one: the other side adds it by itself")

    class State(models.TextChoices):
        """Whether anything is exchanged."""

        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")

    name = models.CharField(_("name"), max_length=80, unique=True)
    adaptor = models.CharField(_("kind of system"), max_length=8, choices=Adaptor.choices, default=Adaptor.DESK)
    url = models.CharField(_("address"), max_length=400)
    allow_private = models.BooleanField(_("may be inside our network"), default=False)
    auth = models.CharField(_("how we log in"), max_length=8, choices=Auth.choices, default=Auth.CLIENT)
    username = models.CharField(_("client ID"), max_length=120, blank=True)
    secret = models.TextField(_("secret"), blank=True, editable=False, help_text=_("Encrypted."))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("account here"),
        help_text=_("What comes from there stands in the record under its name, and does what it may."),
    )
    organization = models.ForeignKey(
        "customers.Organization", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only this customer")
    )
    direction = models.CharField(_("direction"), max_length=8, choices=Direction.choices, default=Direction.BOTH)
    sends = models.CharField(_("sends"), max_length=8, choices=Sends.choices, default=Sends.CHOSEN)
    kinds = models.JSONField(_("kinds of tickets"), default=list)
    takes_new = models.BooleanField(_("takes new tickets"), default=True)
    shares_notes = models.BooleanField(_("shares internal notes"), default=False)
    status_rule = models.CharField(_("status, if both changed it"), max_length=8, choices=Rule.choices, default=Rule.LATEST)
    severity_rule = models.CharField(_("severity, if both changed it"), max_length=8, choices=Rule.choices, default=Rule.OURS)
    kind_rule = models.CharField(_("kind, if both changed it"), max_length=8, choices=Rule.choices, default=Rule.OURS)
    every_seconds = models.PositiveIntegerField(_("asks every, seconds"), default=30)
    token_url = models.CharField(_("address for tokens"), max_length=400, blank=True)
    listens = models.BooleanField(_("asks to be told at once"), default=True)
    adds = models.CharField(_("how notes and files are added"), max_length=8, choices=Adds.choices, default=Adds.WHOLE)
    sends_addresses = models.BooleanField(_("sends addresses of files"), default=False)
    file_hosts = models.CharField(_("other hosts of files"), max_length=400, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ACTIVE)
    hook = models.UUIDField(_("name in addresses"), default=uuid.uuid4, unique=True, editable=False)
    hook_secret = models.TextField(_("webhook secret"), blank=True, editable=False, help_text=_("Encrypted."))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made at"))

    # where the exchange stands; not in the history
    cursor = models.BigIntegerField(_("read up to change"), null=True, blank=True)
    pull_at = models.DateTimeField(_("asks next at"), default=AT_ONCE)
    pulled_at = models.DateTimeField(_("last asked at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("last sent at"), null=True, blank=True)
    failing_since = models.DateTimeField(_("does not answer since"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    error = models.CharField(_("last error"), max_length=300, blank=True)
    rests_until = models.DateTimeField(_("left alone until"), default=AT_ONCE)
    leased_until = models.DateTimeField(_("being served until"), null=True, blank=True)
    lease = models.UUIDField(_("served by"), null=True, blank=True, editable=False)
    compared_at = models.DateTimeField(_("last compared at"), null=True, blank=True)
    compare_since = models.DateTimeField(_("being compared since"), null=True, blank=True)

    history = HistoricalRecords(
        excluded_fields=[
            "secret", "hook_secret", "cursor", "pull_at", "pulled_at", "sent_at", "failing_since", "failures", "error", "rests_until",
            "leased_until", "lease", "compared_at", "compare_since",
        ]
    )  # fmt: skip

    class Meta:
        verbose_name = _("connection to a peer helpdesk")
        verbose_name_plural = _("connections to peer helpdesks")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(every_seconds__gte=1, every_seconds__lte=86400), name="a_connection_asks_now_and_then")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("peers:connection", args=[self.pk])

    @property
    def is_active(self) -> bool:
        """Whether anything is exchanged."""
        return self.state == self.State.ACTIVE

    @property
    def receives(self) -> bool:
        """Whether anything comes from there."""
        return self.direction != self.Direction.SEND

    @property
    def tells(self) -> bool:
        """Whether anything goes there."""
        return self.direction != self.Direction.RECEIVE

    @property
    def speaks_tmf(self) -> bool:
        """Whether TMF621 is spoken, in either version."""
        return self.adaptor in (self.Adaptor.TMF_V4, self.Adaptor.TMF_V5)

    @property
    def source(self) -> str:
        """Answer whose the external ids are of tickets that come from there."""
        return f"peer-{self.pk}"

    def rule(self, field: str) -> str:
        """Answer which side is right about a field that both have changed."""
        return str(getattr(self, f"{field}_rule"))


class Mapping(models.Model):
    """One value of ours and the one that stands for it over there; in one direction, for several may become one."""

    class What(models.TextChoices):
        """What the values are of."""

        STATUS = "status", _("status")
        SEVERITY = "severity", _("severity")
        KIND = "kind", _("kind")
        SITE = "site", _("site")
        EQUIPMENT = "equipment", _("equipment")
        FIELD = "field", _("field")

    class Way(models.TextChoices):
        """In which direction it holds."""

        OUT = "out", _("from here to there")
        IN = "in", _("from there to here")

    # the constraints below are what is asked for
    connection = models.ForeignKey(
        Connection, models.CASCADE, db_index=False, related_name="mappings", verbose_name=_("connection to a peer helpdesk")
    )
    what = models.CharField(_("of what"), max_length=10, choices=What.choices)
    way = models.CharField(_("direction"), max_length=3, choices=Way.choices)
    ours = models.CharField(_("ours"), max_length=120)
    theirs = models.CharField(_("theirs"), max_length=120)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("mapping of a value")
        verbose_name_plural = _("mappings of values")
        ordering = ("what", "way", "id")
        constraints = [
            models.UniqueConstraint(fields=["connection", "what", "ours"], condition=Q(way="out"), name="one_value_goes_out_as_one"),
            models.UniqueConstraint(fields=["connection", "what", "theirs"], condition=Q(way="in"), name="one_value_comes_in_as_one"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.ours} {'→' if self.way == self.Way.OUT else '←'} {self.theirs}"
