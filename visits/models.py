"""Visits on site and their record."""

from __future__ import annotations

import uuid
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import chain
from core.foreign import Foreign, once_per_source

if TYPE_CHECKING:
    from collections.abc import Mapping


class Purpose(models.TextChoices):
    """What a visit is for."""

    SUPPORT = "support", _("on-site support")
    INSPECTION = "inspection", _("inspection")


class Status(models.TextChoices):
    """Where a visit stands."""

    PLANNED = "planned", _("planned")
    DEPARTED = "departed", _("on the way")
    ON_SITE = "on_site", _("on site")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


OPEN = frozenset({Status.PLANNED, Status.DEPARTED, Status.ON_SITE})


class Failure(models.TextChoices):
    """Why nothing could be done on site."""

    NOBODY_THERE = "nobody_there", _("nobody there")
    NO_ACCESS = "no_access", _("no access")
    NOT_READY = "not_ready", _("site or equipment not ready")
    REFUSED = "refused", _("the customer refused the work")
    OTHER = "other", _("other")


class Result(models.TextChoices):
    """What a visit came to."""

    SOLVED = "solved", _("solved")
    PROVISIONAL = "provisional", _("works for the time being")
    UNFINISHED = "unfinished", _("another visit is needed")


class Visit(Foreign):
    """One journey of one or more engineers to a site: for a ticket, or for an inspection (which knows its visit)."""

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("ticket"))
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices, default=Purpose.SUPPORT)
    subject = models.CharField(_("subject"), max_length=200)
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="visits", verbose_name=_("customer"))
    site = models.ForeignKey("customers.Site", models.PROTECT, related_name="visits", verbose_name=_("site"))
    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="visits", verbose_name=_("office"))
    skill = models.ForeignKey("accounts.Skill", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("skill needed"))
    reason = models.TextField(_("why phone and remote support do not do"), blank=True)

    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("engineer")
    )
    helpers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="assisted_visits", verbose_name=_("others who come along")
    )
    starts_at = models.DateTimeField(_("planned from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("planned until"), null=True, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.PLANNED)
    departed_at = models.DateTimeField(_("departed at"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    work = models.TextField(_("what was done"), blank=True)
    parts = models.TextField(_("parts used"), blank=True)
    result = models.CharField(_("what it came to"), max_length=12, choices=Result.choices, blank=True)
    failure = models.CharField(_("why nothing could be done"), max_length=14, choices=Failure.choices, blank=True)
    ended_because = models.CharField(_("why it failed or was cancelled"), max_length=300, blank=True)

    uid = models.UUIDField(_("id in calendars"), default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(
        _("revision in calendars"), default=0, editable=False, help_text=_("Counts up when time, people or state change (RFC 5545).")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("planned by")
    )
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))
    event_count = models.PositiveIntegerField(_("events"), default=0, editable=False)
    head_hash = models.CharField(_("hash of the record"), max_length=64, default="", editable=False)
    history = HistoricalRecords(m2m_fields=[helpers], excluded_fields=["event_count", "head_hash", "updated_at"])

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ("-id",)
        constraints = [
            once_per_source("visit_once_per_external_id"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="visit_status_is_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="visit_purpose_is_known"),
            models.CheckConstraint(condition=Q(purpose="inspection") | Q(ticket__isnull=False), name="support_on_site_has_a_ticket"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="visit_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "cancelled", "failed"]) | Q(lead__isnull=False), name="who_travels_is_known"
            ),
            models.CheckConstraint(condition=~Q(status="departed") | Q(departed_at__isnull=False), name="a_departure_has_a_time"),
            models.CheckConstraint(
                condition=~Q(status__in=["on_site", "done"]) | Q(arrived_at__isnull=False), name="an_arrival_has_a_time"
            ),
            models.CheckConstraint(condition=~Q(status="done") | Q(left_at__isnull=False), name="a_done_visit_has_an_end"),
            models.CheckConstraint(condition=~Q(status="failed") | ~Q(failure=""), name="a_failed_visit_has_a_cause"),
            models.CheckConstraint(
                condition=~Q(status="done", purpose="support") | ~Q(result=""), name="support_on_site_comes_to_something"
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "-id"], name="visit_by_ticket"),
            models.Index(fields=["updated_at", "id"], name="visit_by_update"),
            models.Index(fields=["created_at", "id"], name="visit_by_creation"),
            models.Index(fields=["-starts_at", "-id"], name="visit_by_time"),
            models.Index(fields=["lead", "-starts_at", "-id"], name="visit_by_engineer"),
            models.Index(fields=["office", "-starts_at", "-id"], name="visit_by_office"),
            models.Index(fields=["site", "-starts_at", "-id"], name="visit_by_site"),
            models.Index(
                fields=["office", "id"],
                condition=Q(status="planned") & (Q(lead__isnull=True) | Q(starts_at__isnull=True)),
                name="visit_to_schedule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.site}"

    def get_absolute_url(self) -> str:
        """Answer the address of the visit's page."""
        return reverse("visits:visit", args=[self.pk])

    @property
    def number(self) -> str:
        """Answer what the visit is called on its papers."""
        return f"VIS-{self.pk:06d}"

    @property
    def is_open(self) -> bool:
        """Whether the visit is still to be made or finished."""
        return self.status in OPEN


class VisitEvent(chain.Line):
    """One line of a visit's record. Only ever added."""

    class Type(models.TextChoices):
        """What can happen to a visit."""

        PLANNED = "planned", _("planned")
        SCHEDULED = "scheduled", _("scheduled")
        TOLD = "told", _("customer told")
        PLAN_PROPOSED = "plan_proposed", _("plan of work proposed")
        PLAN_APPROVED = "plan_approved", _("plan of work approved by the customer")
        PLAN_REJECTED = "plan_rejected", _("plan of work rejected by the customer")
        PLAN_OVERRIDDEN = "plan_overridden", _("work begun without the customer's approval")
        DEPARTED = "departed", _("engineer departed")
        CHECKED_IN = "checked_in", _("engineer checked in on site")
        REQUEST_SIGNED = "request_signed", _("request to work on site signed")
        REQUEST_REFUSED = "request_refused", _("request to work on site not signed")
        WORKED = "worked", _("work noted")
        PHOTO = "photo", _("photo taken")
        CHECKED_OUT = "checked_out", _("engineer checked out")
        CONFIRMED = "confirmed", _("service confirmation signed")
        NOT_CONFIRMED = "not_confirmed", _("service confirmation not signed")
        FAILED = "failed", _("visit failed")
        CANCELLED = "cancelled", _("visit cancelled")
        NOTED = "noted", _("note")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="events", verbose_name=_("visit"))
    seq = models.PositiveIntegerField(_("place in the record"))
    type = models.CharField(_("type"), max_length=16, choices=Type.choices)
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    text = models.TextField(_("text"), blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    key = models.UUIDField(
        _("key of the sending"), null=True, blank=True, help_text=_("Made on the phone: what is sent twice is kept once.")
    )

    class Meta:
        verbose_name = _("event of a visit")
        verbose_name_plural = _("events of visits")
        ordering = ("visit", "seq")
        constraints = [
            models.UniqueConstraint(fields=["visit", "seq"], name="visit_event_place_once"),
            models.UniqueConstraint(fields=["visit", "key"], condition=Q(key__isnull=False), name="visit_sending_once"),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id}/{self.seq} {self.type}"

    def said(self) -> Mapping[str, Any]:
        """Answer what the hash covers."""
        return {
            "visit": self.visit_id,
            "seq": self.seq,
            "type": self.type,
            "at": self.at,
            "actor": self.actor_id,
            "text": self.text,
            "facts": self.facts,
        }


def upload_path(photo: VisitPhoto, name: str) -> str:
    """Answer a place that tells nothing and that nobody can guess."""
    token = uuid.uuid4().hex
    return f"visits/{token[:2]}/{token}{PurePath(name).suffix.lower()[:10]}"


class VisitPhoto(models.Model):
    """A picture taken on site."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="photos", verbose_name=_("visit"))
    event = models.ForeignKey(VisitEvent, models.CASCADE, null=True, blank=True, related_name="photos", verbose_name=_("event"))
    file = models.FileField(_("file"), upload_to=upload_path, max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("size, bytes"))
    content_type = models.CharField(_("content type"), max_length=100)
    caption = models.CharField(_("caption"), max_length=120, blank=True)
    taken_at = models.DateTimeField(_("taken at"))
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken by"))

    class Meta:
        verbose_name = _("photo of a visit")
        verbose_name_plural = _("photos of visits")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.caption or f"{self.visit_id}/{self.pk}"


class CalendarFeed(models.Model):
    """A secret address at which a calendar program reads the visits of a person or an office; only the secret's hash is kept."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="calendar_feeds", verbose_name=_("whose visits")
    )
    office = models.ForeignKey(
        "accounts.Office", models.CASCADE, null=True, blank=True, related_name="calendar_feeds", verbose_name=_("visits of the office")
    )
    start = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["digest", "last_used_at"])

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False, office__isnull=True) | Q(owner__isnull=True, office__isnull=False),
                name="feed_of_a_person_or_an_office",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner or self.office} ({self.start}…)"
