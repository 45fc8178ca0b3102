"""Tables for spreadsheets: CSV as a stream, XLSX from a file on disk; no cell of either is ever a formula."""

from __future__ import annotations

import csv
import tempfile
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone, translation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.http.response import HttpResponseBase

    Row = Sequence[Any]
    Sheet = tuple[str, Sequence[str], Iterable[Row]]

FORMATS = ("csv", "xlsx")
BOM = "\ufeff"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a text begins that a spreadsheet might run (OWASP, CSV injection)."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST, SHEET_NAME = 48, 31


def inert(value: Any) -> Any:
    """Answer a cell that a spreadsheet shows and never runs; numbers and days stay what they are."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, int | float | date):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def as_csv(name: str, heads: Sequence[str], rows: Iterable[Row]) -> HttpResponseBase:
    """Send rows as they are read; with a mark at the start by which Excel knows the encoding."""
    answer = StreamingHttpResponse(_lines(heads, rows, translation.get_language()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


class _Echo:
    """Hands back what the writer writes."""

    def write(self, line: str) -> str:
        return line


def _lines(heads: Sequence[str], rows: Iterable[Row], language: str | None) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([inert(head) for head in heads])
    with translation.override(language):  # rows are read after the view has answered
        for row in rows:
            yield writer.writerow([_written(inert(value)) for value in row])


def _written(value: Any) -> Any:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value


def as_xlsx(name: str, sheets: Iterable[Sheet]) -> HttpResponseBase:
    """Send a workbook of one or more sheets, written row by row to a file that goes away by itself."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it is sent
    _write_book(file, sheets)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def _write_book(file: IO[bytes], sheets: Iterable[Sheet]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        looks: dict[type, Any] = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        for place, (title, heads, rows) in enumerate(sheets, start=1):
            sheet = book.add_worksheet(_sheet_name(title, place))
            sheet.freeze_panes(1, 0)
            for column, head in enumerate(heads):
                sheet.set_column(column, column, min(WIDEST, max(12, 2 * len(head))))
                sheet.write_string(0, column, inert(head), bold)
            for line, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    _write_cell(sheet, line, column, inert(value), looks)


def _sheet_name(title: str, place: int) -> str:
    """Answer a name that Excel takes: short, without its special characters, never twice."""
    plain = "".join(" " if letter in "[]:*?/\\" else letter for letter in title)
    return f"{place} {plain}"[:SHEET_NAME].strip(" '")


def _write_cell(sheet: Any, line: int, column: int, value: Any, looks: dict[type, Any]) -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(line, column, value, looks[type(value)])
    elif isinstance(value, int | float):
        sheet.write_number(line, column, value)
    else:
        sheet.write_string(line, column, value)
