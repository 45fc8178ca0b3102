"""The report on paper: as a document of the desk, one sheet a language, made of the same tables as its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from core import languages
from documents import pdf as paper
from documents import services as documents
from documents.models import LANGUAGES
from reports import tables

if TYPE_CHECKING:
    from datetime import datetime

    from reports.models import MonthlyReport
    from tickets.figures.tables import Table

CONTENT_TYPE = paper.CONTENT_TYPE
WIDTHS = {
    "overview": (4, 1, 1),
    "promises": (4, 2, 0, 0, 0, 0, 0, 0),
    "misses": (0, 3, 2, 2, 0, 0, 0, 3),
    "waits": (4, 1, 1),
    "parties": (4, 1, 1),
}
"""How the columns share the page: 0 takes what it needs, the rest in these proportions."""


def render(report: MonthlyReport, *, for_staff: bool) -> bytes:
    """Answer a working copy in the active language, with no proof on it; raises NoFonts where set-up has not been run.

    The customer's copy on record is the document that was issued with the report (``services.issue``).
    """
    made = sheets(report, for_staff=for_staff)
    head = {each: _letterhead(report, each) for each in LANGUAGES}
    content = {
        "number": _number(report, 1),
        "version": report.revision,
        "issued_at": report.made_at.isoformat(),
        "issued_by": "",
        "letterhead": head,
        "sheets": made,
        "corrects": {"number": _number(report, report.revision - 1), "reason": report.reason} if report.reason else None,
    }
    return paper.render(content, languages.active())


def customers_copy(report: MonthlyReport, language: str, *, at: datetime) -> bytes:
    """Answer the PDF that the customer reads: the file on record, or a working copy of a report older than documents are."""
    if report.document is None:
        with override(language):
            return render(report, for_staff=False)
    with documents.made_file(report.document, language, at=at).file.open("rb") as file:
        return bytes(file.read())


def sheets(report: MonthlyReport, *, for_staff: bool) -> dict[str, dict[str, Any]]:
    """Answer what the report says, by language; ``for_staff`` names the people of ours who were told."""
    made = {}
    for language in LANGUAGES:
        with override(language):
            head = tables.head(report)
            blocks = [_part(table) for table in tables.tables(report, for_staff=for_staff)]
            facts = [[str(label), str(value)] for label, value in head.facts]
            made[language] = {"title": head.title, "facts": facts, "summary": head.summary, "blocks": blocks}
    return made


def _number(report: MonthlyReport, revision: int) -> str:
    first = f"{report.contract.number}-{report.month:%Y%m}"
    return first if revision == 1 else f"{first}-V{revision}"


def _letterhead(report: MonthlyReport, language: str) -> dict[str, str]:
    with override(language):
        head = tables.head(report)
    return {"provider": head.provider, "office": head.office, "address": "", "phone": "", "logo": ""}


def _part(table: Table) -> dict[str, Any]:
    return {
        "type": "table",
        "title": str(table.title),
        "says": str(table.says),
        "nothing": _("Nothing in this month."),
        "heads": [str(column.label) for column in table.columns],
        "numbers": [column.is_number for column in table.columns],
        "widths": list(WIDTHS[table.name]),
        "rows": [[cell.text for cell in row] for row in table.rows],
        "bars": [[row[0].text, row[2].value, row[3].value, row[5].text] for row in table.rows] if table.chart else [],
    }
