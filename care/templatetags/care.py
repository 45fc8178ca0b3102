"""How calls are shown, and which calls a ticket has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from care import selectors
from care.engine import is_fine
from care.models import Outcome, Status, said_in
from care.services.ending import said_to
from core.templatetags.inline import badge

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.safestring import SafeString

    from accounts.models import User
    from care.models import Call
    from customers.models import Organization
    from tickets.models import Ticket

register = template.Library()

SHOWN, SITES = 5, 20
OUTCOMES = {
    Outcome.FINE: ("met", "mood-smile"),
    Outcome.CAME_BACK: ("late", "refresh"),
    Outcome.DISSATISFIED: ("late", "mood-sad"),
    Outcome.FEEDBACK: ("risk", "message-report"),
}


@register.simple_tag
def calls_of(ticket: Ticket, user: User) -> list[Call]:
    """Answer the calls about a ticket: {% calls_of ticket user as calls %}."""
    return list(selectors.of_ticket(user, ticket))


@register.simple_tag
def calls_at(organization: Organization, user: User) -> dict[str, Any]:
    """Answer the latest calls to a customer, and the sites a care call can be arranged with."""
    calls = selectors.with_people_and_places(selectors.calls_for(user)).filter(organization=organization).order_by("-id")
    return {"calls": list(calls[:SHOWN]), "sites": list(organization.sites.order_by("name")[:SITES])}


@register.simple_tag
def outcome_badge(call: Call) -> SafeString:
    """Show what a call came to, or where it stands."""
    if call.outcome:
        return badge(call.get_outcome_display(), *OUTCOMES[Outcome(call.outcome)])
    tones = {Status.WAITING: ("accent", "phone"), Status.NOT_REACHED: ("late", "phone-off"), Status.DROPPED: ("none", "ban")}
    return badge(call.get_status_display(), *tones[Status(call.status)])


@register.filter
def is_late_at(call: Call, at: datetime) -> bool:
    """Whether a call was ended, or is still open, after its time."""
    return call.is_late(at)


@register.filter
def answered(call: Call) -> list[dict[str, Any]]:
    """Answer what was asked and said, in the reader's language."""
    found = []
    for question in call.script.questions:
        if answer := call.answers.get(question["code"]):
            fine = question["kind"] == "words" or (question["means"] == "came_back" and answer == "no") or _is_fine(question, answer)
            found.append({"question": said_in(question), "answer": _answer(question, answer), "fine": fine})
    return found


def _is_fine(question: dict[str, Any], answer: str) -> bool:
    return question["means"] != "came_back" and is_fine(question, answer)


def _answer(question: dict[str, Any], answer: str) -> str:
    named = {option["code"]: said_in(option) for option in question["options"]}
    score = f"{answer} / 5" if question["kind"] == "score" else ""
    return score or named.get(answer) or said_to(question, answer)


@register.filter
def in_question(question: dict[str, Any]) -> str:
    """Answer a question in the reader's language."""
    return said_in(question)


@register.simple_tag
def part(share: int, whole: int) -> str:
    """Write a part of a whole in percent; a dash where there is no whole."""
    return f"{100 * share / whole:.0f} %" if whole else "—"
