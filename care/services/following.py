"""What is done to a ticket by other ways: its customer was asked already, or it was opened again before anybody called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from care import selectors
from care.errors import Served
from care.models import OPEN, Call, Outcome, Status
from care.services import owing
from care.services.working import end_unmade
from core.record import save_by
from tickets.models import Event

if TYPE_CHECKING:
    from collections.abc import Sequence

ASKED = Event.Type.FOLLOWED_UP
AGAIN = (Event.Type.REOPENED, Event.Type.REJECTED)


def heard(events: Sequence[Event]) -> None:
    """Follow lines as they are written. Raises Served where whoever served says that they asked the customer (P3: somebody else does)."""
    for event in events:
        if event.type == ASKED:
            _refuse(event)
        if event.type == ASKED or event.type in AGAIN:
            asked = Call.objects.filter(Q(event__isnull=False), ticket=event.ticket_id, status__in=OPEN)
            waiting = asked.select_for_update(of=("self",)).select_related("contract", "organization")
            for call in waiting.order_by("pk"):
                follow(call, event)


def _refuse(event: Event) -> None:
    """Refuse who served. Whoever made a call was looked at when they took it; what was done in another system stays as it was."""
    if event.actor is None or "imported" in event.facts:
        return
    made = Call.objects.filter(ticket=event.ticket_id, status=Status.DONE, ended_by=event.actor, ended_at=event.at)
    if not made.exists() and (sentence := selectors.why_not_follow_up(event.actor, event.ticket)):
        raise Served(sentence)


def follow(call: Call, event: Event) -> None:
    """End a locked call by what was written into its ticket's record."""
    if event.type in AGAIN:
        end_unmade(call, actor=None, at=event.at, reason=_("It was opened again before the call; the next solution is asked about anew."))
        return
    came_back = event.facts.get("outcome") == "came_back"
    call.status, call.outcome, call.came_back = Status.DONE, Outcome.CAME_BACK if came_back else Outcome.FINE, came_back
    call.words, call.ended_at, call.ended_by = event.text, event.at, event.actor
    call.claimed_by = call.claimed_at = None
    save_by(call, event.actor, at=event.at)
    owing.met(call, actor=event.actor, at=event.at)
