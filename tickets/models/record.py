"""What happened to a ticket, its files, and what stands beside it."""

from __future__ import annotations

import uuid
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import chain
from tickets.models.ticket import Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping


class Event(chain.Line):
    """One line of the record: what happened, when, who, with what facts. Only ever added, each chained to the one before."""

    class Type(models.TextChoices):
        """What can happen (the engine's names, see ``sla.engine.plan.EVENTS``)."""

        REPORTED = "reported", _("reported")
        REGISTERED = "registered", _("registered and classified")
        ASSIGNED = "assigned", _("assigned")
        ACCEPTED = "accepted", _("accepted")
        CONTACTED = "contacted", _("customer contacted")
        REPLIED = "replied", _("customer replied")
        NOTED = "noted", _("internal note")
        TEAM_FORMED = "team_formed", _("emergency team formed")
        OPINION_ASKED = "opinion_asked", _("department asked")
        OPINION_GIVEN = "opinion_given", _("department's opinion recorded")
        DIAGNOSIS_DELIVERED = "diagnosis_delivered", _("diagnosis delivered")
        DIAGNOSIS_REJECTED = "diagnosis_rejected", _("diagnosis rejected")
        REMOTE_AGREED = "remote_agreed", _("remote support agreed")
        REMOTE_STARTED = "remote_started", _("remote support begun")
        REMOTE_ENDED = "remote_ended", _("remote support ended")
        ONSITE_REQUESTED = "onsite_requested", _("on-site work requested")
        DEPARTED = "departed", _("engineer departed")
        CHECKED_IN = "checked_in", _("engineer checked in on site")
        LEFT = "left", _("engineer left the site")
        HOLD = "hold", _("put on hold")
        RESUMED = "resumed", _("resumed")
        ARRIVAL_MOVED = "arrival_moved", _("expected arrival moved")
        PAUSE_OBJECTED = "pause_objected", _("customer objected to the pause")
        OBJECTION_UPHELD = "objection_upheld", _("objection upheld, pause withdrawn")
        OBJECTION_REFUSED = "objection_refused", _("objection refused, pause stands")
        SEVERITY_CHANGED = "severity_changed", _("severity changed")
        CALENDAR_CHANGED = "calendar_changed", _("calendar changed")
        STOPGAP = "stopgap", _("stop-gap in place")
        RESOLVED = "resolved", _("resolved")
        CONFIRMED = "confirmed", _("solution confirmed")
        REJECTED = "rejected", _("solution rejected")
        REOPENED = "reopened", _("reopened")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")
        FOLLOWED_UP = "followed_up", _("followed up")
        ESCALATED = "escalated", _("escalated")
        ACKNOWLEDGED = "acknowledged", _("escalation acknowledged")
        REASSIGNED = "reassigned", _("passed on by a level")
        TEAM_CALLED = "team_called", _("emergency team called by a level")
        VENDOR_CALLED = "vendor_called", _("vendor called on by a level")
        TIER_RAISED = "tier_raised", _("handed to the next tier of support")
        TIER_TAKEN = "tier_taken", _("taken over by the next tier of support")
        LINKED = "linked", _("linked")
        ATTACHED = "attached", _("file attached")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events", verbose_name=_("ticket"))
    seq = models.PositiveIntegerField(_("place in the record"))
    type = models.CharField(_("type"), max_length=20, choices=Type.choices)
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    is_public = models.BooleanField(_("shown to the customer"), default=True)
    text = models.TextField(_("text"), blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("ticket", "seq")
        constraints = [models.UniqueConstraint(fields=["ticket", "seq"], name="event_place_once_per_ticket")]
        indexes = [models.Index(fields=["type", "at"], name="event_by_type_and_time")]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.seq} {self.type}"

    def said(self) -> Mapping[str, Any]:
        """Answer what the hash covers."""
        return {
            "ticket": self.ticket.number,
            "seq": self.seq,
            "type": self.type,
            "at": self.at,
            "actor": self.actor_id,
            "public": self.is_public,
            "text": self.text,
            "facts": self.facts,
        }


def upload_path(attachment: Attachment, name: str) -> str:
    """Answer a place that tells nothing and that nobody can guess."""
    token = uuid.uuid4().hex
    return f"attachments/{token[:2]}/{token}{PurePath(name).suffix.lower()[:10]}"


class Attachment(models.Model):
    """A file of the record."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="attachments", verbose_name=_("ticket"))
    event = models.ForeignKey(Event, models.CASCADE, null=True, blank=True, related_name="attachments", verbose_name=_("event"))
    file = models.FileField(_("file"), upload_to=upload_path, max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveIntegerField(_("size, bytes"))
    content_type = models.CharField(_("content type"), max_length=100)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    is_public = models.BooleanField(_("shown to the customer"), default=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class TicketLink(models.Model):
    """How one ticket stands to another."""

    class Kind(models.TextChoices):
        """What the first is to the second."""

        RELATED = "related", _("related to")
        CHILD = "child", _("part of")
        DUPLICATE = "duplicate", _("duplicate of")
        FOLLOWS = "follows", _("follows")
        CAUSED_BY = "caused_by", _("caused by")

    source = models.ForeignKey(Ticket, models.CASCADE, related_name="links_out", verbose_name=_("ticket"))
    target = models.ForeignKey(Ticket, models.CASCADE, related_name="links_in", verbose_name=_("other ticket"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.RELATED)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )

    class Meta:
        verbose_name = _("link between tickets")
        verbose_name_plural = _("links between tickets")
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="one_link_of_a_kind"),
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="no_link_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class SavedView(models.Model):
    """Filters of the queue that a person keeps under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("user"))
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filters"), max_length=500)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="view_name_once_per_person")]

    def __str__(self) -> str:
        return self.name
