"""What is counted from the record: the daily figures, and rehearsals."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models.ticket import Ticket


class DailyFigure(models.Model):
    """What happened on a day, counted for each promise, severity, customer and engineer of an office (docs/decisions/figures.md)."""

    class Axis(models.TextChoices):
        """What the key is one of; each ticket is counted once on every axis that it has a place on."""

        PROMISE = "promise", _("promise")
        SEVERITY = "severity", _("severity")
        CUSTOMER = "customer", _("customer")
        ENGINEER = "engineer", _("engineer")

    day = models.DateField(_("day"))
    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    axis = models.CharField(_("counted by"), max_length=8, choices=Axis.choices)
    key = models.CharField(_("of which"), max_length=40)
    met = models.PositiveIntegerField(_("promises kept"))
    missed = models.PositiveIntegerField(_("promises missed"))
    remote = models.PositiveIntegerField(_("faults solved remotely"))
    onsite = models.PositiveIntegerField(_("faults solved on site"))
    reported = models.PositiveIntegerField(_("tickets reported"))
    resolved = models.PositiveIntegerField(_("tickets solved"))
    disputed = models.PositiveIntegerField(
        _("promises kept, disputed"),
        default=0,
        help_text=_("Of those kept: only thanks to a pause that is disputed or was withdrawn since."),
    )

    class Meta:
        verbose_name = _("daily figure")
        verbose_name_plural = _("daily figures")
        ordering = ("day", "office", "axis", "key")
        constraints = [models.UniqueConstraint(fields=["day", "axis", "key", "office"], name="one_figure_a_day_office_and_key")]

    def __str__(self) -> str:
        return f"{self.day} {self.axis} {self.key}"


class Rehearsal(models.Model):
    """A plan that does not hold, or other hours, tried on the record of a period; nothing of the record changes.

    It goes on where it was interrupted: a batch of tickets, what was found about them and how far it came are one transaction.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting for a worker")
        RUNNING = "running", _("under way")
        FINISHED = "finished", pgettext_lazy("rehearsal", "finished")
        CANCELLED = "cancelled", pgettext_lazy("rehearsal", "cancelled")
        FAILED = "failed", _("could not go on")

    LIVE = (State.WAITING, State.RUNNING)

    plan = models.ForeignKey("sla.Plan", models.PROTECT, related_name="+", verbose_name=_("service plan"))
    base = models.ForeignKey("sla.PlanVersion", models.PROTECT, related_name="+", verbose_name=_("version in force"))
    content = models.JSONField(_("content of the draft"))
    calendars = models.JSONField(
        _("calendars tried"), default=dict, help_text=_("Calendar code → number of the version (null: a draft) and its content.")
    )
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    asked_at = models.DateTimeField(_("asked for at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("asked for by")
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(_("tickets"))
    done = models.PositiveIntegerField(_("tickets settled"), default=0)
    differing = models.PositiveIntegerField(_("tickets that would stand otherwise"), default=0)
    reached_at = models.DateTimeField(_("settled up to what was reported at"), null=True)
    reached = models.BigIntegerField(_("settled up to ticket"), default=0)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("cancelled by")
    )
    trouble = models.CharField(_("why it could not go on"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("rehearsal")
        verbose_name_plural = _("rehearsals")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(first__lte=models.F("last")), name="rehearsal_days_in_order"),
            models.CheckConstraint(condition=~Q(state__in=["waiting", "running"]) | Q(ended_at__isnull=True), name="rehearsal_ends_once"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(state__in=["waiting", "running"]), name="rehearsal_to_go_on")]

    def __str__(self) -> str:
        return f"{self.plan} {self.first} – {self.last}"

    @property
    def is_live(self) -> bool:
        """Whether a worker still has to do with it."""
        return self.state in self.LIVE

    @property
    def is_under_way(self) -> bool:
        """Whether a worker has begun and not ended."""
        return self.state == self.State.RUNNING


class RehearsalCount(models.Model):
    """How the clocks of one promise and customer stand, and how they would stand under the draft."""

    rehearsal = models.ForeignKey(Rehearsal, models.CASCADE, db_index=False, related_name="counts", verbose_name=_("rehearsal"))
    promise = models.CharField(_("promise"), max_length=40)
    organization = models.ForeignKey(
        "customers.Organization", models.PROTECT, db_index=False, related_name="+", verbose_name=_("organization")
    )
    kept_before = models.PositiveIntegerField(_("kept"), default=0)
    missed_before = models.PositiveIntegerField(_("missed"), default=0)
    running_before = models.PositiveIntegerField(_("running"), default=0)
    kept_after = models.PositiveIntegerField(_("kept under the draft"), default=0)
    missed_after = models.PositiveIntegerField(_("missed under the draft"), default=0)
    running_after = models.PositiveIntegerField(_("running under the draft"), default=0)
    newly_missed = models.PositiveIntegerField(_("newly missed"), default=0)
    newly_kept = models.PositiveIntegerField(_("newly kept"), default=0)
    other = models.PositiveIntegerField(_("otherwise different"), default=0)
    added = models.PositiveIntegerField(_("promised only by the draft"), default=0)
    dropped = models.PositiveIntegerField(_("no longer promised"), default=0)

    class Meta:
        verbose_name = _("count of a rehearsal")
        verbose_name_plural = _("counts of a rehearsal")
        constraints = [
            models.UniqueConstraint(fields=["rehearsal", "promise", "organization"], name="one_count_per_rehearsal_promise_customer")
        ]

    def __str__(self) -> str:
        return f"{self.rehearsal_id} {self.promise}"


class RehearsalFinding(models.Model):
    """A clock of a ticket that would stand otherwise under the draft."""

    class Change(models.TextChoices):
        """What would become of it."""

        NEWLY_MISSED = "newly_missed", _("newly missed")
        NEWLY_KEPT = "newly_kept", _("newly kept")
        OTHER = "other", _("otherwise different")
        ADDED = "added", _("promised only by the draft")
        DROPPED = "dropped", _("no longer promised")

    rehearsal = models.ForeignKey(Rehearsal, models.CASCADE, db_index=False, related_name="findings", verbose_name=_("rehearsal"))
    ticket = models.ForeignKey(Ticket, models.PROTECT, db_index=False, related_name="+", verbose_name=_("ticket"))
    organization = models.ForeignKey(
        "customers.Organization", models.PROTECT, db_index=False, related_name="+", verbose_name=_("organization")
    )
    promise = models.CharField(_("promise"), max_length=40)
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    change = models.CharField(_("change"), max_length=12, choices=Change.choices)
    before = models.CharField(_("now"), max_length=8, blank=True)
    after = models.CharField(_("under the draft"), max_length=8, blank=True)
    due_before = models.DateTimeField(_("due"), null=True)
    due_after = models.DateTimeField(_("due under the draft"), null=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True)

    class Meta:
        verbose_name = _("finding of a rehearsal")
        verbose_name_plural = _("findings of a rehearsal")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["rehearsal", "ticket", "cycle", "promise"], name="one_finding_per_rehearsal_and_clock")
        ]
        indexes = [
            models.Index(fields=["rehearsal", "id"], name="finding_in_order"),
            models.Index(fields=["rehearsal", "change", "id"], name="finding_by_change"),
            models.Index(fields=["rehearsal", "promise", "id"], name="finding_by_promise"),
            models.Index(fields=["rehearsal", "organization", "id"], name="finding_by_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.promise} {self.change}"
