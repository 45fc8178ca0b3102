"""What a line of our record says to the other side, and what a line of theirs brings to a move here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tickets.models import Event

NAMED = {
    "cause": gettext_lazy("Cause"),
    "plan": gettext_lazy("What is to be done"),
    "risk": gettext_lazy("Risk"),
    "measure": gettext_lazy("Stop-gap"),
    "solution": gettext_lazy("Solution"),
    "prevention": gettext_lazy("Prevention"),
}
"""Facts of a line that are words, in the order in which they are said."""


def composed(text: str, facts: Mapping[str, Any]) -> str:
    """Answer what a line says in one text: its words, then its facts by name."""
    said = [f"{name}: {facts[key]}" for key, name in NAMED.items() if facts.get(key)]
    return "\n".join([*([text] if text else []), *said])


def reasons(text: str, facts: Mapping[str, Any], where: str) -> dict[str, str]:
    """Answer what a move may say, under the names that moves have for it."""
    why = text or _("Changed by %(name)s") % {"name": where}
    told = {key: str(facts[key]) for key in ("cause", "solution", "prevention", "owner") if facts.get(key)}
    solved = {"solution": told.get("solution") or why, "cause": told.get("cause") or why}
    return {**told, **solved, "reason": why, "text": why}


def author_of(event: Event) -> str:
    """Answer who said it: the person of a third system, else whoever wrote it here."""
    return str(event.facts.get("author") or (event.actor.name if event.actor else ""))[:80]
