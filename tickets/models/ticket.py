"""One piece of work from report to close: where it stands now."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from core.time import FAR
from tickets import workflow

if TYPE_CHECKING:
    from datetime import datetime


@lru_cache
def _page(prefix: str) -> str:
    """Answer the address of every ticket's page below a prefix: looked up once, since a sweep asks for thousands."""
    return reverse("tickets:ticket", args=["NUMBER"])


class Kind(models.TextChoices):
    """What is asked of us."""

    FAULT = "fault", _("fault")
    CONSULTATION = "consultation", _("consultation")
    COMPLAINT = "complaint", _("complaint")
    REQUEST = "request", _("service request")
    INQUIRY = "inquiry", _("feedback on an inquiry")


class Status(models.TextChoices):
    """Where the work stands."""

    NEW = workflow.NEW, _("new")
    ACCEPTED = workflow.ACCEPTED, _("accepted")
    IN_PROGRESS = workflow.IN_PROGRESS, _("in progress")
    WAITING = workflow.WAITING, _("waiting")
    RESOLVED = workflow.RESOLVED, _("resolved")
    REOPENED = workflow.REOPENED, _("reopened")
    CLOSED = workflow.CLOSED, _("closed")
    CANCELLED = workflow.CANCELLED, _("cancelled")


class Channel(models.TextChoices):
    """How it reached us."""

    PORTAL = "portal", _("portal")
    PHONE = "phone", _("phone")
    EMAIL = "email", pgettext_lazy("channel", "e-mail")
    FAX = "fax", _("fax")
    API = "api", _("API")
    ONSITE = "onsite", _("on site")


class WaitOwner(models.TextChoices):
    """In whose hands it is while we wait."""

    CUSTOMER = "customer", _("customer")
    THIRD_PARTY = "third_party", _("third party")
    LOGISTICS = "logistics", _("logistics")
    VENDOR = "vendor", _("vendor")


class Tier(models.TextChoices):
    """Who works on it (P3: on-site engineer, technical expert, vendor)."""

    ENGINEER = "engineer", _("engineer")
    EXPERT = "expert", _("technical expert")
    VENDOR = "vendor", _("vendor")


class Tag(models.Model):
    """A word that tickets are grouped by."""

    name = models.CharField(_("name"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class NumberSeries(models.Model):
    """Where a day's numbers begin in the sequence of all (PostgreSQL), or the last one given out (SQLite)."""

    day = models.DateField(_("day"), primary_key=True)
    base = models.PositiveBigIntegerField(_("base"), default=0)

    def __str__(self) -> str:
        return f"{self.day} {self.base}"


class Ticket(models.Model):
    """A fault, consultation, complaint or request. Its past is in its events; these columns are where it stands now."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    severity = models.PositiveSmallIntegerField(_("severity"))
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.NEW)
    subject = models.CharField(_("subject"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    external_id = models.CharField(_("external id"), max_length=120, blank=True)
    external_source = models.CharField(
        _("whose external id"),
        max_length=40,
        blank=True,
        editable=False,
        help_text=_("The client of the interface or the connection that gave it. Empty: a person, whose organization has it once."),
    )
    submission = models.UUIDField(_("sent form"), null=True, editable=False)
    """The form's own id: sent twice, it is one report. Nobody is shown it."""

    # a column that begins an index below has no index of its own
    organization = models.ForeignKey(
        "customers.Organization", models.PROTECT, db_index=False, related_name="tickets", verbose_name=_("organization")
    )
    site = models.ForeignKey("customers.Site", models.PROTECT, db_index=False, related_name="tickets", verbose_name=_("site"))
    equipment = models.ForeignKey(
        "customers.Equipment", models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("equipment")
    )
    contract = models.ForeignKey(
        "customers.Contract", models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("contract")
    )
    in_warranty = models.BooleanField(_("in warranty when reported"), default=False)
    is_free = models.BooleanField(_("free of charge"), default=False)
    commitment = models.OneToOneField(
        "sla.Commitment", models.PROTECT, null=True, blank=True, related_name="ticket", verbose_name=_("commitment")
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="reported_tickets", verbose_name=_("reported by")
    )
    contact_name = models.CharField(_("contact"), max_length=80, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=40, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="tickets", verbose_name=_("office"))
    team = models.ForeignKey("accounts.Team", models.SET_NULL, null=True, blank=True, related_name="tickets", verbose_name=_("team"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="assigned_tickets", verbose_name=_("assignee")
    )
    watchers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="watched_tickets", verbose_name=_("watchers"))
    tags = models.ManyToManyField(Tag, blank=True, related_name="tickets", verbose_name=_("tags"))

    wait_cause = models.CharField(_("waiting for"), max_length=200, blank=True)
    wait_owner = models.CharField(_("in whose hands"), max_length=12, choices=WaitOwner.choices, blank=True)
    wait_code = models.CharField(_("cause of waiting"), max_length=40, blank=True, help_text=_("The code of a cause of the service plan."))
    wait_until = models.DateTimeField(_("waiting until"), null=True, blank=True, help_text=_("When the wait ends by itself."))
    tier = models.CharField(_("tier of support"), max_length=8, choices=Tier.choices, default=Tier.ENGINEER)
    raised_at = models.DateTimeField(
        _("handed over at"), null=True, blank=True, help_text=_("Since when it waits to be taken over by its tier; empty: it does not.")
    )
    vendor_called_at = models.DateTimeField(
        _("vendor called on at"),
        null=True,
        blank=True,
        help_text=_("When a level of the ladder called on the vendor: the last tier of support."),
    )
    resolution = models.TextField(_("solution"), blank=True)
    solved_remotely = models.BooleanField(_("solved remotely"), null=True, blank=True)
    created_at = models.DateTimeField(_("reported at"))
    updated_at = models.DateTimeField(_("updated at"))
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    # derived from the record, kept for lists; never edited by hand and not in the history
    event_count = models.PositiveIntegerField(_("events"), default=0)
    head_hash = models.CharField(_("hash of the record"), max_length=64, default="", editable=False)
    queue_at = models.DateTimeField(
        _("next promise due at"), default=FAR, help_text=_("When the next promise is due; far away when none is.")
    )
    last_public_at = models.DateTimeField(_("last public message at"), null=True, blank=True)
    search_text = models.TextField(_("search words"), blank=True)
    is_counted = models.BooleanField(
        _("counted"), default=False, help_text=_("Whether the daily figures know how the ticket stands now; every change takes it back.")
    )
    counted_days = models.JSONField(_("counted on"), null=True, blank=True, help_text=_("The days in whose figures the ticket stands."))

    is_confidential = models.BooleanField(_("confidential"), default=False, help_text=_("Those it complains about may not read it."))
    is_canary = models.BooleanField(
        _("canary"),
        default=False,
        editable=False,
        help_text=_("Reported by the desk itself to prove that it works; in no list or figure."),
    )

    is_new = False
    """True on what a report has just made; a report known before answers the ticket without it."""
    new_clocks: tuple[object, ...] = ()
    """The clocks that the report has just started, so that the answer need not read them back."""

    to_do: tuple[tuple[Any, dict[str, Any]], ...] = ()
    """What levels that were just reached do, until the ticket is saved (``services.record.carry_out``)."""

    history = HistoricalRecords(
        excluded_fields=[
            "submission",
            "event_count",
            "head_hash",
            "queue_at",
            "last_public_at",
            "search_text",
            "updated_at",
            "is_counted",
            "counted_days",
            "is_canary",
        ]
    )

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=~Q(external_id="") & Q(external_source=""),
                name="external_id_once_per_organization",
            ),
            models.UniqueConstraint(
                fields=["external_source", "external_id"],
                condition=~Q(external_id="") & ~Q(external_source=""),
                name="external_id_once_per_source",
            ),
            models.UniqueConstraint(
                fields=["reporter", "submission"], condition=Q(submission__isnull=False), name="form_once_per_reporter"
            ),
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=4), name="severity_is_1_to_4"),
            models.CheckConstraint(condition=Q(status__in=workflow.STATUSES), name="ticket_status_is_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="ticket_kind_is_known"),
            models.CheckConstraint(condition=~Q(status="waiting") | ~Q(wait_owner=""), name="a_wait_has_an_owner"),
            models.CheckConstraint(condition=Q(is_canary=False) | Q(status="cancelled"), name="a_canary_is_never_open"),
            models.CheckConstraint(condition=~Q(status="closed") | Q(closed_at__isnull=False), name="closed_has_a_time"),
        ]
        indexes = [
            models.Index(fields=["queue_at", "id"], condition=Q(status__in=sorted(workflow.OPEN)), name="queue_open"),
            models.Index(fields=["assignee", "queue_at", "id"], condition=Q(status__in=sorted(workflow.OPEN)), name="queue_mine"),
            models.Index(fields=["office", "queue_at", "id"], condition=Q(status__in=sorted(workflow.OPEN)), name="queue_office"),
            models.Index(fields=["team", "queue_at", "id"], condition=Q(status__in=sorted(workflow.OPEN)), name="queue_team"),
            models.Index(fields=["organization", "queue_at", "id"], condition=Q(status__in=sorted(workflow.OPEN)), name="queue_customer"),
            models.Index(fields=["equipment", "queue_at", "id"], condition=Q(status__in=sorted(workflow.OPEN)), name="queue_equipment"),
            models.Index(fields=["organization", "-id"], name="ticket_by_organization"),
            models.Index(fields=["site", "-id"], name="ticket_by_site"),
            models.Index(fields=["status", "resolved_at"], condition=Q(status="resolved"), name="ticket_to_close"),
            models.Index(fields=["wait_until"], condition=Q(status="waiting", wait_until__isnull=False), name="ticket_to_wake"),
            models.Index(fields=["created_at", "id"], name="ticket_by_creation"),
            models.Index(fields=["updated_at", "id"], name="ticket_by_update"),
            models.Index(
                fields=["resolved_at", "kind", "severity", "created_at"], condition=Q(resolved_at__isnull=False), name="ticket_by_solution"
            ),
            models.Index(fields=["id"], condition=Q(is_counted=False), name="ticket_to_count"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Answer the address of the ticket's page; staff and customers have the same."""
        return _page(get_script_prefix()).replace("NUMBER", self.number)

    @property
    def is_open(self) -> bool:
        """Whether work is still owed."""
        return self.status in workflow.OPEN

    @property
    def due_at(self) -> datetime | None:
        """Answer when the next promise is due, or None."""
        return None if self.queue_at >= FAR else self.queue_at


class Concerned(models.Model):
    """One of ours whom a complaint is about: they neither handle nor judge it, and may not read it when it is confidential."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="concerned", verbose_name=_("ticket"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("concerned"))
    created_at = models.DateTimeField(_("entered at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("person concerned")
        verbose_name_plural = _("persons concerned")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="concerned_once_by_a_ticket")]

    def __str__(self) -> str:
        return f"{self.person} · {self.ticket}"
