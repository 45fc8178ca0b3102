"""How archives look to other programs."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from archive.models import ArchiveExport
from archive.scope import EQUIPMENT, ORGANIZATION, SITE
from archive.selectors.timeline import YEARS, Asked
from archive.sources import all_sources
from core.api_fields import Day, Input, Output, Word
from documents.models import LANGUAGES

if TYPE_CHECKING:
    from datetime import date

SCOPES = (ORGANIZATION, SITE, EQUIPMENT)


def _moment(**given: Any) -> serializers.DateTimeField:
    return serializers.DateTimeField(read_only=True, default_timezone=UTC, **given)


class ArchiveFactOutput(serializers.Serializer[Any]):
    """One thing an entry says, in the language that was asked for."""

    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    value = serializers.CharField(read_only=True)


class ArchiveMomentOutput(serializers.Serializer[Any]):
    """One instant an entry names."""

    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    at = _moment()


class ArchiveEntryOutput(serializers.Serializer[Any]):
    """One thing that happened; `kind` and `id` find it again, words are in the language that was asked for."""

    kind = serializers.CharField(read_only=True)
    id = serializers.IntegerField(source="pk", read_only=True)
    at = _moment()
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    title = serializers.CharField(read_only=True)
    state = serializers.CharField(source="state_label", read_only=True, allow_blank=True)
    site = serializers.CharField(read_only=True, allow_blank=True)
    equipment = serializers.CharField(read_only=True, allow_blank=True)
    who = serializers.CharField(read_only=True, allow_blank=True)
    text = serializers.CharField(read_only=True, allow_blank=True)
    facts = serializers.SerializerMethodField()
    moments = serializers.SerializerMethodField()
    link = serializers.CharField(read_only=True, allow_blank=True)

    @extend_schema_field(ArchiveFactOutput(many=True))
    def get_facts(self, entry: Any) -> list[dict[str, str]]:
        """Answer what it says."""
        return [{"label": label, "value": value} for label, value in entry.facts]

    @extend_schema_field(ArchiveMomentOutput(many=True))
    def get_moments(self, entry: Any) -> Any:
        """Answer the instants it names."""
        return ArchiveMomentOutput([{"label": label, "at": at} for label, at in entry.moments], many=True).data


class TimelineInput(Input):
    """Which part of a timeline is wanted; without days the last two years."""

    kind = serializers.CharField(required=False, default="", help_text="Kinds of entries, with commas between; none: all.")
    first = Day(required=False, help_text="The first day.")
    last = Day(required=False, help_text="The last day.")
    q = serializers.CharField(required=False, default="", max_length=100, help_text="Words that must all occur, Chinese or not.")

    def validate_kind(self, value: str) -> frozenset[str]:
        """Refuse a kind that does not exist."""
        known = {source.kind for source in all_sources()}
        asked = frozenset(filter(None, value.split(",")))
        if unknown := asked - known:
            raise serializers.ValidationError(
                _("“%(kind)s” is not known; known are: %(names)s.") % {"kind": min(unknown), "names": ", ".join(sorted(known))}
            )
        return asked

    def asked(self, today: date) -> Asked:
        """Answer what is asked for."""
        given = self.validated_data
        last = given.get("last", today)
        return Asked(given.get("first", min(today - YEARS, last)), last, given["kind"], given["q"])


class ArchiveExportInput(Input):
    """Of what, which days, as what, in which language."""

    of = Word(SCOPES)
    id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    first = Day()
    last = Day()
    form = Word(ArchiveExport.Form.values, default=ArchiveExport.Form.ZIP)
    language = serializers.ChoiceField(LANGUAGES, default=LANGUAGES[0])


class ArchiveExportOutput(Output[ArchiveExport]):
    """An export; `file` is its address once it is ready, until it is removed."""

    of = serializers.SerializerMethodField()
    of_id = serializers.SerializerMethodField()
    percent = serializers.IntegerField(read_only=True)
    asked_at = _moment()
    ended_at = _moment(allow_null=True)
    expires_at = _moment(allow_null=True)
    file = serializers.SerializerMethodField()

    class Meta:
        model = ArchiveExport
        fields = (
            "id", "of", "of_id", "first", "last", "form", "language", "state", "percent", "asked_at", "ended_at", "expires_at", "entries",
            "left_out", "size", "sha256", "trouble", "file",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(SCOPES))
    def get_of(self, export: ArchiveExport) -> str:
        """Answer what kind of thing it is of."""
        return export.scope_key[0]

    def get_of_id(self, export: ArchiveExport) -> int:
        """Answer the id of that thing."""
        return export.scope_key[1]

    def get_file(self, export: ArchiveExport) -> str | None:
        """Answer where the file can be fetched."""
        return reverse("archive-export-file", args=[export.pk]) if export.state == ArchiveExport.State.DONE else None
