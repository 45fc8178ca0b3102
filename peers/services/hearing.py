"""Lines of the record become messages to peers in the transaction that writes them, each for the tickets that are linked there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F

from core.bulk import insert_many
from peers import known
from peers.engine.routes import TARGETS
from peers.models import Link, Outgoing
from peers.services.waking import wake_after_commit
from tickets import workflow
from tickets.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from peers.known import Known

TYPE = Event.Type
WORDS = frozenset({TYPE.CONTACTED, TYPE.REPLIED, TYPE.NOTED, TYPE.DIAGNOSIS_DELIVERED, TYPE.STOPGAP, TYPE.ATTACHED})
"""Lines that say something, or bring a file, that the other side is to have."""


def heard(events: Sequence[Event]) -> None:
    """Write a message for each connection that a line is for. What came from there is not sent back."""
    told = [each for each in known.listening() if each.pk != known.comes_from()]
    if not told:
        return
    links = _links(told, events)
    rows = [
        Outgoing(link_id=links[one.pk, event.ticket_id], event_id=event.pk, values=changed(event), made_at=event.at)
        for event in events
        for one in told
        if (one.pk, event.ticket_id) in links and _is_for(one, event)
    ]
    begun = [_begun(one, event) for event in events if event.type == TYPE.REPORTED for one in told if _begins(one, event)]
    if not rows and not begun:
        return
    insert_many(rows)
    stir({row.link_id for row in rows})
    wake_after_commit()


def _links(told: Sequence[Known], events: Sequence[Event]) -> dict[tuple[int, int], int]:
    keys = {event.ticket_id for event in events if event.type != TYPE.REPORTED}
    rows = Link.objects.filter(ticket__in=keys, connection__in=[one.pk for one in told]) if keys else Link.objects.none()
    return {(connection, ticket): pk for pk, connection, ticket in rows.values_list("pk", "connection", "ticket") if ticket}


def _is_for(one: Known, event: Event) -> bool:
    """Whether a line of a linked ticket says anything that goes there."""
    if event.actor_id == one.account or event.ticket.is_confidential:
        return False
    if event.type == TYPE.NOTED or not event.is_public:
        return one.shares_notes and event.type in WORDS
    return event.type in WORDS or bool(changed(event))


def changed(event: Event) -> dict[str, Any]:
    """Answer the values that a line changes, as they are after it."""
    ticket = event.ticket
    if event.type == TYPE.SEVERITY_CHANGED:
        return {"severity": ticket.severity}
    if event.type == TYPE.REGISTERED:
        return {"kind": ticket.kind, "severity": ticket.severity}
    if event.type == TYPE.CONTACTED and ticket.status == workflow.ACCEPTED:  # who speaks with the customer has taken it
        return {"status": ticket.status}
    target = TARGETS.get(event.type)
    return {"status": target} if target else {}


def _begins(one: Known, event: Event) -> bool:
    """Whether a new ticket is told there by itself."""
    return one.sends_all and event.actor_id != one.account and one.takes(event.ticket)


def _begun(one: Known, event: Event) -> Link:
    link = Link.objects.create(connection_id=one.pk, ticket=event.ticket, created_at=event.at)
    Outgoing.objects.create(link=link, event=event, is_creation=True, made_at=event.at)
    return link


def stir(links: Iterable[int], *, afresh: bool = False) -> None:
    """Have linked tickets served again; ``afresh``: and read as a whole, even where only what we sent can be new there.

    Several are taken in their order, so that two who stir the same ones do not wait for each other.
    """
    keys = sorted(links)
    if len(keys) > 1:
        list(Link.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))
    if keys:
        Link.objects.filter(pk__in=keys).update(is_due=True, stirs=F("stirs") + 1, **({"is_echoed": False} if afresh else {}))
