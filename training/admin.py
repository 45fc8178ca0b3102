"""Training for administrators: the catalogue to edit, what happened to read."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin import Reading
from training.models import (
    Attendee,
    Certificate,
    Course,
    Material,
    NamedEngineer,
    RegionalRepresentative,
    Session,
    StaffCertificate,
)


@admin.register(Course)
class CourseAdmin(SimpleHistoryAdmin):
    """The catalogue."""

    list_display = ("code", "name", "name_en", "kind", "hours", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("code", "name", "name_en")


@admin.register(Material)
class MaterialAdmin(Reading, SimpleHistoryAdmin):
    """Files of courses, to read: versions are added on the course's page."""

    list_display = ("course", "title", "version", "name", "size", "uploaded_by", "uploaded_at")
    list_select_related = ("course", "uploaded_by")
    search_fields = ("title", "name", "course__code")


@admin.register(Session)
class SessionAdmin(Reading, SimpleHistoryAdmin):
    """Sessions, to read: they change on their own pages."""

    list_display = ("number", "course", "organization", "contract", "starts_at", "status")
    list_filter = ("status", "course__kind")
    list_select_related = ("course", "organization", "contract")
    search_fields = ("course__name", "organization__name", "contract__number")


@admin.register(Attendee)
class AttendeeAdmin(Reading, SimpleHistoryAdmin):
    """Who was trained, to read."""

    list_display = ("name", "session", "presence", "signed_at", "score")
    list_filter = ("presence",)
    list_select_related = ("session__course",)
    search_fields = ("name", "email")


@admin.register(Certificate)
class CertificateAdmin(Reading, SimpleHistoryAdmin):
    """Certificates, to read."""

    list_display = ("number", "name", "organization", "issued_on", "valid_until")
    list_select_related = ("organization",)
    search_fields = ("number", "name", "organization__name")


@admin.register(StaffCertificate)
class StaffCertificateAdmin(Reading, SimpleHistoryAdmin):
    """Certificates of our own people, to read."""

    list_display = ("name", "person", "issuer", "number", "issued_on", "expires_on", "withdrawn_at")
    list_select_related = ("person",)
    search_fields = ("name", "number", "person__name")


@admin.register(NamedEngineer)
class NamedEngineerAdmin(Reading, SimpleHistoryAdmin):
    """Whom contracts name, to read."""

    list_display = ("contract", "role", "person", "deputy", "starts_on", "ends_on", "gap_since")
    list_select_related = ("contract", "person", "deputy")
    search_fields = ("contract__number", "person__name", "role")


@admin.register(RegionalRepresentative)
class RegionalRepresentativeAdmin(Reading, SimpleHistoryAdmin):
    """Who represents us where, to read."""

    list_display = ("region", "person", "deputy", "phone", "starts_on", "ends_on")
    list_select_related = ("region", "person", "deputy")
