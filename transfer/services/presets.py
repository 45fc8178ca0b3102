"""Mappings that ship: what other helpdesks give out, and what this one does (transfer/mappings)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid
from transfer.engine.suggesting import columns

if TYPE_CHECKING:
    from transfer.engine.reading import Source

FOLDER = Path(__file__).resolve().parent.parent / "mappings"
PRESETS = {
    "native": gettext_lazy("Export of this desk (ZIP)"),
    "zammad": gettext_lazy("Zammad: answers of its REST interface (JSON or ZIP)"),
    "osticket-csv": gettext_lazy("osTicket: tickets exported as CSV"),
    "osticket-tables": gettext_lazy("osTicket: its tables (ZIP of CSV or JSON)"),
}
SIGNS = {
    "native": ({"tickets": {"external_number"}},),
    "zammad": ({"tickets": {"state", "title", "customer_id"}},),
    "osticket-csv": ({"*": {"Ticket Number", "Date Created", "Current Status"}},),
    "osticket-tables": ({"ost_ticket": {"ticket_id", "number"}, "ost_thread_entry": {"poster"}},),
}
"""Tables and columns by which a file is known."""


@lru_cache
def _text(name: str) -> str:
    return (FOLDER / f"{name}.yaml").read_text()


def preset(name: str) -> dict[str, Any]:
    """Answer a mapping that ships. Raises Invalid for one that does not exist."""
    if name not in PRESETS:
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": ", ".join(PRESETS)}, field="preset", code="invalid_choice")
    found: dict[str, Any] = yaml.safe_load(_text(name))
    return found


def fitting(source: Source) -> tuple[str, dict[str, Any] | None]:
    """Answer the mapping that ships for a file of this shape, without the tables that the file does not have."""
    for name, signs in SIGNS.items():
        for tables in signs:
            if all(wanted <= set(columns(source, table)) for table, wanted in tables.items()):
                return name, trimmed(preset(name), source)
    return "", None


def trimmed(given: dict[str, Any], source: Source) -> dict[str, Any]:
    """Leave out the tables that a file does not have."""
    there = [one for one in given["tables"] if source.table(str(one.get("table") or "*")) is not None]
    return {**given, "tables": there}
