"""How imports and exports look to other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from rest_framework import serializers

from core.api_fields import Input, Known, Output, Text, Word, moment
from customers.models import Organization
from transfer import selectors, services, words
from transfer.models import LANGUAGE_NAMES, DataExport, DataImport, ImportProblem

if TYPE_CHECKING:
    from collections.abc import Mapping


class ImportInput(Input):
    """A file of another system; without a mapping or preset one is suggested from its columns."""

    source = serializers.SlugField(max_length=40, help_text="The other system, by a name that stays.")  # type: ignore[assignment]
    file = serializers.FileField(help_text="CSV, JSON Lines, JSON, or a ZIP of these.")
    preset = Word(sorted(services.PRESETS), required=False, default="")
    mapping = Text.maybe(max_length=200_000, help_text="YAML or JSON.")
    encoding = Word([code for code in services.ENCODINGS if code], required=False, default="")
    delimiter = serializers.ChoiceField([sign for sign in services.DELIMITERS if sign], required=False, default="")


class MappingInput(Input):
    """Which columns become which fields (docs/transfer.md)."""

    mapping = serializers.JSONField(help_text="An object, or the same as YAML or JSON in a text.")


class ImportOutput(Output[DataImport]):
    """An import: where it stands, what became of its rows, its mapping; `sample` are first rows as they would be."""

    asked_by = serializers.CharField(source="asked_by.name", read_only=True)
    asked_at = moment()
    begun_at = moment()
    ended_at = moment()
    percent = serializers.IntegerField(read_only=True)

    class Meta:
        model = DataImport
        fields = (
            "id", "source", "preset", "name", "size", "sha256", "encoding", "delimiter", "state", "percent", "done", "total", "refused",
            "counts", "sample", "mapping", "asked_by", "asked_at", "begun_at", "ended_at", "trouble",
        )  # fmt: skip
        read_only_fields = fields


class ImportProblemOutput(Output[ImportProblem]):
    """A row that is refused, or a part of one: `code` says what is wrong, `detail` what to do."""

    detail = serializers.SerializerMethodField()

    class Meta:
        model = ImportProblem
        fields = ("id", "table", "line", "kind", "key", "field", "code", "value", "is_refused", "data", "detail")
        read_only_fields = fields

    def get_detail(self, problem: ImportProblem) -> str:
        """Say what to do."""
        return words.sentence(problem)


class DataExportInput(Input):
    """Of whom everything is wanted, and the language of the documents in it."""

    organization = Known(among=selectors.organizations_for, queryset=Organization.objects.none())
    language = serializers.ChoiceField(LANGUAGE_NAMES, default=LANGUAGE_NAMES[0][0])


class DataExportOutput(Output[DataExport]):
    """An export; `file` is its address once it is ready, until it is removed. `changes_after` goes on with `/changes/`."""

    percent = serializers.IntegerField(read_only=True)
    asked_at = moment()
    ended_at = moment()
    expires_at = moment()
    file = serializers.SerializerMethodField()

    class Meta:
        model = DataExport
        fields = (
            "id", "organization", "language", "state", "percent", "asked_at", "ended_at", "expires_at", "counts", "left_out", "size",
            "sha256", "changes_after", "trouble", "file",
        )  # fmt: skip
        read_only_fields = fields

    def get_file(self, export: DataExport) -> str | None:
        """Answer where the file can be fetched."""
        return reverse("data-export-file", args=[export.pk]) if export.state == DataExport.State.DONE else None


def of_mapping(given: Any) -> Mapping[str, Any] | str:
    """Answer a mapping as it was sent: an object, or a text to be read."""
    return given if isinstance(given, dict) else str(given)
