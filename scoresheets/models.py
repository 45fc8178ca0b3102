"""Sheets of assessment in versions, the contracts they are kept for, and what they came to, line by line with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import periods

if TYPE_CHECKING:
    from decimal import Decimal


def _points(name: Any, **more: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(name, max_digits=6, decimal_places=1, **more)


def _reads_english() -> bool:
    return (get_language() or "").startswith("en")


class Sheet(models.Model):
    """A customer's way of scoring our service."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)

    class Meta:
        verbose_name = _("sheet of assessment")
        verbose_name_plural = _("sheets of assessment")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name_en if _reads_english() else self.name

    def get_absolute_url(self) -> str:
        """Answer the address at which it is written."""
        return reverse("scoresheets:sheet", args=[self.code])


class SheetVersion(models.Model):
    """What a sheet says from a version on; never changed once made."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="versions", verbose_name=_("sheet of assessment"))
    number = models.PositiveIntegerField(_("version"))
    data = models.JSONField(_("content"))
    text = models.TextField(_("text"))
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )

    class Meta:
        verbose_name = _("version of a sheet")
        verbose_name_plural = _("versions of sheets")
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="sheet_version_number_once")]

    def __str__(self) -> str:
        return f"{self.sheet} v{self.number}"


class Agreement(models.Model):
    """That a contract is scored by a sheet, from a period on."""

    contract = models.ForeignKey("customers.Contract", models.PROTECT, related_name="score_agreements", verbose_name=_("contract"))
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="agreements", verbose_name=_("sheet of assessment"))
    starts_on = models.DateField(_("from the period of"))
    ends_on = models.DateField(_("up to the period of"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("agreement on a sheet")
        verbose_name_plural = _("agreements on sheets")
        ordering = ("contract", "sheet")
        constraints = [
            models.UniqueConstraint(fields=["contract", "sheet"], name="a_contract_is_scored_once_by_a_sheet"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="an_agreement_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.contract} · {self.sheet}"


class State(models.TextChoices):
    """Where a score stands."""

    OPEN = "open", _("to be looked at")
    ISSUED = "issued", _("to be signed by the customer")
    SIGNED = "signed", _("signed by both sides")
    REFUSED = "refused", _("not signed")


class Score(models.Model):
    """What a sheet came to for a contract and a period: filled once, then disputed, decided and signed."""

    contract = models.ForeignKey("customers.Contract", models.PROTECT, related_name="scores", verbose_name=_("contract"))
    organization = models.ForeignKey("customers.Organization", models.PROTECT, related_name="+", verbose_name=_("customer"))
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="scores", verbose_name=_("sheet of assessment"))
    version = models.ForeignKey(SheetVersion, models.PROTECT, related_name="scores", verbose_name=_("version"))
    every = models.CharField(_("how often"), max_length=8)
    period = models.CharField(_("period"), max_length=10)
    first = models.DateField(_("first day"))
    total = _points(_("total"))
    score = _points(_("score"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField(_("filled at"))
    signed_name = models.CharField(_("signed for the provider by"), max_length=80, blank=True)
    signed_at = models.DateTimeField(_("signed for the provider at"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed on the device of")
    )
    document = models.OneToOneField(
        "documents.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        ordering = ("-first", "-id")
        constraints = [
            models.UniqueConstraint(fields=["contract", "sheet", "period"], name="a_period_is_scored_once"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=F("total")), name="a_score_is_within_its_total"),
            models.CheckConstraint(condition=Q(state="open") | ~Q(signed_name=""), name="an_issued_score_is_signed_by_us"),
        ]
        indexes = [
            models.Index(fields=["-first", "-id"], name="score_by_period"),
            models.Index(fields=["organization", "-first", "-id"], name="score_by_customer"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("scoresheets:score", args=[self.pk])

    @property
    def number(self) -> str:
        """Answer what it is called: contract, period and sheet."""
        return f"{self.contract.number}-{self.period}-{self.sheet.code}"

    @property
    def about(self) -> str:
        """Answer by what its documents name it."""
        return f"score/{self.pk}"

    @property
    def is_movable(self) -> bool:
        """Whether its lines may still be disputed."""
        return self.state in {State.OPEN, State.REFUSED}

    @property
    def taken_off(self) -> Decimal:
        """Answer how many points were taken off."""
        return self.total - self.score

    @property
    def last(self) -> Any:
        """Answer the last day of its period."""
        return periods.last_day(self.every, self.first)


class Line(models.Model):
    """A line of a score: how many cases, what they cost, and the evidence, frozen when it was filled."""

    score = models.ForeignKey(Score, models.CASCADE, related_name="lines", verbose_name=_("score sheet"))
    place = models.PositiveSmallIntegerField(_("position"))
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("item"), max_length=120)
    name_en = models.CharField(_("item in English"), max_length=120)
    clause = models.CharField(_("clause"), max_length=60, blank=True)
    group = models.CharField(_("group"), max_length=40, blank=True)
    each = _points(_("points a case"))
    most = _points(_("points at most"))
    cases = models.PositiveIntegerField(_("cases"), default=0)
    own = _points(_("points of its own"), default=0)
    counted = _points(_("points taken off"), default=0)
    evidence = models.JSONField(_("evidence"), default=list)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("line of a score sheet")
        verbose_name_plural = _("lines of score sheets")
        ordering = ("score", "place")
        constraints = [
            models.UniqueConstraint(fields=["score", "code"], name="a_line_stands_once"),
            models.CheckConstraint(condition=Q(counted__gte=0, own__gte=0, own__lte=F("most")), name="a_line_keeps_its_most"),
        ]

    def __str__(self) -> str:
        return self.name_en if _reads_english() else self.name


class Dispute(models.Model):
    """That somebody holds a line to be wrong, and what a manager decided."""

    class Side(models.TextChoices):
        """Who disputes it."""

        CUSTOMER = "customer", _("the customer")
        PROVIDER = "provider", _("the provider")

    line = models.ForeignKey(Line, models.CASCADE, related_name="disputes", verbose_name=_("line"))
    side = models.CharField(_("side"), max_length=8, choices=Side.choices)
    reason = models.CharField(_("why it is wrong"), max_length=500)
    raised_at = models.DateTimeField(_("disputed at"))
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("disputed by"))
    before = _points(_("points before"))
    after = _points(_("points after"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ("raised_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(answered_at=None), name="one_open_dispute_a_line"),
            models.CheckConstraint(
                condition=Q(answered_at=None, after=None, answer="") | (Q(answered_at__isnull=False, after__isnull=False) & ~Q(answer="")),
                name="an_answered_dispute_has_its_answer",
            ),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def is_upheld(self) -> bool:
        """Whether the points were changed for it."""
        return self.after is not None and self.after != self.before
