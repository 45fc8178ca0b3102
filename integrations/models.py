"""Where other systems are told, and each thing they are told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    from django.utils.functional import Promise

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
EVENT_PATH = "{eventPath}"


class WebhookEndpoint(models.Model):
    """An address of another system that is told what happens, signed with a secret that only both sides know."""

    class Payload(models.TextChoices):
        """How much each message says."""

        THIN = "thin", _("thin: which ticket, and where to read it")
        FULL = "full", _("full: the ticket and the line of its record")

    class State(models.TextChoices):
        """Whether anything is sent."""

        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        DISABLED = "disabled", _("disabled")

    class Reason(models.TextChoices):
        """Why the desk gave it up."""

        GONE = "gone", _("it answered 410 Gone")
        FAILING = "failing", _("nothing was taken for three days")

    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500)
    organization = models.ForeignKey(
        "customers.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organization"),
        help_text=_("Told only what this customer may read of its own tickets. Empty: one of ours, told everything."),
    )
    types = models.JSONField(_("event types"), default=list, help_text=_("Lines of the record it is told of."))
    payload = models.CharField(_("content"), max_length=4, choices=Payload.choices, default=Payload.THIN)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ACTIVE)
    reason = models.CharField(_("disabled because"), max_length=8, choices=Reason.choices, blank=True)
    # Both sides sign with the secret itself, so it cannot be kept as a hash; no page and no history shows it again.
    secret = models.CharField(_("secret"), max_length=80, editable=False)
    old_secret = models.CharField(_("secret before"), max_length=80, blank=True, editable=False)
    old_secret_until = models.DateTimeField(_("secret before signs until"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made at"))

    # where delivery stands; not in the history
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    leased_until = models.DateTimeField(_("being sent until"), null=True, blank=True)
    rests_until = models.DateTimeField(_("left alone until"), default=AT_ONCE)

    history = HistoricalRecords(excluded_fields=["secret", "old_secret", "failing_since", "leased_until", "rests_until"])

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(state="disabled") | Q(reason=""), name="only_a_disabled_endpoint_has_a_reason"),
            models.CheckConstraint(condition=Q(old_secret="") | Q(old_secret_until__isnull=False), name="an_old_secret_has_an_end"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("integrations:endpoint", args=[self.pk])

    @property
    def is_active(self) -> bool:
        """Whether anything is sent."""
        return self.state == self.State.ACTIVE

    @property
    def is_subscription(self) -> bool:
        """Whether another system made it for itself, in a standard of its own, and alone changes what it is told."""
        return not self.types

    def url_for(self, type_: str) -> str:
        """Answer where a message of a type goes: ``{eventPath}`` in an address stands for the type with a small first letter."""
        return self.url.replace(EVENT_PATH, type_[:1].lower() + type_[1:])

    @property
    def why(self) -> str | Promise:
        """Answer why it was disabled; nothing where it was not."""
        return self.Reason(self.reason).label if self.reason else ""


class WebhookDelivery(models.Model):
    """One line of a record for one endpoint, from when it was written until the other side has it, or it was given up."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("waiting to be sent")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("given up")
        DROPPED = "dropped", _("not sent: endpoint disabled")

    LOST = (State.FAILED, State.DROPPED)

    # the indexes below are what is asked for
    # a subscription may end while a change writes what it is to be told: that must not make the change fail
    endpoint = models.ForeignKey(
        WebhookEndpoint, models.CASCADE, db_constraint=False, db_index=False, related_name="deliveries", verbose_name=_("webhook endpoint")
    )
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, null=True, related_name="+", verbose_name=_("ticket"))
    event = models.ForeignKey("tickets.Event", models.CASCADE, null=True, related_name="+", verbose_name=_("event"))
    message_id = models.CharField(_("message id"), max_length=60, help_text=_("The same for every try and every endpoint."))
    type = models.CharField(_("event type"), max_length=40)
    happened_at = models.DateTimeField(_("happened at"))
    body = models.TextField(_("content"), blank=True, help_text=_("Made for the first try; every other try sends the same."))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next try at"), default=AT_ONCE)
    tried_at = models.DateTimeField(_("last tried at"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("answered with status"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField(_("took, ms"), null=True, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["endpoint", "message_id"], name="a_line_once_per_endpoint")]
        indexes = [
            models.Index(fields=["endpoint", "id"], condition=Q(state="waiting"), name="webhook_to_send"),
            models.Index(fields=["endpoint", "next_at"], condition=Q(state="waiting"), name="webhook_due"),
            models.Index(fields=["endpoint", "ticket", "id"], condition=Q(state="waiting"), name="webhook_order"),
            models.Index(fields=["endpoint", "-id"], name="webhook_log"),
            models.Index(fields=["endpoint", "state", "-id"], name="webhook_log_by_state"),
            models.Index(fields=["happened_at"], name="webhook_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("integrations:delivery", args=[self.endpoint_id, self.pk])

    @property
    def is_lost(self) -> bool:
        """Whether it was given up."""
        return self.state in self.LOST


class Feed(models.Model):
    """How far the feed of changes goes: one row, whose lock lets one step give numbers at a time."""

    ONLY = 1

    newest = models.BigIntegerField(_("last number given"), default=0)
    forgotten = models.BigIntegerField(_("last number forgotten"), default=0)

    class Meta:
        verbose_name = _("feed of changes")
        verbose_name_plural = _("feeds of changes")
        constraints = [models.CheckConstraint(condition=Q(forgotten__lte=models.F("newest")), name="only_what_had_a_number_is_forgotten")]

    def __str__(self) -> str:
        return str(self.newest)


class Change(models.Model):
    """That a thing was changed. It gets its number after the commit, so that none ever appears behind one that was read.

    Ids instead of foreign keys: a change outlives what it is about.
    """

    sequence = models.BigIntegerField(_("number"), null=True, unique=True)
    at = models.DateTimeField(_("happened at"))
    numbered_at = models.DateTimeField(_("numbered at"), null=True)
    type = models.CharField(_("event type"), max_length=40)
    resource = models.CharField(_("kind of thing"), max_length=20)
    thing = models.BigIntegerField(_("id"))
    key = models.CharField(_("name in addresses"), max_length=40, blank=True)
    is_public = models.BooleanField(_("public"), default=True, help_text=_("Whether customers are told."))
    deleted = models.BooleanField(_("no longer there"), default=False, help_text=_("The thing is no more, or no more to be seen."))
    has_moved = models.BooleanField(_("moved"), default=False, help_text=_("Gone for the customer or the sites it belonged to only."))
    organization = models.BigIntegerField(_("organization"), null=True)
    sites = models.JSONField(_("sites"), default=list, help_text=_("Of what is gone: whose people saw it. Empty: all of the organization."))
    person = models.BigIntegerField(_("person"), null=True, help_text=_("Told this person alone."))

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ("sequence",)
        indexes = [
            models.Index(fields=["id"], condition=Q(sequence__isnull=True), name="change_to_number"),
            models.Index(fields=["organization", "sequence"], name="change_by_organization"),
            models.Index(fields=["person", "sequence"], condition=Q(person__isnull=False), name="change_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.type} {self.thing}"


class Known(models.Model):
    """Whose a thing was when it was last told of: when it moves, those it leaves are told that it is gone."""

    resource = models.CharField(_("kind of thing"), max_length=20)
    thing = models.BigIntegerField(_("id"))
    key = models.CharField(_("name in addresses"), max_length=40)
    organization = models.BigIntegerField(_("organization"))
    sites = models.JSONField(_("sites"), default=list)

    class Meta:
        verbose_name = _("place of a thing")
        verbose_name_plural = _("places of things")
        constraints = [models.UniqueConstraint(fields=["resource", "thing"], name="a_thing_is_in_one_place")]

    def __str__(self) -> str:
        return f"{self.resource} {self.key}"
