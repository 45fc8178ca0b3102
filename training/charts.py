"""What is owed by office, as the lines of a table and the bars of a chart."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core import languages

SHOWN = ("held", "held_late", "planned", "open", "late")


def heads() -> list[str]:
    """Answer what the counts of a line are called."""
    return [_("held in time"), _("held late"), _("planned"), _("not planned"), _("overdue")]


def lines(sums: list[dict[str, Any]]) -> list[tuple[str, list[int]]]:
    """Answer each office's name with its counts."""
    return [(_name(row), [row[name] for name in SHOWN]) for row in sums]


def _name(row: dict[str, Any]) -> str:
    english = row["office__name_en"] if languages.active() == languages.ENGLISH else ""
    return english or row["office__name"] or _("without an office")


def by_office(rows: list[tuple[str, list[int]]]) -> dict[str, Any]:
    """Answer the counts as bars that lie, one for each office."""
    series = [{"name": name, "values": [counts[place] for _office, counts in rows]} for place, name in enumerate(heads())]
    return {"labels": [office for office, _counts in rows], "series": series}
