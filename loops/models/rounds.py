"""One time round: what was planned, agreed, done, and what the customer said to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from loops.models.loop import Loop

if TYPE_CHECKING:
    from datetime import datetime


class How(models.TextChoices):
    """How something was said between the customer and us."""

    PORTAL = "portal", _("in the portal")
    CALL = "call", _("on the phone")
    MESSAGE = "message", _("by message")
    VISIT = "visit", _("face to face")


class Measure(models.TextChoices):
    """What kind of improvement it is (P0: a corrective or preventive measure is recorded)."""

    CORRECTIVE = "corrective", _("corrective measure")
    PREVENTIVE = "preventive", _("preventive measure")


class Verdict(models.TextChoices):
    """What the customer says to what was done."""

    SATISFIED = "satisfied", _("satisfied")
    NOT_SATISFIED = "not_satisfied", _("not satisfied")


def _person(label: Any) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label)


class Round(models.Model):
    """One time round, numbered from 1; a later one says first why the one before did not do."""

    loop = models.ForeignKey(Loop, models.PROTECT, related_name="all_rounds", verbose_name=_("complaint or feedback"))
    number = models.PositiveSmallIntegerField(_("round"))
    opened_at = models.DateTimeField(_("opened at"))
    why_again = models.TextField(_("why the round before did not do"), blank=True)
    looked_into_at = models.DateTimeField(_("looked into at"), null=True, blank=True)
    looked_into_by = _person(_("looked into by"))

    plan = models.TextField(_("what we intend"), blank=True)
    told_at = models.DateTimeField(_("customer told at"), null=True, blank=True)
    told_by = _person(_("told by"))
    told_how = models.CharField(_("told how"), max_length=8, choices=How.choices, blank=True)
    disagreed = models.PositiveSmallIntegerField(_("times not agreed"), default=0)
    objection = models.TextField(_("what the customer objected"), blank=True)
    agreed_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    agreed_name = models.CharField(_("agreed by"), max_length=80, blank=True)
    agreed_how = models.CharField(_("agreed how"), max_length=8, choices=How.choices, blank=True)
    agreed_heard_by = _person(_("heard by"))

    carried_out_at = models.DateTimeField(_("carried out at"), null=True, blank=True)
    carried_out_by = _person(_("carried out by"))
    cause = models.TextField(_("cause"), blank=True)
    result = models.TextField(_("result"), blank=True)
    measure_kind = models.CharField(_("kind of measure"), max_length=10, choices=Measure.choices, blank=True)
    measure = models.TextField(_("improvement measure"), blank=True)
    treatment = models.TextField(_("treatment of who was responsible"), blank=True, help_text=_("Staff only."))
    close_requested_at = models.DateTimeField(_("close requested at"), null=True, blank=True)
    close_requested_by = _person(_("close requested by"))
    remind_at = models.DateTimeField(_("next reminder"), null=True, blank=True, help_text=_("While the customer's word is awaited."))
    reminded = models.PositiveSmallIntegerField(_("reminders sent"), default=0)

    verdict = models.CharField(_("verdict"), max_length=13, choices=Verdict.choices, blank=True)
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    verified_by = _person(_("verified by"))
    verified_how = models.CharField(_("verified how"), max_length=8, choices=How.choices, blank=True)
    verdict_name = models.CharField(_("said by"), max_length=80, blank=True)
    verdict_words = models.TextField(_("in their own words"), blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ("loop", "number")
        constraints = [
            models.UniqueConstraint(fields=["loop", "number"], name="one_round_of_a_number"),
            models.UniqueConstraint(fields=["loop"], condition=Q(verdict=""), name="one_round_at_a_time"),
            models.CheckConstraint(
                condition=Q(verdict="", verified_at__isnull=True) | (~Q(verdict="") & Q(verified_at__isnull=False)),
                name="a_verdict_has_its_moment",
            ),
            models.CheckConstraint(condition=Q(agreed_at__isnull=True) | Q(told_at__isnull=False), name="who_agrees_was_told"),
            models.CheckConstraint(
                condition=Q(carried_out_at__isnull=True) | (Q(agreed_at__isnull=False) & ~Q(result="") & ~Q(measure="")),
                name="what_is_carried_out_was_agreed",
            ),
            models.CheckConstraint(
                # a ticket that was resolved before there were loops went none of the steps
                condition=~Q(verdict="satisfied")
                | Q(carried_out_at__isnull=False)
                | Q(told_at__isnull=True, close_requested_at__isnull=False),
                name="satisfied_with_what_was_done",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | Q(told_at__isnull=True) | ~Q(why_again=""), name="a_later_round_was_looked_into"
            ),
        ]
        indexes = [models.Index(fields=["remind_at", "id"], condition=Q(remind_at__isnull=False), name="round_to_remind")]

    def __str__(self) -> str:
        return f"{self.loop} · {self.number}"

    @property
    def asking(self) -> int:
        """Answer which time departments are asked now: once more after each time the customer did not agree."""
        return self.disagreed + 1

    def handlers(self) -> set[int]:
        """Answer the ids of those of ours who had a hand in the round, but for those who gave opinions."""
        found = (self.told_by_id, self.carried_out_by_id, self.close_requested_by_id, self.looked_into_by_id)
        return {person for person in found if person is not None}


class Opinion(models.Model):
    """The tracking form 投诉跟踪单 at one department, with a clock of its own (P2 1.1.2: two hours)."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="opinions", verbose_name=_("round"))
    department = models.ForeignKey("accounts.Team", models.PROTECT, related_name="+", verbose_name=_("department"))
    asking = models.PositiveSmallIntegerField(
        _("number of the asking"), default=1, help_text=_("1, and one more for each time the customer had not agreed in this round.")
    )
    question = models.TextField(_("what is asked"), blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = _person(_("asked by"))
    due_at = models.DateTimeField(_("due at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = _person(_("answered by"))
    text = models.TextField(_("opinion"), blank=True)
    late_at = models.DateTimeField(_("told to be late at"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("department's opinion")
        verbose_name_plural = _("departments' opinions")
        ordering = ("round", "id")
        constraints = [
            models.UniqueConstraint(fields=["round", "department", "asking"], name="a_department_is_asked_once_a_plan"),
            models.CheckConstraint(condition=Q(due_at__gte=F("asked_at")), name="an_opinion_is_due_after_it_is_asked"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, text="") | (Q(answered_at__isnull=False) & ~Q(text="")),
                name="an_opinion_says_something",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(answered_at__isnull=True, late_at__isnull=True), name="opinion_to_watch"),
            models.Index(fields=["department", "due_at"], condition=Q(answered_at__isnull=True), name="opinion_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.department}"

    def is_late(self, at: datetime) -> bool:
        """Whether it came, or is still awaited, after its time."""
        return (self.answered_at or at) > self.due_at
