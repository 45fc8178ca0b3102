"""A call to a customer: owed or wished for, tried, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from care.models.scripts import ForKind as Kind
from care.models.scripts import ScriptVersion

if TYPE_CHECKING:
    from datetime import datetime


class Status(models.TextChoices):
    """Where a call stands."""

    WAITING = "waiting", _("to be called")
    NOT_REACHED = "not_reached", _("could not be reached")
    DONE = "done", _("done")
    DROPPED = "dropped", _("called off")


OPEN = frozenset({Status.WAITING, Status.NOT_REACHED})
ENDED = frozenset({Status.DONE, Status.DROPPED})


class Way(models.TextChoices):
    """How the customer is asked."""

    PHONE = "phone", _("by phone")
    VISIT = "visit", _("on a visit")


class Outcome(models.TextChoices):
    """What a call came to."""

    FINE = "fine", _("all is well")
    CAME_BACK = "came_back", _("it came back")
    DISSATISFIED = "dissatisfied", _("not satisfied")
    FEEDBACK = "feedback", _("something to look after")


class Result(models.TextChoices):
    """What one try came to."""

    REACHED = "reached", _("reached")
    NO_ANSWER = "no_answer", _("no answer")
    BUSY = "busy", _("busy")
    WRONG_NUMBER = "wrong_number", _("wrong number")
    LATER = "later", _("asked to be called later")


class Call(models.Model):
    """One call to one customer; its key makes it one, however often and by however many workers it is planned."""

    key = models.CharField(_("key"), max_length=160, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    code = models.CharField(_("promise"), max_length=40, blank=True, help_text=_("The code of the recurring work in the service plan."))
    subject = models.CharField(_("subject"), max_length=200)
    reason = models.TextField(_("why we call"), blank=True)
    owed_key = models.CharField(
        _("counts towards"), max_length=160, blank=True, help_text=_("The key of the obligation; empty: nobody promised this call.")
    )

    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="calls", verbose_name=_("customer"))
    site = models.ForeignKey("customers.Site", models.PROTECT, null=True, blank=True, related_name="calls", verbose_name=_("site"))
    contract = models.ForeignKey(
        "customers.Contract", models.PROTECT, null=True, blank=True, related_name="calls", verbose_name=_("contract")
    )
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="calls", verbose_name=_("ticket"))
    event = models.OneToOneField(
        "tickets.Event", models.PROTECT, null=True, blank=True, related_name="call", verbose_name=_("solution asked about")
    )
    visit = models.OneToOneField(
        "visits.Visit", models.PROTECT, null=True, blank=True, related_name="call", verbose_name=_("visit asked about")
    )
    period = models.CharField(_("period"), max_length=10, blank=True)

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="calls", verbose_name=_("planned for")
    )
    served_by = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="calls_about_them", verbose_name=_("who served"))
    other_department = models.BooleanField(_("asked by another department"), default=False)
    contact_name = models.CharField(_("contact"), max_length=80, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=40, blank=True)
    hours_from = models.TimeField(_("preferred from"), null=True, blank=True)
    hours_until = models.TimeField(_("preferred until"), null=True, blank=True)

    way = models.CharField(_("way"), max_length=5, choices=Way.choices, default=Way.PHONE)
    asked_on = models.ForeignKey(
        "visits.Visit", models.PROTECT, null=True, blank=True, related_name="asked_calls", verbose_name=_("asked on the visit")
    )
    planned_on = models.DateField(_("planned on"))
    opens_at = models.DateTimeField(_("owed from"))
    due_at = models.DateTimeField(_("due at"))
    next_at = models.DateTimeField(_("next try at"))
    late_at = models.DateTimeField(_("turned late at"), null=True, blank=True)

    status = models.CharField(_("state"), max_length=11, choices=Status.choices, default=Status.WAITING)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("being called by")
    )
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    tried_from = models.PositiveSmallIntegerField(
        _("tries before it was sent round again"), default=0, help_text=_("The three days count from the try after this one.")
    )
    draft = models.JSONField(_("typed so far"), default=dict, blank=True)

    script = models.ForeignKey(ScriptVersion, models.PROTECT, related_name="calls", verbose_name=_("script of calls"))
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    came_back = models.BooleanField(_("fault came back"), null=True, blank=True)
    satisfied = models.BooleanField(_("satisfied"), null=True, blank=True)
    words = models.TextField(_("what the customer said"), blank=True)
    spoke_with = models.CharField(_("spoke with"), max_length=80, blank=True)
    minutes = models.PositiveSmallIntegerField(_("length, minutes"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("called by")
    )
    ended_because = models.CharField(_("why it was called off"), max_length=300, blank=True)
    loop = models.ForeignKey("loops.Loop", models.PROTECT, null=True, blank=True, related_name="calls", verbose_name=_("followed up in"))
    opened = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("new ticket, as it came back")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    created_at = models.DateTimeField(_("entered at"))
    history = HistoricalRecords(m2m_fields=[served_by], excluded_fields=["draft", "claimed_by", "claimed_at"])

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="call_status_is_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="call_kind_is_known"),
            models.CheckConstraint(condition=Q(due_at__gte=F("opens_at")), name="a_call_is_due_after_it_opens"),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "not_reached"], ended_at__isnull=True)
                | Q(status__in=["done", "dropped"], ended_at__isnull=False),
                name="an_ended_call_has_its_moment",
            ),
            models.CheckConstraint(condition=~Q(status="done") | ~Q(outcome=""), name="a_call_that_was_made_came_to_something"),
            models.CheckConstraint(condition=~Q(status="dropped") | ~Q(ended_because=""), name="a_call_that_is_off_has_a_reason"),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_at__isnull=True) | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="a_taken_call_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(hours_from__isnull=True, hours_until__isnull=True) | Q(hours_until__gt=F("hours_from")),
                name="preferred_hours_begin_and_end",
            ),
            models.CheckConstraint(
                condition=~Q(kind="callback") | Q(ticket__isnull=False) | Q(visit__isnull=False) | Q(contract__isnull=False),
                name="a_call_back_is_about_something",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(status="waiting"), name="call_to_make"),
            models.Index(fields=["office", "next_at", "id"], condition=Q(status="waiting"), name="call_to_make_of_office"),
            models.Index(fields=["person", "next_at", "id"], condition=Q(status="waiting"), name="call_to_make_of_person"),
            models.Index(fields=["due_at"], condition=Q(late_at__isnull=True, status__in=["waiting", "not_reached"]), name="call_to_watch"),
            models.Index(fields=["due_at", "kind"], name="call_by_due"),
            models.Index(fields=["organization", "-id"], name="call_by_organization"),
            models.Index(fields=["ticket", "-id"], name="call_by_ticket"),
            models.Index(fields=["contract", "period"], name="call_by_contract_and_period"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    def get_absolute_url(self) -> str:
        """Answer the address of the call's page."""
        return reverse("care:call", args=[self.pk])

    @property
    def number(self) -> str:
        """Answer what the call is called."""
        return f"CALL-{self.pk:06d}"

    @property
    def is_open(self) -> bool:
        """Whether it still has to be made or decided about."""
        return self.status in OPEN

    def is_late(self, at: datetime) -> bool:
        """Whether it was ended, or is still open, after its time."""
        return (self.ended_at or at) > self.due_at and self.status != Status.DROPPED


class Attempt(models.Model):
    """One try to reach a customer. Only ever added."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="attempts", verbose_name=_("call"))
    number = models.PositiveSmallIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    result = models.CharField(_("result"), max_length=12, choices=Result.choices)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    words = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        ordering = ("call", "number")
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="a_try_has_its_number_once"),
            models.CheckConstraint(condition=Q(result__in=Result.values), name="try_result_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}/{self.number} {self.result}"
