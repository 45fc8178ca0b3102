"""Reading what programs send: whatever cannot be read is a refusal, never a failure of ours."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import parsers, status
from rest_framework.exceptions import APIException, ErrorDetail, ParseError, ValidationError

from core import plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

LONGEST_TABLE = 1024 * 1024
"""Bytes."""


class TooLarge(APIException):
    """More was sent than is taken at once."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _("More was sent than is taken at once.")


class JsonParser(parsers.JSONParser):
    """JSON; what no database can hold and brackets within brackets without end are refused as well."""

    takes_nul = False
    """Whether U+0000 is let through: the view then keeps it where it can be kept, and leaves it out elsewhere."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Answer what was sent."""
        encoding = (parser_context or {}).get("encoding") or settings.DEFAULT_CHARSET
        try:
            return plain.read(stream.read().decode(encoding), takes_nul=self.takes_nul)
        except plain.Unkeepable as error:
            raise _pointed_at(error) from error
        except (ValueError, LookupError) as error:
            raise ParseError(_("JSON parse error - %(why)s") % {"why": error}) from error
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None


def _pointed_at(error: plain.Unkeepable) -> APIException:
    detail: Any = [ErrorDetail(str(error), error.code)]
    for name in reversed(error.path):
        detail = {name: detail}
    return ValidationError(detail) if error.path else ParseError(str(error))


class FileParser(parsers.MultiPartParser):
    """Forms with files; far too much is refused before it is read."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Answer the fields and files that were sent."""
        sent = str((parser_context or {})["request"].META.get("CONTENT_LENGTH") or "")
        # What is only somewhat too large is read, so that its sender is told which file it was.
        if sent.isdecimal() and int(sent[:20]) > 2 * settings.ATTACHMENT_MAX_BYTES:
            raise TooLarge
        return super().parse(stream, media_type, parser_context)


class CsvParser(parsers.BaseParser):
    """A table as text: the first line names the columns."""

    media_type = "text/csv"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Answer the lines as ``{"lines": [{"line": number, column: value, …}, …]}``; the names of columns in small letters."""
        sent = stream.read(LONGEST_TABLE + 1)
        if len(sent) > LONGEST_TABLE:
            raise TooLarge
        try:
            reader = csv.reader(io.StringIO(sent.decode("utf-8-sig"), newline=""), strict=True)
            names, *rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(row)] or [(1, [])]
        except (UnicodeDecodeError, csv.Error) as error:
            raise ParseError(_("The table cannot be read: send UTF-8 with commas, the names of the columns in the first line.")) from error
        columns = [name.lower() for name in names[1]]
        return {"lines": [{"line": line, **dict(zip(columns, row, strict=False))} for line, row in rows], "columns": columns}
