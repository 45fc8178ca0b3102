"""Lines of the record become deliveries in the transaction that writes them; what they say is made by the worker that sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.bulk import insert_many
from integrations import kinds, targets
from integrations.models import WebhookDelivery
from integrations.services.waking import wake_after_commit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tickets.models import Event

ID_LENGTH = 40
"""Characters of the line's hash in the id of its message: enough that no two are alike."""


def heard(events: Sequence[Event]) -> None:
    """Write a delivery for each endpoint that wants a line; canaries stay in the house."""
    known = targets.targets()
    if not known:
        return
    rows = [_delivery(target.pk, event) for event in events if not event.ticket.is_canary for target in known if target.wants(event)]
    if rows:
        insert_many(rows)
        wake_after_commit()


def _delivery(endpoint: int, event: Event) -> WebhookDelivery:
    return WebhookDelivery(
        endpoint_id=endpoint,
        ticket_id=event.ticket_id,
        event_id=event.pk,
        message_id=f"evt_{event.hash[:ID_LENGTH]}",
        type=kinds.named(event.type),
        happened_at=event.at,
    )
