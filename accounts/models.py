"""People: users, roles, teams, offices."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.quiet import QuietHours, zone_called


class Named(models.Model):
    """Something with a stable code and a name in both languages."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        if (get_language() or "").startswith("en"):
            return self.name_en or self.name
        return self.name


class Office(Named):
    """A regional office; the office without a parent is the head office, its lead the director."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="branches", verbose_name=_("parent office"))
    lead = models.ForeignKey("User", models.SET_NULL, null=True, blank=True, related_name="leads_offices", verbose_name=_("office lead"))
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    letterhead = models.CharField(
        _("name in the letterhead"),
        max_length=120,
        blank=True,
        help_text=_("The company's full name; empty: that of the settings (PROVIDER_NAME)."),
    )
    letterhead_en = models.CharField(_("name in the letterhead, in English"), max_length=120, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True, help_text=_("Stands in the letterhead of documents."))
    logo = models.ImageField(
        _("logo"), upload_to="letterheads", blank=True, help_text=_("PNG or JPEG; the head office's stands in the letterhead of documents.")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ("code",)


class Region(Named):
    """A part of the country, served by one office."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="regions", verbose_name=_("office"))

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ("code",)


class Skill(Named):
    """What an engineer can handle and an equipment asks for."""

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ("code",)


class Team(Named):
    """People of an office who share a queue."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="teams", verbose_name=_("office"))
    lead = models.ForeignKey("User", models.SET_NULL, null=True, blank=True, related_name="leads_teams", verbose_name=_("team lead"))
    skills = models.ManyToManyField(Skill, blank=True, related_name="teams", verbose_name=_("skills"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ("code",)


class Role(models.TextChoices):
    """What a person may do; customers' roles first."""

    CUSTOMER = "customer", _("customer")
    SUPERVISOR = "supervisor", _("customer supervisor")
    ENGINEER = "engineer", _("engineer")
    DISPATCHER = "dispatcher", _("dispatcher")
    MANAGER = "manager", _("manager")
    ADMIN = "admin", _("administrator")


CUSTOMER_ROLES = frozenset({Role.CUSTOMER, Role.SUPERVISOR})
PROVIDER_ROLES = frozenset({Role.ENGINEER, Role.DISPATCHER, Role.MANAGER, Role.ADMIN})


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a user; without a password nobody can log in as them."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an administrator with every permission."""
        return self.create_user(email, password, role=Role.ADMIN, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find by e-mail address, whatever its letter case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in with an e-mail address."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.CUSTOMER)
    language = models.CharField(_("language"), max_length=10, default="zh-hans", choices=[("zh-hans", "简体中文"), ("en", "English")])
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True, help_text=_("IANA name; empty: the service desk's own."))
    quiet_from = models.TimeField(_("no mail from"), null=True, blank=True)
    quiet_until = models.TimeField(_("no mail until"), null=True, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("office"))
    teams = models.ManyToManyField(Team, blank=True, related_name="members", verbose_name=_("teams"))
    skills = models.ManyToManyField(Skill, blank=True, related_name="people", verbose_name=_("skills"))
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may use the administration"), default=False)
    date_joined = models.DateTimeField(_("joined at"), auto_now_add=True)
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("email",)
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_email_whatever_its_case"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_is_known"),
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (models.Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~models.Q(quiet_from=models.F("quiet_until"))),
                name="quiet_hours_begin_and_end",
                violation_error_message=_("Quiet hours need a beginning and another end."),
            ),
        ]
        indexes = [models.Index(fields=["role", "office"], name="user_by_role_and_office")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Answer the name (asked for by Django's admin)."""
        return self.name

    @property
    def quiet_hours(self) -> QuietHours | None:
        """Answer the hours in which mail to the person waits, if they have any."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return QuietHours(self.quiet_from, self.quiet_until, zone_called(self.time_zone))

    @property
    def is_provider(self) -> bool:
        """Whether the person works for the service provider."""
        return self.role in PROVIDER_ROLES

    @property
    def is_customer(self) -> bool:
        """Whether the person belongs to a customer's organization."""
        return self.role in CUSTOMER_ROLES

    @property
    def manages(self) -> bool:
        """Whether the person watches promises (manager or administrator)."""
        return self.role in {Role.MANAGER, Role.ADMIN}

    @property
    def dispatches(self) -> bool:
        """Whether the person may assign work to others."""
        return self.role in {Role.DISPATCHER, Role.MANAGER, Role.ADMIN}


class ApiToken(models.Model):
    """A key another program presents in place of a person; only its hash is kept."""

    class Scope(models.TextChoices):
        """What the bearer may do."""

        READ = "read", _("read only")
        WRITE = "write", _("read and write")

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name=_("user"))
    name = models.CharField(_("name"), max_length=80)
    scope = models.CharField(_("scope"), max_length=5, choices=Scope.choices, default=Scope.READ)
    start = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    old_digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    old_until = models.DateTimeField(_("secret before opens until"), null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["digest", "old_digest", "last_used_at"])

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ("-created_at", "-id")
        constraints = [models.CheckConstraint(condition=models.Q(scope__in=["read", "write"]), name="api_token_scope_is_known")]

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"

    def covers(self, scope: str) -> bool:
        """Whether it may do what needs a scope such as `tickets:read`: one that writes may all, one that reads reads all."""
        return self.scope == self.Scope.WRITE or scope.endswith(":read")


class KeyedRequest(models.Model):
    """A change a program asked for under a key of its own: asked for again it is answered again, not done again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("user"))
    key = models.CharField(_("key"), max_length=255)
    asked = models.CharField(_("hash of what was asked"), max_length=64)
    claimed_at = models.DateTimeField(_("begun at"))
    status = models.PositiveSmallIntegerField(_("answered with"), null=True, blank=True, help_text=_("Empty while it is being done."))
    headers = models.JSONField(_("headers of the answer"), default=dict)
    answer = models.BinaryField(_("answer"), default=b"")

    class Meta:
        verbose_name = _("request with a key")
        verbose_name_plural = _("requests with a key")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_request_a_key")]
        indexes = [models.Index(fields=["claimed_at"], name="keyed_request_by_age")]

    def __str__(self) -> str:
        return self.key


class Absence(models.Model):
    """A person is away for a while, and somebody stands in for them (or nobody does)."""

    person = models.ForeignKey(User, models.CASCADE, related_name="absences", verbose_name=_("away"))
    starts_at = models.DateTimeField(_("away from"))
    ends_at = models.DateTimeField(_("away until"))
    deputy = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="stands_in", verbose_name=_("in their place"),
        help_text=_("Empty: whoever else stands on the same level is told, else the office's lead."),
    )  # fmt: skip
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("entered by"))
    created_at = models.DateTimeField(_("entered at"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ("starts_at", "id")
        # Besides these, the migration has the database refuse two absences of one person that overlap.
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="absence_ends_after_it_starts",
                violation_error_message=_("An absence ends after it begins."),
            ),
            models.CheckConstraint(
                condition=models.Q(deputy__isnull=True) | ~models.Q(deputy=models.F("person")),
                name="nobody_stands_in_for_themselves",
                violation_error_message=_("Nobody stands in for themselves."),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "ends_at"], name="absence_of_person"),
            models.Index(fields=["ends_at", "id"], name="absence_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M} – {timezone.localtime(self.ends_at):%Y-%m-%d %H:%M}"

    def clean(self) -> None:
        """Refuse an absence that overlaps another one of the person, in a sentence that names it."""
        if None in (self.starts_at, self.ends_at, self.person_id):  # their fields say so
            return
        others = Absence.objects.filter(person=self.person_id, starts_at__lt=self.ends_at, ends_at__gt=self.starts_at).exclude(pk=self.pk)
        if other := others.select_related("person").first():
            raise ValidationError(_("There is an absence at that time already (%(absence)s). End that one first.") % {"absence": other})
