"""Whether work on site was free or charged, as it was decided before it began, and who of the customer agreed to a charge."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers import engine


class Rate(models.Model):
    """What charged work costs from a day on; the newest that has begun holds."""

    class Work(models.TextChoices):
        """Kinds of work that are charged by a rate; parts have their price in the catalogue."""

        REMOTE = engine.REMOTE, _("remote support")
        ONSITE = engine.ONSITE, _("work on site")
        SOFTWARE = engine.SOFTWARE, _("software updates")

    work = models.CharField(_("kind of work"), max_length=8, choices=Work.choices)
    hourly = models.DecimalField(_("per hour, CNY"), max_digits=10, decimal_places=2)
    flat = models.DecimalField(_("per call or journey, CNY"), max_digits=10, decimal_places=2, default=0)
    valid_from = models.DateField(_("valid from"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        ordering = ("work", "-valid_from")
        constraints = [
            models.UniqueConstraint(fields=["work", "valid_from"], name="one_rate_a_day"),
            models.CheckConstraint(condition=Q(hourly__gte=0, flat__gte=0), name="a_rate_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.get_work_display()} {self.valid_from}"


class Charge(models.Model):
    """What was decided for one visit before it began; where it is charged, the customer's word."""

    class State(models.TextChoices):
        """Whether the visit may begin."""

        FREE = "free", _("free of charge")
        ASKED = "asked", _("the customer is asked")
        ACKNOWLEDGED = "acknowledged", _("agreed to by the customer")
        REFUSED = "refused", _("refused by the customer")
        OVERRIDDEN = "overridden", _("begun without the customer's word")

    class How(models.TextChoices):
        """How the customer's word was given."""

        PORTAL = "portal", _("in the portal")
        PHONE = "phone", _("on the phone")
        PLAN = "plan", _("with the plan of work")

    visit = models.OneToOneField("visits.Visit", models.PROTECT, related_name="charge", verbose_name=_("visit"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices)
    rule = models.CharField(_("rule"), max_length=12)
    until = models.DateField(_("until"), null=True, blank=True)
    about = models.DecimalField(_("about, CNY"), max_digits=12, decimal_places=2, null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"))
    name = models.CharField(_("who said it"), max_length=80, blank=True)
    how = models.CharField(_("how"), max_length=6, choices=How.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("charge of a visit")
        verbose_name_plural = _("charges of visits")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["free", "asked"]) | Q(answered_at__isnull=False), name="a_word_on_a_charge_has_its_moment"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["acknowledged", "refused"]) | ~Q(name=""), name="a_word_on_a_charge_has_its_person"
            ),
            models.CheckConstraint(condition=~Q(state="overridden") | ~Q(reason=""), name="an_override_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.visit} {self.get_state_display()}"

    @property
    def lets_begin(self) -> bool:
        """Whether the visit may begin as far as money goes."""
        return self.state in {self.State.FREE, self.State.ACKNOWLEDGED, self.State.OVERRIDDEN}
