"""Plans and calendars for administrators: every change is a new version, nothing is rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from sla.forms import ContentForm
from sla.models import Calendar, CalendarVersion, Plan, PlanVersion
from sla.reading import written

if TYPE_CHECKING:
    from django.forms import ModelForm
    from django.http import HttpRequest


class VersionInline(admin.TabularInline):
    """The versions of a plan or calendar, to look at."""

    fields = ("number", "valid_from", "created_at", "created_by")
    readonly_fields = fields
    ordering = ("-number",)
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Versions are made by changing the content."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A version never changes."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave the content in the database."""
        return super().get_queryset(request).defer("data").select_related("created_by")


class PlanVersionInline(VersionInline):
    """The versions of a plan."""

    model = PlanVersion


class CalendarVersionInline(VersionInline):
    """The versions of a calendar."""

    model = CalendarVersion


class CatalogueAdmin(SimpleHistoryAdmin):
    """A plan or calendar: its content as text; saving changed text makes a version."""

    form = ContentForm
    list_display = ("code", "name", "name_en")
    search_fields = ("code", "name", "name_en")
    fields = ("content", "valid_from")

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:  # noqa: FBT001 - Django's
        """Load the text as it would be loaded from a file."""
        assert isinstance(form, ContentForm)
        loaded = form.load(request.user)
        obj.pk = loaded.subject.pk
        obj.refresh_from_db()
        if loaded.is_new:
            self.message_user(request, _("Version %(number)s was made.") % {"number": loaded.version.number})
        else:
            words = _("The content says the same as version %(number)s: no new version was made.")
            self.message_user(request, words % {"number": loaded.version.number}, messages.INFO)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was promised stays on record."""
        return False


@admin.register(Plan)
class PlanAdmin(CatalogueAdmin):
    """Service plans."""

    inlines = (PlanVersionInline,)


@admin.register(Calendar)
class CalendarAdmin(CatalogueAdmin):
    """Calendars."""

    inlines = (CalendarVersionInline,)


class VersionAdmin(admin.ModelAdmin):
    """A version, to read."""

    @admin.display(description=_("content"))
    def text(self, row: PlanVersion | CalendarVersion) -> str:
        """Show the content as it would be written in a file."""
        return format_html("<pre>{}</pre>", written(row.data))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Versions are made by changing the plan or calendar."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A version never changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was promised stays on record."""
        return False


@admin.register(PlanVersion)
class PlanVersionAdmin(VersionAdmin):
    """Versions of plans."""

    list_display = ("plan", "number", "valid_from", "created_by")
    list_filter = ("plan",)
    list_select_related = ("plan", "created_by")
    fields = ("plan", "number", "valid_from", "created_at", "created_by", "checksum", "text")
    readonly_fields = fields


@admin.register(CalendarVersion)
class CalendarVersionAdmin(VersionAdmin):
    """Versions of calendars."""

    list_display = ("calendar", "number", "valid_from", "created_by")
    list_filter = ("calendar",)
    list_select_related = ("calendar", "created_by")
    fields = ("calendar", "number", "valid_from", "created_at", "created_by", "checksum", "text")
    readonly_fields = fields
