"""Where the desk itself gives a ticket another severity or kind, its own word takes the place of the caller's, which says it no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tickets.models import Event
from tmf import mapping, selectors
from tmf.models import TroubleTicket
from tmf.services.keeping import save_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tickets.models import Ticket

_GRADES = frozenset({Event.Type.SEVERITY_CHANGED, Event.Type.REGISTERED})


def overtake(lines: Sequence[Event]) -> None:
    """Write our word over the caller's in the transaction of the line; one that still means what the ticket is stays to the letter."""
    graded = {line.ticket_id: line for line in lines if line.type in _GRADES}
    for row in TroubleTicket.objects.filter(ticket__in=graded).select_related("account") if graded else ():
        line = graded[row.ticket_id]
        row.ticket = line.ticket
        words = row.words
        named = _renamed(row, line.ticket, is_registered=line.type == Event.Type.REGISTERED)
        if any(words.get(name) != word for name, word in named.items()):
            save_words(row, {**words, **named})


def _renamed(row: TroubleTicket, ticket: Ticket, *, is_registered: bool) -> dict[str, str]:
    profile = selectors.profile_of(row.account) if row.account else None
    named = {}
    means = mapping.severity_of(row.words["severity"], profile.severities if profile else None)
    if (means or mapping.SEVERITY) != ticket.severity:
        named["severity"] = mapping.SEVERITY_WORDS[ticket.severity]
    kind = mapping.kind_of(row.words["ticketType"], profile.kinds if profile else None)
    if is_registered and (kind or mapping.KIND) != ticket.kind:
        named["ticketType"] = ticket.kind
    return named
