"""One thing that a customer said, until they are satisfied."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from loops import workflow


class Source(models.TextChoices):
    """Where it was said."""

    COMPLAINT = "complaint", _("complaint")
    SURVEY = "survey", _("dissatisfied answer")
    INQUIRY = "inquiry", _("feedback on an inquiry")
    CARE = "care", _("finding of a care call")
    TRAINING = "training", _("evaluation of a training")


class Stage(models.TextChoices):
    """How far round it is."""

    SAID = workflow.SAID, _("said")
    ASKED = workflow.ASKED, _("departments asked")
    ANSWERED = workflow.ANSWERED, _("departments have answered")
    TOLD = workflow.TOLD, _("customer told")
    AGREED = workflow.AGREED, _("customer agreed")
    CARRIED_OUT = workflow.CARRIED_OUT, _("carried out")
    VERIFYING = workflow.VERIFYING, _("to be verified")
    SATISFIED = workflow.SATISFIED, _("customer satisfied")
    WITHDRAWN = workflow.WITHDRAWN, _("withdrawn by the customer")


class Loop(models.Model):
    """A complaint or feedback: its ticket has the number, the clocks and the record; here is how far round it is."""

    ticket = models.OneToOneField("tickets.Ticket", models.PROTECT, related_name="loop", verbose_name=_("ticket"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    key = models.CharField(_("key"), max_length=160, unique=True, help_text=_("Where it was said: said twice, it is one loop."))
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, default=Stage.SAID)
    rounds = models.PositiveSmallIntegerField(_("rounds"), default=1)
    level = models.PositiveSmallIntegerField(_("level as it was said"), help_text=_("From 1 (worst) to 4."))
    link = models.CharField(_("link"), max_length=300, blank=True, help_text=_("The page where it was said."))
    complainant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("said by")
    )
    is_anonymous = models.BooleanField(
        _("anonymous"), default=False, help_text=_("Who said it is told what becomes of it, and named to nobody.")
    )
    satisfied_at = models.DateTimeField(_("satisfied at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    created_at = models.DateTimeField(_("said at"))
    updated_at = models.DateTimeField(_("updated at"))
    history = HistoricalRecords(excluded_fields=["complainant", "updated_at"])

    class Meta:
        verbose_name = _("complaint or feedback")
        verbose_name_plural = _("complaints and feedback")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(source__in=Source.values), name="loop_source_is_known"),
            models.CheckConstraint(condition=Q(stage__in=workflow.STAGES), name="loop_stage_is_known"),
            models.CheckConstraint(condition=Q(rounds__gte=1), name="a_loop_has_a_round"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="loop_level_is_1_to_4"),
            models.CheckConstraint(
                condition=Q(stage="satisfied", satisfied_at__isnull=False) | (~Q(stage="satisfied") & Q(satisfied_at__isnull=True)),
                name="satisfied_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=sorted(workflow.ENDED), ended_at__isnull=False)
                | (~Q(stage__in=sorted(workflow.ENDED)) & Q(ended_at__isnull=True)),
                name="an_ended_loop_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "-id"], name="loop_by_stage"),
            models.Index(fields=["source", "-id"], name="loop_by_source"),
            models.Index(fields=["created_at"], name="loop_by_creation"),
            models.Index(fields=["updated_at", "id"], name="loop_by_update"),
        ]

    def __str__(self) -> str:
        return self.ticket.number

    def get_absolute_url(self) -> str:
        """Answer the address of its page; staff and customers have the same."""
        return reverse("loops:loop", args=[self.ticket.number])

    @property
    def is_closed(self) -> bool:
        """Whether the customer has said that it is over."""
        return self.stage in workflow.ENDED

    @property
    def is_priority(self) -> bool:
        """Whether it has come back and goes before the others."""
        return self.rounds > 1 and not self.is_closed
