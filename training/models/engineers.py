"""What our own people may do, whom contracts name, and who represents us in a region."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import languages
from training import engine

STAFF_REMIND_DAYS = (90, 30)
"""How many days before the end of a certificate of ours somebody is reminded."""
ENDLESS = date.max
"""Where a certificate without an end stands in the order of ends."""
PERSON = settings.AUTH_USER_MODEL


def worded(own: str, english: str) -> str:
    """Answer the words in the language that is active, else in the one they are written in."""
    return (english or own) if languages.active() == languages.ENGLISH else (own or english)


class StaffCertificate(models.Model):
    """That somebody of ours may do something, as issued by somebody else, with its scan."""

    person = models.ForeignKey(PERSON, models.PROTECT, related_name="staff_certificates", verbose_name=_("person"))
    name = models.CharField(_("certificate"), max_length=120)
    name_en = models.CharField(_("certificate in English"), max_length=120, blank=True)
    issuer = models.CharField(_("issued by"), max_length=120)
    number = models.CharField(_("number"), max_length=80)
    skill = models.ForeignKey(
        "accounts.Skill", models.PROTECT, null=True, blank=True, related_name="staff_certificates", verbose_name=_("skill")
    )
    issued_on = models.DateField(_("issued on"))
    expires_on = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty: without an end."))
    lasts_until = models.DateField(_("last day, for the order"), editable=False)
    file = models.FileField(_("scan"), upload_to="staff-certificates/%Y/%m", max_length=200, blank=True)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    content_type = models.CharField(_("content type"), max_length=120, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    entered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by"))
    entered_at = models.DateTimeField(_("entered at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_because = models.CharField(_("why it was withdrawn"), max_length=200, blank=True)
    remind_on = models.DateField(_("reminder due on"), null=True, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["remind_on"])

    class Meta:
        verbose_name = _("certificate of staff")
        verbose_name_plural = _("certificates of staff")
        ordering = ("lasts_until", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="a_staff_certificate_ends_after_it_begins",
                violation_error_message=_("A certificate ends after it is issued."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_because="") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="a_withdrawn_certificate_says_why",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True, lasts_until=ENDLESS) | Q(expires_on__isnull=False, lasts_until=F("expires_on")),
                name="a_staff_certificate_lasts_until_its_end",
            ),
            models.UniqueConstraint(
                fields=["person", "issuer", "number"], condition=Q(withdrawn_at__isnull=True), name="a_staff_certificate_is_entered_once"
            ),
        ]
        indexes = [
            models.Index(fields=["lasts_until", "id"], name="staff_certificate_by_end"),
            models.Index(fields=["remind_on"], condition=Q(remind_on__isnull=False), name="staff_certificate_to_remind"),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """Answer what it is called in the reader's language."""
        return worded(self.name, self.name_en)

    @property
    def paper(self) -> engine.Paper:
        """Answer it as the rules read it: it answers to its name and to its skill."""
        words = [self.name, self.name_en, *((self.skill.code, self.skill.name, self.skill.name_en) if self.skill else ())]
        return engine.Paper(frozenset(word.casefold() for word in words if word), self.expires_on)

    def is_valid_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.withdrawn_at is None and self.issued_on <= day <= self.lasts_until


class NamedEngineer(models.Model):
    """Somebody of ours whom a contract names for a role; another person takes their place only if the customer agreed."""

    contract = models.ForeignKey("customers.Contract", models.PROTECT, related_name="named_engineers", verbose_name=_("contract"))
    role = models.CharField(_("role"), max_length=80)
    role_en = models.CharField(_("role in English"), max_length=80, blank=True)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="named_in", verbose_name=_("person"))
    deputy = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="deputy_named_in", verbose_name=_("deputy"))
    required = models.TextField(
        _("certificates the contract asks for"), max_length=1000, blank=True, help_text=_("One name of a certificate or a skill a line.")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("Empty: as long as the contract."))
    consented_by = models.CharField(_("agreed to by"), max_length=80, blank=True)
    consented_how = models.CharField(_("agreed how"), max_length=120, blank=True)
    consented_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    attend_on = models.DateField(_("to be looked at on"), null=True, blank=True, editable=False)
    told = models.JSONField(_("gaps told"), default=list, blank=True, editable=False)
    gap_since = models.DateField(_("gap since"), null=True, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["attend_on", "told", "gap_since"])

    class Meta:
        verbose_name = _("named engineer")
        verbose_name_plural = _("named engineers")
        ordering = ("contract", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="a_named_engineer_ends_after_beginning",
                violation_error_message=_("The last day is not before the first."),
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("person")),
                name="nobody_is_their_own_deputy",
                violation_error_message=_("Somebody else is the deputy."),
            ),
            models.CheckConstraint(
                condition=Q(consented_at__isnull=True, consented_by="", consented_how="")
                | (Q(consented_at__isnull=False) & ~Q(consented_by="") & ~Q(consented_how="")),
                name="a_consent_says_who_and_how",
            ),
        ]
        indexes = [
            models.Index(fields=["attend_on", "id"], condition=Q(attend_on__isnull=False), name="named_engineer_to_attend"),
            models.Index(fields=["gap_since", "id"], condition=Q(gap_since__isnull=False), name="named_engineer_with_gap"),
        ]

    def __str__(self) -> str:
        return f"{self.shown_role}: {self.person}"

    @property
    def shown_role(self) -> str:
        """Answer the role in the reader's language."""
        return worded(self.role, self.role_en)

    @property
    def requirements(self) -> list[str]:
        """Answer the certificates and skills the contract asks for."""
        return engine.lines(self.required)

    def runs_on(self, day: date) -> bool:
        """Whether the contract names the person on a day, or will."""
        return self.ends_on is None or self.ends_on >= day

    def gaps_on(self, day: date) -> list[engine.Gap]:
        """Answer what is amiss on a day; reads the person's certificates, which lists fetch beforehand."""
        if not self.runs_on(day):
            return []
        held = [row.paper for row in self.person.staff_certificates.all() if row.withdrawn_at is None]
        here = self.person.is_active and self.person.is_provider
        return engine.gaps(self.requirements, held, day, works_here=here)

    def valid_certificates(self, day: date) -> list[StaffCertificate]:
        """Answer the person's certificates that hold on a day."""
        return [row for row in self.person.staff_certificates.all() if row.is_valid_on(day)]


class RegionalRepresentative(models.Model):
    """Who speaks for us in a region, whom its customers may call in any matter (P1, P2)."""

    region = models.ForeignKey("accounts.Region", models.PROTECT, related_name="representatives", verbose_name=_("region"))
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="represents", verbose_name=_("representative"))
    deputy = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("deputy"))
    phone = models.CharField(_("phone"), max_length=40)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("regional representative")
        verbose_name_plural = _("regional representatives")
        ordering = ("-starts_on", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="a_representative_ends_after_beginning",
                violation_error_message=_("The last day is not before the first."),
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("person")),
                name="no_representative_is_their_own_deputy",
                violation_error_message=_("Somebody else is the deputy."),
            ),
            models.UniqueConstraint(fields=["region"], condition=Q(ends_on__isnull=True), name="one_representative_without_end_a_region"),
        ]
        indexes = [models.Index(fields=["-starts_on", "-id"], name="representative_newest_first")]

    def __str__(self) -> str:
        return f"{self.region}: {self.person}"

    def get_absolute_url(self) -> str:
        """Answer the address of the page where it is changed."""
        return reverse("training:edit_representative", args=[self.pk])
