"""Figures that a program sends, read as JSON or as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from inspections import services
from inspections.serializers.reading import ReadingsInput

if TYPE_CHECKING:
    from rest_framework.request import Request

    from inspections.errors import BadReadings

COLUMNS = frozenset({"code", "value", "unit", "equipment"})


def _key(request: Request, named: str = "") -> str:
    return request.headers.get("Idempotency-Key", "") or named


def listed(request: Request) -> tuple[list[services.Reading], str]:
    """Answer the rows of a list, and the key of the sending."""
    given = ReadingsInput(data=request.data)
    given.is_valid(raise_exception=True)
    rows = [services.Reading(line=place, **row) for place, row in enumerate(given.validated_data["readings"])]
    return rows, _key(request, given.validated_data["batch"])


def table(request: Request) -> tuple[list[services.Reading], str]:
    """Answer the rows of a table; a column that is not known is refused, it might be a misspelt one."""
    sent: Any = request.data
    columns = sent.get("columns", [])  # nothing was sent: no parser was asked
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown or not {"code", "value"} <= set(columns) or len(set(columns)) < len(columns):
        sentence = _("The first line names the columns code and value and, if wanted, unit and equipment.")
        raise ValidationError({"line": {"1": [ErrorDetail(sentence, "columns")]}})
    names = [name for name in columns if name in COLUMNS]
    rows = [services.Reading(line=row["line"], **{"value": "", **{name: row.get(name, "") for name in names}}) for row in sent["lines"]]
    return rows, _key(request, request.query_params.get("batch", ""))


def row_by_row(refusal: BadReadings, name: str) -> ValidationError:
    """Answer the refusal with each sentence at its row."""
    said: dict[str, dict[str, list[ErrorDetail]]] = {}
    for line, column, sentence in refusal.rows:
        said.setdefault(str(line), {}).setdefault(column, []).append(ErrorDetail(sentence, refusal.stable_code))
    return ValidationError({name: said})
