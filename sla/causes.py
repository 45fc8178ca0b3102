"""Causes of waiting in words, and in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from sla.words import WAITS, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sla.engine.plan import Cause, Plan


@dataclass(frozen=True, slots=True)
class CauseWords:
    """A cause of waiting: what it is called, in whose hands it is, what has to be shown, how it ends."""

    code: str
    name: str
    owner: str
    evidence: str
    ends: str


def causes(plan: Plan) -> list[CauseWords]:
    """Answer what work may have to wait for."""
    return [cause(row) for row in plan.causes]


def cause(row: Cause) -> CauseWords:
    """Answer one cause."""
    return CauseWords(
        code=row.code,
        name=spoken(row.name),
        owner=str(WAITS[row.owner]),
        evidence=_("has to be shown") if row.needs_evidence else _("need not be shown"),
        ends=_("by itself at the expected time") if row.ends_by_itself else _("when work is resumed"),
    )


def cause_words(name: Mapping[str, str] | None, said: str) -> str:
    """Say what was waited for: the plan's name for it, and what was said beside it."""
    return " · ".join(filter(None, (spoken(name) if name else "", said)))
