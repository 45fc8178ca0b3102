"""Words and files that come from another system: who wrote them there, and the id by which they are known and taken once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tickets.models import Event, Ticket

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Origin:
    """Where words come from: the person who wrote them there, and the id that the other system has for them."""

    author: str = ""
    external_id: str = ""

    def facts(self) -> dict[str, str]:
        """Answer what the record keeps of it."""
        return {name: value for name, value in (("author", self.author.strip()), ("external_id", self.external_id)) if value}


NOWHERE = Origin()
"""Written here."""


def known(ticket: Ticket, origin: Origin, actor: User | None) -> Event | None:
    """Answer the line that the same account made of the same words before; call under the ticket's lock."""
    if not origin.external_id:
        return None
    return Event.objects.filter(ticket=ticket, actor=actor, facts__external_id=origin.external_id).first()


def said_before(ticket: Ticket, origin: Origin, *, actor: User | None) -> Event | None:
    """The same, holding the ticket first, for whoever must tell what is new from what was there."""
    if not origin.external_id:
        return None
    return known(Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk), origin, actor)
