"""A vendor's release, and what becomes of each equipment that it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import languages
from customers.models import Equipment

if TYPE_CHECKING:
    from datetime import date


class Release(models.Model):
    """A new version that a maker published, and for what."""

    class Severity(models.TextChoices):
        """How much it matters."""

        CRITICAL = "critical", _("critical")
        IMPORTANT = "important", _("important")
        ORDINARY = "ordinary", _("ordinary")

    maker = models.CharField(_("maker"), max_length=80)
    product = models.CharField(_("product"), max_length=80)
    version = models.CharField(_("version"), max_length=40)
    for_models = models.JSONField(
        _("equipment models"), default=list, blank=True, help_text=_("As in the customers' equipment; none: all of the maker.")
    )
    equipment_kind = models.CharField(_("kind of equipment"), max_length=10, choices=Equipment.Kind.choices, blank=True)
    from_versions = models.JSONField(
        _("for versions"), default=list, blank=True, help_text=_("Such as 4.* or < 5.2; none: all that are older than the release.")
    )
    notes = models.TextField(_("what it brings"))
    notes_en = models.TextField(_("what it brings, in English"), blank=True)
    severity = models.CharField(_("importance"), max_length=9, choices=Severity.choices, default=Severity.ORDINARY)
    is_mandatory = models.BooleanField(_("mandatory"), default=False, help_text=_("The maker supports only this version from now on."))
    published_on = models.DateField(_("published on"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ("-published_on", "-id")
        constraints = [
            models.UniqueConstraint(fields=["maker", "product", "version"], name="release_once"),
            models.CheckConstraint(condition=~Q(maker="") & ~Q(product="") & ~Q(version=""), name="a_release_is_named"),
            models.CheckConstraint(condition=Q(severity__in=["critical", "important", "ordinary"]), name="release_severity_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.maker} {self.product} {self.version}"

    @property
    def brings(self) -> str:
        """Answer what it brings, in the language that is active."""
        return (self.notes_en or self.notes) if languages.active() == languages.ENGLISH else self.notes


class Campaign(models.Model):
    """Bringing a release to every equipment it concerns, one by one, until it is verified or declined."""

    release = models.OneToOneField(Release, models.PROTECT, related_name="campaign", verbose_name=_("release"))
    assess_days = models.PositiveSmallIntegerField(_("working days to assess"), default=10)
    remind_days = models.PositiveSmallIntegerField(_("days between reminders"), default=14)
    reminders = models.PositiveSmallIntegerField(_("reminders at most"), default=3)
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("opened by")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("upgrade campaign")
        verbose_name_plural = _("upgrade campaigns")
        ordering = ("-id",)
        constraints = [models.CheckConstraint(condition=Q(remind_days__gte=1) & Q(assess_days__gte=1), name="a_campaign_gives_time")]

    def __str__(self) -> str:
        return str(self.release)

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("catalogue:campaign", args=[self.pk])

    @property
    def number(self) -> str:
        """Answer what it is called."""
        return f"UC-{self.pk:04d}"


class State(models.TextChoices):
    """How far an equipment has come in a campaign."""

    TO_ASSESS = "to_assess", _("to be assessed")
    NOT_CONCERNED = "exempt", _("does not apply")
    APPLIES = "applies", _("applies, customer to be told")
    TOLD = "told", _("awaiting the customer's word")
    AGREED = "agreed", _("agreed, to be scheduled")
    DECLINED = "declined", _("declined")
    SCHEDULED = "scheduled", _("scheduled")
    DONE = "done", _("done, to be verified")
    VERIFIED = "verified", _("verified")


ENDED = (State.NOT_CONCERNED.value, State.DECLINED.value, State.VERIFIED.value)


class CampaignItem(models.Model):
    """One equipment in a campaign."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="items", verbose_name=_("upgrade campaign"))
    equipment = models.ForeignKey(Equipment, models.PROTECT, related_name="campaign_items", verbose_name=_("equipment"))
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="+", verbose_name=_("organization"))
    contract = models.ForeignKey("customers.Contract", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contract"))
    version_before = models.CharField(_("version before"), max_length=60, blank=True)
    version_after = models.CharField(_("version after"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.TO_ASSESS)
    risk = models.CharField(_("risk and what to watch"), max_length=500, blank=True)
    assessed_at = models.DateTimeField(_("assessed at"), null=True, blank=True)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assessed by")
    )
    told_at = models.DateTimeField(_("customer told at"), null=True, blank=True)
    reminded = models.PositiveSmallIntegerField(_("reminders sent"), default=0)
    attend_at = models.DateTimeField(_("to be told or reminded at"), null=True, blank=True, help_text=_("What the sweep looks for."))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answer_text = models.CharField(_("their words"), max_length=300, blank=True)
    wanted_on = models.DateField(_("day wanted"), null=True, blank=True)
    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="campaign_items", verbose_name=_("ticket")
    )
    planned_on = models.DateField(_("planned on"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    updated_at = models.DateTimeField(_("updated at"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("equipment in a campaign")
        verbose_name_plural = _("equipment in campaigns")
        ordering = ("campaign", "organization", "id")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "equipment"], name="an_equipment_once_in_a_campaign"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="campaign_state_is_known"),
            models.CheckConstraint(condition=Q(state="to_assess") | Q(assessed_at__isnull=False), name="assessed_before_all_else"),
            models.CheckConstraint(
                condition=Q(attend_at__isnull=True) | Q(state__in=["applies", "told"]), name="only_the_silent_are_reminded"
            ),
            models.CheckConstraint(condition=~Q(state="scheduled") | Q(planned_on__isnull=False), name="scheduled_has_a_day"),
            models.CheckConstraint(condition=~Q(state__in=["done", "verified"]) | ~Q(version_after=""), name="done_has_a_version"),
        ]
        indexes = [
            models.Index(fields=["campaign", "organization", "id"], name="campaign_by_organization"),
            models.Index(fields=["campaign", "state", "id"], name="campaign_by_state"),
            models.Index(fields=["attend_at"], condition=Q(attend_at__isnull=False), name="campaign_to_attend"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.equipment}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state not in ENDED

    def is_after_term(self, day: date) -> bool:
        """Whether its service term is over on a day: it is told all the same (P1)."""
        return self.contract is None or day > self.contract.in_force_until


class Notice(models.Model):
    """That a customer was told of an equipment, or reminded: step 0 is the first, each step once."""

    item = models.ForeignKey(CampaignItem, models.CASCADE, related_name="notices", verbose_name=_("equipment in a campaign"))
    step = models.PositiveSmallIntegerField(_("step"))
    after_term = models.BooleanField(_("after the end of service"), default=False)
    planned_at = models.DateTimeField(_("due at"))
    at = models.DateTimeField(_("told at"))

    class Meta:
        verbose_name = _("notice of a campaign")
        verbose_name_plural = _("notices of campaigns")
        ordering = ("item", "step")
        constraints = [models.UniqueConstraint(fields=["item", "step"], name="a_reminder_once_for_each_step")]

    def __str__(self) -> str:
        return f"{self.item} {self.step}"
