"""What is kept beside a ticket so that another helpdesk reads its own words, and what is exchanged with such a helpdesk."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    from collections.abc import Mapping

TERM = 255
"""Characters of a value that lists are searched by."""


class Version(models.TextChoices):
    """Which version of the standard is spoken."""

    V4 = "v4", "v4"
    V5 = "v5", "v5"


class Standard(models.TextChoices):
    """Which interface a subscription is of, by the word in its addresses."""

    TROUBLE_TICKET = "troubleTicket", "TMF621"
    APPOINTMENT = "appointment", "TMF646"


class Profile(models.Model):
    """How one account speaks TMF621: what its words mean here, and where its reports belong that name no place."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tmf_profile", verbose_name=_("account"),
        help_text=_("The person or program that signs in."),
    )  # fmt: skip
    site = models.ForeignKey(
        "customers.Site", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"),
        help_text=_("Where a report belongs that names neither equipment nor site."),
    )  # fmt: skip
    severities = models.JSONField(_("severities"), default=dict, blank=True, help_text=_("Their word: our severity, 1 to 4."))
    kinds = models.JSONField(_("ticket types"), default=dict, blank=True, help_text=_("Their word: our kind of ticket."))
    is_partial = models.BooleanField(_("206 for a part of a list"), default=False)
    created_at = models.DateTimeField(_("made at"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("TMF621 profile")
        verbose_name_plural = _("TMF621 profiles")
        ordering = ("-id",)

    def __str__(self) -> str:
        return str(self.account)

    @property
    def words(self) -> int:
        """Answer how many words have a meaning of their own."""
        return len(self.severities) + len(self.kinds)


class TroubleTicket(models.Model):
    """What a caller said of a ticket in words of their own; a ticket that nobody spoke of so has none."""

    class Mark(models.TextChoices):
        """What TMF621 knows of a ticket and the desk does not."""

        NONE = "", _("none")
        HELD = "held", _("blocked on our side")
        REJECTED = "rejected", _("refused")
        CLOSED = "closed", _("refused and closed")

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="tmf", verbose_name=_("ticket"))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"), db_index=False
    )
    # Text, not JSON columns: PostgreSQL's JSON holds no U+0000, and what was sent is to come back as it was.
    said = models.TextField(_("words"), default="{}")
    severity = models.CharField(_("severity"), max_length=TERM)
    ticket_type = models.CharField(_("ticket type"), max_length=TERM)
    mark = models.CharField(_("mark"), max_length=8, choices=Mark.choices, blank=True, default=Mark.NONE)
    digest = models.CharField(_("hash of the document"), max_length=64, editable=False)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("trouble ticket")
        verbose_name_plural = _("trouble tickets")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["severity", "ticket"], name="tmf_by_severity"),
            models.Index(fields=["ticket_type", "ticket"], name="tmf_by_type"),
            models.Index(fields=["ticket"], condition=Q(deleted_at__isnull=False), name="tmf_deleted"),
            models.Index(fields=["mark", "ticket"], condition=~Q(mark=""), name="tmf_marked"),
        ]

    def __str__(self) -> str:
        return str(self.ticket)

    @property
    def words(self) -> dict[str, Any]:
        """Answer the attributes as they were sent."""
        return dict(json.loads(self.said))

    @words.setter
    def words(self, given: Mapping[str, Any]) -> None:
        self.said = json.dumps(given)


class Term(models.Model):
    """A value that lists are searched by: of which ticket, at which path of the document."""

    row = models.ForeignKey(TroubleTicket, models.CASCADE, related_name="terms", verbose_name=_("trouble ticket"))
    path = models.CharField(_("path"), max_length=120)
    value = models.CharField(_("value"), max_length=TERM)

    class Meta:
        verbose_name = _("search term")
        verbose_name_plural = _("search terms")
        ordering = ("id",)
        indexes = [models.Index(fields=["path", "value", "row"], name="tmf_by_term")]

    def __str__(self) -> str:
        return f"{self.path}={self.value}"


class Addition(models.Model):
    """A note or a file that a caller added: only ever added, kept as it was sent."""

    class Kind(models.TextChoices):
        """Which of both."""

        NOTE = "note", _("note")
        ATTACHMENT = "attachment", _("file")

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, db_index=False, related_name="tmf_additions", verbose_name=_("ticket"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    key = models.CharField(_("id"), max_length=TERM)
    said = models.TextField(_("words"))
    event = models.ForeignKey("tickets.Event", models.CASCADE, null=True, related_name="+", verbose_name=_("event"))
    file = models.ForeignKey("tickets.Attachment", models.CASCADE, null=True, related_name="+", verbose_name=_("file"))
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("note or file")
        verbose_name_plural = _("notes and files")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["ticket", "kind", "key"], name="an_addition_has_one_id")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def words(self) -> dict[str, Any]:
        """Answer what was sent."""
        return dict(json.loads(self.said))


class Hub(models.Model):
    """A subscription of another system: what it wants to be told, sent through a webhook endpoint of its own."""

    endpoint = models.OneToOneField("integrations.WebhookEndpoint", models.CASCADE, related_name="hub", verbose_name=_("webhook endpoint"))
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tmf_hubs", verbose_name=_("account"))
    standard = models.CharField(_("interface"), max_length=13, choices=Standard.choices, default=Standard.TROUBLE_TICKET)
    version = models.CharField(_("version"), max_length=2, choices=Version.choices)
    callback = models.CharField(_("callback"), max_length=500)
    query = models.CharField(_("query"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("TMF621 subscription")
        verbose_name_plural = _("TMF621 subscriptions")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["account", "standard", "version", "callback", "query"], name="a_subscription_once_by_an_account"
            )
        ]

    def __str__(self) -> str:
        return self.callback


class ReceivedEvent(models.Model):
    """A notification that another helpdesk's hub pushed to us: kept once, for whoever works on it."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("account"))
    version = models.CharField(_("version"), max_length=2, choices=Version.choices)
    event_id = models.CharField(_("event id"), max_length=TERM)
    type = models.CharField(_("event type"), max_length=60)
    body = models.TextField(_("content"))
    received_at = models.DateTimeField(_("received at"))
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    handled_at = models.DateTimeField(_("handled at"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("received event")
        verbose_name_plural = _("received events")
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["account", "event_id"], name="an_event_once_by_an_account")]
        indexes = [models.Index(fields=["id"], condition=Q(state="waiting"), name="tmf_event_to_handle")]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"

    @property
    def document(self) -> dict[str, Any]:
        """Answer what was pushed."""
        return dict(json.loads(self.body))


class Appointment(models.Model):
    """What a caller said of a visit in words of their own; a visit that nobody spoke of so has none."""

    visit = models.OneToOneField("visits.Visit", models.CASCADE, related_name="tmf", verbose_name=_("visit"))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"), db_index=False
    )
    said = models.TextField(_("words"), default="{}")
    external_id = models.CharField(_("external id"), max_length=TERM, blank=True)
    category = models.CharField(_("category"), max_length=TERM, blank=True)
    description = models.CharField(_("description"), max_length=TERM, blank=True)
    digest = models.CharField(_("hash of the document"), max_length=64, editable=False)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["account", "external_id"],
                condition=~Q(external_id="") & Q(deleted_at__isnull=True),
                name="an_account_names_an_appointment_once",
            )
        ]
        indexes = [
            models.Index(fields=["external_id", "visit"], name="tmf_appointment_external"),
            models.Index(fields=["category", "visit"], name="tmf_appointment_category"),
            models.Index(fields=["visit"], condition=Q(deleted_at__isnull=False), name="tmf_appointment_deleted"),
        ]

    def __str__(self) -> str:
        return str(self.visit)

    @property
    def words(self) -> dict[str, Any]:
        """Answer the attributes as they were sent."""
        return dict(json.loads(self.said))

    @words.setter
    def words(self, given: Mapping[str, Any]) -> None:
        self.said = json.dumps(given)


class SlotSearch(models.Model):
    """A search for free times: what was asked and what was answered, kept for a day so that it can be read again."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("account"), db_index=False)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, null=True, related_name="+", verbose_name=_("ticket"))
    is_done = models.BooleanField(_("done"), default=True, help_text=_("No: it could not be searched."))
    said = models.TextField(_("words"), default="{}")
    found = models.JSONField(_("found"), default=list)
    reason = models.CharField(_("why nothing was found"), max_length=300, blank=True)
    searched_at = models.DateTimeField(_("searched at"))

    class Meta:
        verbose_name = _("search for a time")
        verbose_name_plural = _("searches for a time")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["account", "-id"], name="tmf_search_by_account"),
            models.Index(fields=["searched_at"], name="tmf_search_to_forget"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def words(self) -> dict[str, Any]:
        """Answer what was asked, as it was sent."""
        return dict(json.loads(self.said))
