"""Offices, teams and people for administrators, each with its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from accounts import services
from accounts.access import who
from accounts.models import Absence, ApiToken, Office, Region, Skill, Team, User
from core.time import now

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

admin.site.site_header = admin.site.site_title = _("Pledge Desk")
admin.site.index_title = _("Administration")
admin.site.unregister(Group)


class _OneSpelling:
    """Addresses are kept in small letters, as everywhere."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class NewUserForm(_OneSpelling, AdminUserCreationForm):
    """An account: without a password nobody can log in until one is set by mail."""

    class Meta:
        model = User
        fields = ("email", "name", "role", "office")


class ChangeUserForm(_OneSpelling, UserChangeForm):
    """An account as it stands."""

    class Meta(UserChangeForm.Meta):
        model = User
        fields = "__all__"
        field_classes = {}


@admin.register(User)
class UserAdmin(SimpleHistoryAdmin, DjangoUserAdmin):
    """People."""

    form, add_form = ChangeUserForm, NewUserForm
    ordering = ("email",)
    list_display = ("email", "name", "role", "office", "is_active")
    list_filter = ("role", "office", "is_active")
    list_select_related = ("office",)
    search_fields = ("email", "name", "phone")
    filter_horizontal = ("teams", "skills", "user_permissions")
    history_list_display = ("role", "is_active")
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "phone", "language")}),
        (_("Duties"), {"fields": ("role", "office", "teams", "skills")}),
        (_("Quiet hours"), {"fields": ("quiet_from", "quiet_until", "time_zone")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser", "user_permissions")}),
        (_("Moments"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "role", "office", "usable_password", "password1", "password2")}),)


@admin.register(Office)
class OfficeAdmin(SimpleHistoryAdmin):
    """Offices; the one without a parent is the head office."""

    list_display = ("code", "name", "name_en", "parent", "lead", "phone")
    list_select_related = ("parent", "lead")
    search_fields = ("code", "name", "name_en")
    autocomplete_fields = ("lead",)


@admin.register(Team)
class TeamAdmin(SimpleHistoryAdmin):
    """Teams."""

    list_display = ("code", "name", "name_en", "office", "lead")
    list_select_related = ("office", "lead")
    list_filter = ("office",)
    search_fields = ("code", "name", "name_en")
    autocomplete_fields = ("lead",)
    filter_horizontal = ("skills",)


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin):
    """Regions and who serves them."""

    list_display = ("code", "name", "name_en", "office")
    list_select_related = ("office",)
    list_filter = ("office",)
    search_fields = ("code", "name", "name_en")


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin):
    """Skills."""

    list_display = ("code", "name", "name_en")
    search_fields = ("code", "name", "name_en")


@admin.register(Absence)
class AbsenceAdmin(SimpleHistoryAdmin):
    """Who is away and who stands in; two of one person that overlap are refused as on the page."""

    list_display = ("person", "starts_at", "ends_at", "deputy", "created_by")
    list_select_related = ("person", "deputy", "created_by")
    search_fields = ("person__email", "person__name")
    autocomplete_fields = ("person", "deputy")
    exclude = ("created_by", "created_at")

    def save_model(self, request: HttpRequest, obj: Absence, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Note who entered it."""
        if not change:
            obj.created_by, obj.created_at = who(request), now()
        super().save_model(request, obj, form, change)


@admin.register(ApiToken)
class ApiTokenAdmin(SimpleHistoryAdmin):
    """Keys of programs: to see and to revoke; they are made on a profile page or by `manage.py api_token`."""

    list_display = ("name", "user", "scope", "start", "created_at", "last_used_at", "revoked_at")
    list_filter = ("scope",)
    list_select_related = ("user",)
    search_fields = ("name", "user__email")
    readonly_fields = ("name", "user", "scope", "start", "created_by", "created_at", "last_used_at", "revoked_at")
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: its secret could not be shown here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: a revoked key stays on record."""
        return False

    @admin.action(description=_("Revoke the chosen tokens"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """Make the chosen keys useless."""
        at = now()
        for token in queryset:
            services.revoke_token(token, actor=who(request), at=at)
