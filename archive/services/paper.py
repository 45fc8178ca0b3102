"""An archive as one PDF: the timeline month by month, made by the same means as the desk's documents."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from accounts import selectors as people
from archive import selectors
from archive.services import wording
from archive.services.packing import Contents, by_month, checked_count
from documents import pdf

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from archive.engine import Entry
    from archive.models import ArchiveExport
    from archive.scope import Scope

WIDTHS = [2, 4, 3, 6]


def write(made: IO[bytes], person: User, scope: Scope, asked: selectors.Asked, *, row: ArchiveExport, step: Any) -> Contents:
    """Write the PDF of what a person may see, in the export's language. Raises TooLarge, and NoFonts where set-up has not been run."""
    step.expect(checked_count(person, scope, asked, row) or 1)
    entries = []
    for entry in selectors.walk(person, scope, asked, at=row.asked_at):
        step()
        entries.append(entry)
    summary = selectors.summary(person, scope, row.period, at=row.asked_at)
    made.write(pdf.render(content(scope, row, entries, summary.figures), row.language))
    return Contents(len(entries))


def content(scope: Scope, row: ArchiveExport, entries: Iterable[Entry], figures: Iterable[selectors.Figure]) -> dict[str, Any]:
    """Answer what the paper says, in the language that is active."""
    head = people.head_office()
    facts = [[_("Days"), f"{row.first} – {row.last}"], [_("Made for"), str(row.asked_by)], [_("As of"), wording.moment(row.asked_at)]]
    numbers = [[figure.label, figure.number, figure.note] for figure in figures]
    blocks = [_table(_("In numbers"), ["", "", ""], numbers, [3, 2, 4])]
    blocks += [_table(date_format(month, "Y-m"), _heads(), [_line(entry) for entry in of], WIDTHS) for month, of in by_month(entries)]
    office = {"provider": people.company(head), "office": "", "address": "", "phone": "", "logo": (head.logo.name or "") if head else ""}
    return {
        "number": f"ARC-{row.pk:06d}",
        "version": 1,
        "issued_at": row.asked_at.isoformat(),
        "issued_by": "",
        "letterhead": {row.language: office},
        "sheets": {row.language: {"title": _("Service archive: %(name)s") % {"name": scope.name}, "facts": facts, "blocks": blocks}},
        "corrects": None,
    }


def _table(title: str, heads: list[str], rows: list[list[str]], widths: list[int]) -> dict[str, Any]:
    return {"type": "table", "title": title, "heads": heads, "rows": rows, "widths": widths, "nothing": "—"}


def _heads() -> list[str]:
    return [_("When"), _("What"), _("Where and who"), _("Details")]


def _line(entry: Entry) -> list[str]:
    where = "\n".join(filter(None, (entry.place, entry.who)))
    what = "\n".join(filter(None, (f"{entry.label}: {entry.title}", entry.state_label)))
    return [wording.moment(entry.at), what, where, wording.details(entry)]
