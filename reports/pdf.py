"""The report as PDF: the same figures and language make the same bytes.

Typst reads a fixed document (templates/reports/report.typ) and is given the words as data, so nothing that a customer wrote can
run. Its only fonts are those that set-up fetched; they are embedded, only the glyphs that are used.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import typst
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from reports import tables
from reports.errors import NoFonts

if TYPE_CHECKING:
    from pathlib import Path

    from reports.models import MonthlyReport
    from tickets.figures.tables import Table

CONTENT_TYPE = "application/pdf"
FONT = "Noto Sans SC"
WIDTHS = {
    "overview": (4, 1, 1),
    "promises": (4, 2, 0, 0, 0, 0, 0, 0),
    "misses": (0, 3, 2, 2, 0, 0, 0, 3),
    "waits": (4, 1, 1),
    "parties": (4, 1, 1),
}
"""How the columns share the page: 0 takes what it needs, the rest in these proportions."""


def render(report: MonthlyReport, *, for_staff: bool) -> bytes:
    """Answer the PDF in the active language; raises NoFonts where set-up has not been run."""
    words = _words(report, for_staff=for_staff)
    folder = settings.BASE_DIR / "templates" / "reports"
    compiler = typst.Compiler(folder / "report.typ", root=folder, font_paths=_fonts(settings.FONTS_DIR), sys_inputs={"data": words})
    made = compiler.compile(format="pdf", timestamp=int(report.made_at.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError(made)
    return made


@lru_cache(maxsize=1)
def _fonts(folder: Path) -> typst.Fonts:
    """Read the fonts once a process, and none of the system's: a machine must not change what a report looks like."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    if FONT not in fonts.families():
        raise NoFonts(_("The fonts for PDF are not there; whoever runs the desk has to run its set-up (make setup)."))
    return fonts


def _words(report: MonthlyReport, *, for_staff: bool) -> str:
    head, made = tables.head(report), timezone.localtime(report.made_at, timezone.get_default_timezone())
    language = tables.language()
    given = {
        "lang": language,
        "region": {"zh": "CN", "en": "GB"}[language],
        "title": head.title,
        "provider": head.provider,
        "office": head.office,
        "number": report.number,
        "made": [made.year, made.month, made.day],
        "page": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        "facts": head.facts,
        "summary": head.summary,
        "correction": head.correction,
        "parts": [_part(table) for table in tables.tables(report, for_staff=for_staff)],
    }
    return json.dumps(given, ensure_ascii=False)


def _part(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "says": table.says,
        "nothing": _("Nothing in this month."),
        "heads": [column.label for column in table.columns],
        "numbers": [column.is_number for column in table.columns],
        "widths": WIDTHS[table.name],
        "rows": [[cell.text for cell in row] for row in table.rows],
        "bars": [[row[0].text, row[2].value, row[3].value, row[5].text] for row in table.rows] if table.chart else [],
    }
