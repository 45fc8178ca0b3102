"""A score sheet on paper, in both languages, and as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from core import languages
from documents.models import LANGUAGES
from scoresheets.models import Dispute, Line

if TYPE_CHECKING:
    from core.exports import Sheet as Table
    from scoresheets.models import Score


def sheets(score: Score) -> dict[str, dict[str, Any]]:
    """Answer what the document says, by language."""
    made = {}
    for language in LANGUAGES:
        with override(language):
            made[language] = {
                "title": str(score.sheet),
                "facts": _facts(score),
                "blocks": [_lines(score), _evidence(score), _disputes(score)],
            }
    return made


def workbook(score: Score) -> list[Table]:
    """Answer the same as tables for a spreadsheet, in the active language."""
    facts = ("", [_("About"), _("Value")], _facts(score))
    parts = [_lines(score), _evidence(score), _disputes(score)]
    return [(_("Score sheet"), *facts[1:]), *((part["title"], part["heads"], part["rows"]) for part in parts)]


def _facts(score: Score) -> list[list[str]]:
    facts = [
        [_("Customer"), score.organization.name],
        [_("Contract"), f"{score.contract.number} {score.contract.name}"],
        [_("Period"), f"{score.period} ({score.first} – {score.last})"],
        [_("Score"), f"{score.score} / {score.total}"],
        [_("Filled at"), timezone.localtime(score.made_at).strftime("%Y-%m-%d %H:%M")],
    ]
    if score.signed_at:
        signed = timezone.localtime(score.signed_at).strftime("%Y-%m-%d %H:%M")
        facts.append([_("Signed for the provider by"), f"{score.signed_name} {signed}"])
    return facts


def _table(title: str, columns: list[tuple[str, bool, int]], rows: list[list[str]], nothing: str) -> dict[str, Any]:
    """Answer a table of columns, each with its heading, whether it holds numbers, and its share of the width."""
    heads, numbers, widths = ([column[place] for column in columns] for place in range(3))
    return {"type": "table", "title": title, "heads": heads, "numbers": numbers, "widths": widths, "rows": rows, "nothing": nothing}


def _lines(score: Score) -> dict[str, Any]:
    columns = [(_("No."), True, 0), (_("Item"), False, 5), (_("Points a case"), True, 0), (pgettext("points", "At most"), True, 0)]
    columns += [(_("Cases"), True, 0), (_("Points taken off"), True, 0)]
    rows = [[str(line.place), str(line), *map(str, (line.each, line.most, line.cases, line.counted))] for line in score.lines.all()]
    return _table(_("Lines"), columns, rows, "")


def _evidence(score: Score) -> dict[str, Any]:
    rows = [[str(line.place), *said] for line in score.lines.all() for said in evidence_of(line)]
    columns = [(_("No."), True, 0), (_("What it was"), False, 5), (_("When"), False, 0)]
    return _table(_("Evidence"), columns, rows, _("Nothing was found."))


def evidence_of(line: Line) -> list[list[str]]:
    """Answer what stands behind a line in the active language: what and when."""
    return [[label_of(row), row["at"]] for row in line.evidence]


def label_of(row: dict[str, Any]) -> str:
    """Answer what a case was in the active language."""
    label: dict[str, str] = row["label"]
    return label.get(languages.active(), label["zh-hans"])


def _disputes(score: Score) -> dict[str, Any]:
    found = Dispute.objects.filter(line__score=score).select_related("line").order_by("raised_at", "pk")
    columns = [
        (_("Item"), False, 3),
        (_("Disputed by"), False, 2),
        (_("Why it is wrong"), False, 4),
        (pgettext("dispute", "Answer"), False, 4),
    ]
    columns.append((_("Points taken off"), False, 0))
    rows = [[str(row.line), row.get_side_display(), row.reason, row.answer or "—", _points(row)] for row in found]
    return _table(_("Disputes"), columns, rows, _("No line was disputed."))


def _points(row: Dispute) -> str:
    return f"{row.before}" if row.after is None else f"{row.before} → {row.after}"
