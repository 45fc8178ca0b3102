"""Promises as rows: calendars and plans in versions, commitments, clocks, escalations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Catalogued(models.Model):
    """A calendar or plan: a name for a chain of versions."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        if (get_language() or "").startswith("en"):
            return self.name_en or self.name
        return self.name


class Version(models.Model):
    """What a calendar or plan says from an instant on; never changed once made (rule 14 of the clock)."""

    number = models.PositiveIntegerField(_("version"))
    valid_from = models.DateTimeField(_("valid from"))
    data = models.JSONField(_("content"))
    checksum = models.CharField(_("checksum"), max_length=64)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )

    class Meta:
        abstract = True
        ordering = ("-number",)


class Calendar(Catalogued):
    """Hours in which a promise counts."""

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ("code",)


class CalendarVersion(Version):
    """Opening hours, holidays and date-specific hours as data."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions", verbose_name=_("calendar"))

    class Meta(Version.Meta):
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")
        constraints = [models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_number_once")]

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"


class CalendarDraft(models.Model):
    """The next version of a calendar while it is being written; one for each calendar, and nothing counts in it."""

    calendar = models.OneToOneField(Calendar, models.CASCADE, related_name="draft", verbose_name=_("calendar"))
    base = models.ForeignKey(CalendarVersion, models.PROTECT, null=True, related_name="+", verbose_name=_("written from version"))
    data = models.JSONField(_("content"))
    revision = models.PositiveIntegerField(_("revision"), default=0)
    """Counts up with every change: what was looked at before publishing is what is published."""
    begun_at = models.DateTimeField(_("begun at"))
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("begun by"))
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("changed by"))

    class Meta:
        verbose_name = _("calendar draft")
        verbose_name_plural = _("calendar drafts")

    def __str__(self) -> str:
        return f"{self.calendar} ({self.revision})"


class CalendarChange(models.Model):
    """What a published version means for the clocks that run already, and how far that is done (rule 14 of the clock).

    The work is in the clocks themselves: those that still count in an older version are yet to be moved.
    """

    class Way(models.TextChoices):
        """What becomes of running clocks."""

        NEW = "new", _("only new tickets count in it")
        CARRY = "carry", _("running clocks count on in it; what was counted stays counted")
        AGAIN = "again", _("running clocks are settled again, as if it had always held")

    version = models.OneToOneField(CalendarVersion, models.PROTECT, related_name="change", verbose_name=_("calendar version"))
    way = models.CharField(_("what becomes of running clocks"), max_length=5, choices=Way.choices, default=Way.CARRY)
    moved = models.PositiveIntegerField(_("tickets moved"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("calendar change")
        verbose_name_plural = _("calendar changes")
        constraints = [models.CheckConstraint(condition=models.Q(way__in=["new", "carry", "again"]), name="calendar_change_way_is_known")]
        indexes = [models.Index(fields=["id"], condition=models.Q(finished_at__isnull=True), name="calendar_change_under_way")]

    def __str__(self) -> str:
        return f"{self.version} {self.way}"


class Plan(Catalogued):
    """A service plan: the promises of a bid."""

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("service plan")
        verbose_name_plural = _("service plans")
        ordering = ("code",)


class PlanVersion(Version):
    """The promises of a plan as data."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions", verbose_name=_("service plan"))

    class Meta(Version.Meta):
        verbose_name = _("plan version")
        verbose_name_plural = _("plan versions")
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_number_once")]

    def __str__(self) -> str:
        return f"{self.plan} v{self.number}"


class Commitment(models.Model):
    """What was promised for one piece of work: the versions that hold for it and the situation at its start."""

    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="commitments", verbose_name=_("plan version"))
    calendars = models.JSONField(_("calendar versions"), default=dict, help_text=_("Calendar code → id of the version that holds."))
    situation = models.JSONField(_("situation"), default=dict, help_text=_("Kind, severity, channel, warranty … when it was reported."))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")

    def __str__(self) -> str:
        return f"#{self.pk} {self.plan_version}"


class ClockState(models.TextChoices):
    """How a promise stands."""

    PENDING = "pending", _("not started")
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    MET = "met", _("met")
    MISSED = "missed", _("missed")
    VOID = "void", _("no longer applies")


class Clock(models.Model):
    """What a promise says about a log; written only by settling (docs/architecture.md).

    Every sweep writes these rows: a column that begins an index below has no index of its own.
    """

    commitment = models.ForeignKey(Commitment, models.CASCADE, db_index=False, related_name="clocks", verbose_name=_("commitment"))
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1)
    promise = models.SlugField(_("promise"), max_length=40, db_index=False)
    measure = models.CharField(_("measure"), max_length=20)
    state = models.CharField(_("state"), max_length=8, choices=ClockState.choices, default=ClockState.PENDING)
    is_strictest = models.BooleanField(_("strictest of its measure"), default=True)
    started_at = models.DateTimeField(_("started at"), null=True)
    due_at = models.DateTimeField(_("due at"), null=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True)
    missed_at = models.DateTimeField(_("missed at"), null=True)
    paused_at = models.DateTimeField(_("paused at"), null=True)
    target_seconds = models.PositiveIntegerField(_("target, seconds"), null=True)
    remaining_seconds = models.IntegerField(_("remaining when last settled, seconds"), null=True)
    waited_seconds = models.PositiveIntegerField(
        _("left out for pauses, seconds"), null=True, help_text=_("Empty: settled before this was counted.")
    )
    disputed_seconds = models.PositiveIntegerField(_("left out for disputed pauses, seconds"), null=True)
    withdrawn_seconds = models.PositiveIntegerField(_("left out for pauses withdrawn since, seconds"), null=True)
    pause_is_disputed = models.BooleanField(_("the pause that lasts is disputed"), default=False)
    calendar_version = models.ForeignKey(
        CalendarVersion, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("calendar version")
    )
    attend_at = models.DateTimeField(_("next attention at"), null=True)

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering = ("cycle", "id")
        constraints = [
            models.UniqueConstraint(fields=["commitment", "cycle", "promise"], name="one_clock_per_promise_and_cycle"),
            models.CheckConstraint(condition=models.Q(state__in=ClockState.values), name="clock_state_is_known"),
            models.CheckConstraint(
                condition=~models.Q(state="paused") | models.Q(due_at__isnull=True), name="paused_clock_has_no_due_time"
            ),
            models.CheckConstraint(condition=~models.Q(state="met") | models.Q(stopped_at__isnull=False), name="met_clock_was_stopped"),
        ]
        indexes = [
            models.Index(fields=["attend_at", "id"], condition=models.Q(attend_at__isnull=False), name="clock_by_attention"),
            models.Index(fields=["promise", "started_at"], name="clock_by_promise_and_start"),
            models.Index(fields=["stopped_at"], condition=models.Q(stopped_at__isnull=False), name="clock_by_stop"),
            models.Index(fields=["missed_at"], condition=models.Q(missed_at__isnull=False), name="clock_by_miss"),
            models.Index(
                fields=["calendar_version", "commitment"],
                condition=models.Q(stopped_at__isnull=True, state__in=["pending", "running", "paused", "missed"]),
                name="clock_by_calendar",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise} {self.state}"


class Escalation(models.Model):
    """A level that was reached: planned, fired, told, acknowledged."""

    class Outcome(models.TextChoices):
        """What became of the level when its time came."""

        FIRED = "fired", _("fired")
        SKIPPED = "skipped", _("skipped: a higher level was reached at once")

    clock = models.ForeignKey(Clock, models.CASCADE, db_index=False, related_name="escalations", verbose_name=_("clock"))
    level = models.SlugField(_("level"), max_length=40, db_index=False)
    rank = models.PositiveSmallIntegerField(_("rank"))
    due_at = models.DateTimeField(_("due at that time"))
    planned_at = models.DateTimeField(_("planned at"))
    fired_at = models.DateTimeField(_("fired at"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, default=Outcome.FIRED)
    unanswered = models.SlugField(
        _("for want of an acknowledgement of"),
        max_length=40,
        blank=True,
        db_index=False,
        help_text=_("The level below that nobody acknowledged, where this one was reached for it before its own time."),
    )
    told = models.JSONField(_("people told"), default=list, help_text=_("Ids of the users that were told."))
    done = models.JSONField(_("done by the level"), default=list, help_text=_("What the level did, or found nothing to do for."))
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("acknowledged by")
    )

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["clock", "level", "due_at"], name="each_level_once_per_due_time"),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | models.Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="acknowledged_by_name",
            ),
        ]
        indexes = [
            models.Index(fields=["-fired_at", "-id"], name="escalation_newest_first"),
            models.Index(fields=["-id"], condition=models.Q(acknowledged_at__isnull=True, outcome="fired"), name="escalation_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.clock} · {self.level}"


class Audit(models.Model):
    """A night's comparison of every stored clock with what its log says; it goes on where it was interrupted."""

    day = models.DateField(_("day"), unique=True)
    begun_at = models.DateTimeField(_("begun at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    reached = models.BigIntegerField(_("compared up to commitment"), default=0)
    checked = models.PositiveIntegerField(_("commitments compared"), default=0)
    differing = models.PositiveIntegerField(_("commitments that differ"), default=0)

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering = ("-day",)
        indexes = [models.Index(fields=["day"], condition=models.Q(finished_at__isnull=True), name="audit_under_way")]

    def __str__(self) -> str:
        return f"{self.day}"


class AuditFinding(models.Model):
    """A stored clock, or a column of it, that was not what settling says; found, never rewritten."""

    audit = models.ForeignKey(Audit, models.CASCADE, related_name="findings", verbose_name=_("audit"))
    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="+", verbose_name=_("commitment"))
    promise = models.CharField(_("promise"), max_length=40)
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    column = models.CharField(_("column"), max_length=40, blank=True)
    stored = models.CharField(_("stored"), max_length=60, blank=True)
    settled = models.CharField(_("settled"), max_length=60, blank=True)
    found_at = models.DateTimeField(_("found at"))

    class Meta:
        verbose_name = _("audit finding")
        verbose_name_plural = _("audit findings")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.promise} ({self.cycle}) {self.column}"
