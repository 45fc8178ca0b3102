"""When and where a course is held for a customer, who is invited and who came."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from training.models.courses import Course

if TYPE_CHECKING:
    from datetime import datetime

REMIND_BEFORE = timedelta(days=1)
"""When those who are expected are reminded."""


class Status(models.TextChoices):
    """Where a session stands."""

    PLANNED = "planned", _("planned")
    ANNOUNCED = "announced", _("announced")
    HELD = "held", _("held")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class Session(models.Model):
    """A course held once for a customer; with a contract it fulfils what that contract's plan owes."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="sessions", verbose_name=_("course"))
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="trainings", verbose_name=_("customer"))
    contract = models.ForeignKey(
        "customers.Contract", models.PROTECT, null=True, blank=True, related_name="trainings", verbose_name=_("contract")
    )
    office = models.ForeignKey("accounts.Office", models.PROTECT, null=True, blank=True, related_name="trainings", verbose_name=_("office"))
    site = models.ForeignKey("customers.Site", models.PROTECT, null=True, blank=True, related_name="trainings", verbose_name=_("site"))
    room = models.CharField(_("room"), max_length=120, blank=True)
    online_link = models.URLField(_("online at"), blank=True, max_length=300)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    capacity = models.PositiveSmallIntegerField(_("seats"), default=20, validators=[MinValueValidator(1)])
    trainers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="trainings_given", verbose_name=_("trainers"))
    note = models.TextField(_("note"), max_length=2000, blank=True, help_text=_("What to bring, how to get in; those invited read it."))
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.PLANNED)
    reason = models.CharField(_("why it was called off"), max_length=300, blank=True)
    sequence = models.PositiveIntegerField(_("revision"), default=0, editable=False)
    created_at = models.DateTimeField(_("planned at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("planned by")
    )
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True)
    held_at = models.DateTimeField(_("held at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("closed or called off at"), null=True, blank=True)
    remind_at = models.DateTimeField(_("reminder due at"), null=True, blank=True, editable=False)
    obligation = models.ForeignKey(
        "obligations.Obligation", models.PROTECT, null=True, blank=True, related_name="trainings", verbose_name=_("fulfilled")
    )
    history = HistoricalRecords(m2m_fields=[trainers])

    class Meta:
        verbose_name = _("training session")
        verbose_name_plural = _("training sessions")
        ordering = ("-starts_at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="training_status_is_known"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="training_ends_after_it_begins",
                violation_error_message=_("A training ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(site__isnull=False) | ~Q(online_link=""),
                name="training_is_somewhere",
                violation_error_message=_("Say where it is: choose a site, or give the address of the online meeting."),
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="training_has_seats"),
            models.CheckConstraint(condition=~Q(status="cancelled") | ~Q(reason=""), name="a_cancelled_training_has_a_reason"),
            models.CheckConstraint(
                condition=Q(status__in=["closed", "cancelled"], ended_at__isnull=False)
                | (~Q(status__in=["closed", "cancelled"]) & Q(ended_at__isnull=True)),
                name="an_ended_training_has_its_moment",
            ),
            models.CheckConstraint(condition=~Q(status__in=["held", "closed"]) | Q(held_at__isnull=False), name="a_held_training_was_held"),
        ]
        indexes = [
            models.Index(fields=["-starts_at", "-id"], name="training_newest"),
            models.Index(fields=["organization", "-starts_at"], name="training_by_customer"),
            models.Index(fields=["contract", "-starts_at"], name="training_by_contract"),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="training_to_remind"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.course}"

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("training:session", args=[self.pk])

    @property
    def number(self) -> str:
        """Answer what it is called on papers."""
        return f"TR-{self.pk:06d}"

    @property
    def about(self) -> str:
        """Answer by which words documents know it."""
        return f"training/{self.pk}"

    @property
    def place(self) -> str:
        """Answer where it is, in a line."""
        where = [str(self.site), self.site.address, self.room] if self.site else [self.room]
        return " · ".join(filter(None, (*where, self.online_link)))

    def has_begun(self, at: datetime) -> bool:
        """Whether it should be under way or over."""
        return at >= self.starts_at


class Move(models.Model):
    """That a session was put to another time, and why. Only ever added."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="moves", verbose_name=_("training session"))
    from_starts_at = models.DateTimeField(_("was to begin"))
    to_starts_at = models.DateTimeField(_("begins now"))
    reason = models.CharField(_("why"), max_length=300)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("move of a training")
        verbose_name_plural = _("moves of trainings")
        ordering = ("session", "id")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="a_move_has_a_reason")]

    def __str__(self) -> str:
        return self.reason


class Presence(models.TextChoices):
    """Whether somebody comes, or came."""

    INVITED = "invited", _("invited")
    CONFIRMED = "confirmed", _("confirmed")
    PRESENT = "present", _("present")
    ABSENT = "absent", _("absent")


class Attendee(models.Model):
    """Somebody of the customer who is to be trained: with an account, or by name alone."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendees", verbose_name=_("training session"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="trainings", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    presence = models.CharField(_("attendance"), max_length=9, choices=Presence.choices, default=Presence.INVITED)
    strokes = models.JSONField(_("strokes"), default=list, blank=True, help_text=_("Lines of points [x, y] in a field 1000 wide."))
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    signed_on = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("on the device of")
    )
    score = models.DecimalField(
        _("points in the test"), max_digits=4, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    evaluation = models.OneToOneField(
        "surveys.SurveyInvitation", models.SET_NULL, null=True, blank=True, related_name="trained", verbose_name=_("evaluation")
    )
    added_at = models.DateTimeField(_("entered at"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    history = HistoricalRecords(excluded_fields=["strokes"])

    class Meta:
        verbose_name = _("attendee")
        verbose_name_plural = _("attendees")
        ordering = ("session", "id")
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], condition=Q(user__isnull=False), name="a_person_attends_once"),
            models.UniqueConstraint(fields=["session", "name"], condition=Q(user__isnull=True), name="a_name_attends_once"),
            models.CheckConstraint(condition=~Q(name=""), name="an_attendee_has_a_name"),
            models.CheckConstraint(condition=Q(presence__in=Presence.values), name="attendance_is_known"),
            models.CheckConstraint(condition=Q(signed_at__isnull=True) | Q(presence="present"), name="who_signed_was_present"),
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100), name="points_are_of_100"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_passed(self) -> bool:
        """Whether a certificate is deserved: was there, and reached the points where the course has a test."""
        mark = self.session.course.pass_mark
        return self.presence == Presence.PRESENT and (mark is None or (self.score is not None and self.score >= mark))
