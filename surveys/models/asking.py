"""Who is asked when: rules, campaigns, posters, and the invitations that come of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.foreign import Foreign, once_per_source
from surveys.models.templates import SurveyTemplate, SurveyVersion

if TYPE_CHECKING:
    from datetime import datetime


class Cause(models.TextChoices):
    """Why somebody is asked."""

    CLOSE = "close", _("a closed ticket")
    VISIT = "visit", _("a finished visit")
    QUARTER = "quarter", _("the quarter of a contract")
    CAMPAIGN = "campaign", _("a campaign")
    POSTER = "poster", _("a poster")
    REQUEST = "request", _("another occasion")


class Channel(models.TextChoices):
    """By which way a question went out or an answer came in."""

    MAIL = "mail", _("e-mail")
    LINK = "link", _("link")
    QR = "qr", _("QR code")
    PORTAL = "portal", _("portal")
    LETTER = "letter", _("letter")
    POSTER = "poster", _("poster")
    API = "api", _("another program")


class LeftOut(models.TextChoices):
    """Why somebody was not asked after all."""

    NOBODY = "nobody", _("nobody to ask")
    SHARE = "share", _("not drawn for the sample")
    CAP = "cap", _("asked not long ago")


class Terms(models.Model):
    """How people are asked."""

    share = models.PositiveSmallIntegerField(_("share asked, %"), default=100, validators=[MinValueValidator(1), MaxValueValidator(100)])
    cap_days = models.PositiveSmallIntegerField(
        _("ask a person once in days"),
        default=14,
        validators=[MaxValueValidator(366)],
        help_text=_("Who was asked anything within so many days is left out; 0: everybody is asked."),
    )
    remind_after_days = models.PositiveSmallIntegerField(
        _("remind after days"), default=7, validators=[MaxValueValidator(90)], help_text=_("0: no reminder.")
    )
    remind_times = models.PositiveSmallIntegerField(_("reminders at most"), default=1, validators=[MaxValueValidator(3)])
    valid_days = models.PositiveSmallIntegerField(
        _("answers are taken for days"), default=30, validators=[MinValueValidator(1), MaxValueValidator(180)]
    )

    class Meta:
        abstract = True


class SurveyRule(Terms):
    """Who is asked by itself on an occasion."""

    cause = models.CharField(_("occasion"), max_length=8, choices=Cause.choices, unique=True)
    template = models.ForeignKey(SurveyTemplate, models.PROTECT, related_name="rules", verbose_name=_("template"))
    is_active = models.BooleanField(_("asks by itself"), default=True)
    since = models.DateTimeField(_("since"), null=True, blank=True, help_text=_("What happened before is not asked about."))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("survey rule")
        verbose_name_plural = _("survey rules")
        ordering = ("pk",)
        constraints = [models.CheckConstraint(condition=Q(share__gte=1, share__lte=100), name="a_rule_asks_a_share")]

    def __str__(self) -> str:
        return str(self.get_cause_display())


class SurveyCampaign(Terms, Foreign):
    """One template sent to people chosen by a filter, in batches."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("draft")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        STOPPED = "stopped", _("stopped")

    name = models.CharField(_("name"), max_length=120)
    template = models.ForeignKey(SurveyTemplate, models.PROTECT, related_name="campaigns", verbose_name=_("template"))
    organizations = models.ManyToManyField("customers.Organization", blank=True, related_name="+", verbose_name=_("customers"))
    contracts = models.ManyToManyField("customers.Contract", blank=True, related_name="+", verbose_name=_("contracts"))
    office = models.ForeignKey(
        "accounts.Office", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("office that serves them")
    )
    supervisors_only = models.BooleanField(_("supervisors only"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    total = models.PositiveIntegerField(_("people chosen"), default=0)
    reached = models.PositiveIntegerField(_("gone through"), default=0)
    cursor = models.BigIntegerField(default=0, editable=False)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["cursor", "reached"])

    class Meta:
        verbose_name = _("survey campaign")
        verbose_name_plural = _("survey campaigns")
        ordering = ("-pk",)
        constraints = [
            once_per_source("survey_campaign_once_per_external_id"),
            models.CheckConstraint(condition=Q(share__gte=1, share__lte=100), name="a_campaign_asks_a_share"),
            models.CheckConstraint(condition=Q(state="draft") | Q(started_at__isnull=False), name="a_campaign_under_way_was_started"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(state="sending"), name="campaign_to_send")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Answer the campaign's page."""
        return reverse("surveys:campaign", args=[self.pk])

    @property
    def percent(self) -> int:
        """Answer how far it has gone."""
        return 100 if self.state == self.State.SENT else 100 * self.reached // self.total if self.total else 0


class SurveyPoster(models.Model):
    """A sheet with a QR code that hangs at a customer's site: everybody who passes may answer."""

    template = models.ForeignKey(SurveyTemplate, models.PROTECT, related_name="posters", verbose_name=_("template"))
    site = models.ForeignKey("customers.Site", models.PROTECT, related_name="survey_posters", verbose_name=_("site"))
    token = models.CharField(max_length=40, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    ended_at = models.DateTimeField(_("taken down at"), null=True, blank=True)
    is_new = False
    """Whether it was made just now."""
    history = HistoricalRecords(excluded_fields=["token"])

    class Meta:
        verbose_name = _("survey poster")
        verbose_name_plural = _("survey posters")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["template", "site"], condition=Q(ended_at=None), name="one_poster_per_site_and_template"),
        ]

    def __str__(self) -> str:
        return f"{self.template} · {self.site}"


class Served(models.Model):
    """Who was served with what: kept beside, so that averages need no joins and later moves change nothing."""

    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="%(class)ss", verbose_name=_("template"))
    cause = models.CharField(_("occasion"), max_length=8, choices=Cause.choices)
    period = models.CharField(_("quarter"), max_length=7, blank=True)
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="+", verbose_name=_("customer"))
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("ticket"))
    visit = models.ForeignKey("visits.Visit", models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("visit"))
    contract = models.ForeignKey(
        "customers.Contract", models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("contract")
    )
    site = models.ForeignKey("customers.Site", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    office = models.ForeignKey("accounts.Office", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("office"))
    engineer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("engineer")
    )
    campaign = models.ForeignKey(
        SurveyCampaign, models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("campaign")
    )

    class Meta:
        abstract = True


class SurveyInvitation(Served):
    """One question to a customer, answered once; its key makes it one, the secrets of its links are kept as hashes only."""

    key = models.CharField(_("key"), max_length=120, unique=True, help_text=_("What is asked about once: the occasion and its subject."))
    about = models.CharField(_("about"), max_length=300, blank=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="survey_invitations",
        verbose_name=_("asked"),
    )
    address = models.EmailField(_("e-mail"), blank=True, help_text=_("Of somebody who has no account."))
    language = models.CharField(_("language"), max_length=10, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, help_text=_("Empty: there was nobody to ask."))
    left_out = models.CharField(_("left out"), max_length=8, choices=LeftOut.choices, blank=True)
    letter_at = models.DateTimeField(_("letter sent at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("valid until"))
    answered_at = models.DateTimeField(
        _("answered at"), null=True, blank=True, help_text=_("Of an anonymous one: that it was, with the time it was sent.")
    )
    remind_at = models.DateTimeField(_("next reminder"), null=True, blank=True)
    reminded = models.PositiveSmallIntegerField(_("reminders sent"), default=0)
    remind_every = models.PositiveSmallIntegerField(_("days between reminders"), default=0)
    remind_times = models.PositiveSmallIntegerField(_("reminders at most"), default=0)
    history = HistoricalRecords(excluded_fields=["token_hash"])

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(cause="close"), name="one_survey_per_closed_ticket"),
            models.UniqueConstraint(fields=["visit"], condition=Q(cause="visit"), name="one_survey_per_finished_visit"),
            models.UniqueConstraint(
                fields=["contract", "period"], condition=Q(cause="quarter"), name="one_survey_per_contract_and_quarter"
            ),
            models.UniqueConstraint(
                fields=["campaign", "recipient"], condition=Q(cause="campaign"), name="one_survey_per_campaign_and_person"
            ),
            models.CheckConstraint(
                condition=(~Q(cause="close") | Q(ticket__isnull=False))
                & (~Q(cause="visit") | Q(visit__isnull=False))
                & (~Q(cause="quarter") | (Q(contract__isnull=False) & ~Q(period="")))
                & (~Q(cause="campaign") | Q(campaign__isnull=False, recipient__isnull=False)),
                name="a_survey_has_an_occasion",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="a_survey_can_be_answered_for_a_while"),
            models.CheckConstraint(
                condition=Q(left_out="") | Q(sent_at=None) | Q(letter_at__isnull=False), name="who_is_left_out_is_not_asked"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="survey_by_organization"),
            models.Index(fields=["created_at"], name="survey_by_creation"),
            models.Index(fields=["recipient", "sent_at"], name="survey_by_recipient"),
            models.Index(fields=["campaign", "-id"], name="survey_by_campaign"),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="survey_to_remind"),
            models.Index(fields=["-id"], condition=~Q(left_out=""), name="survey_left_out"),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} {self.about}".strip()

    def get_absolute_url(self) -> str:
        """Answer the survey's page."""
        return reverse("surveys:survey", args=[self.pk])

    def is_pending(self, at: datetime) -> bool:
        """Whether an answer is still awaited."""
        return self.answered_at is None and at < self.expires_at

    def facts(self) -> dict[str, Any]:
        """Answer whom the answer will be about."""
        return {name: getattr(self, name) for name in COPIED}


COPIED = ("version", "cause", "period", "organization", "ticket", "visit", "contract", "site", "office", "engineer", "campaign")
"""What an answer takes over from its invitation."""


class SurveyLink(models.Model):
    """A further secret link to the same survey: of a reminder, a QR code or a letter."""

    invitation = models.ForeignKey(SurveyInvitation, models.CASCADE, related_name="links", verbose_name=_("survey"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("link of a survey")
        verbose_name_plural = _("links of surveys")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.get_channel_display()}"
