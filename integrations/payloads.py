"""What a message says. Made when it is first tried and kept as it is: all tries send the same bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import override

from integrations.models import WebhookEndpoint
from tickets import payloads
from tickets import selectors as tickets
from tickets.models import Attachment, Event, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from integrations.models import WebhookDelivery


def fill(endpoint: WebhookEndpoint, deliveries: Sequence[WebhookDelivery], at: datetime) -> list[WebhookDelivery]:
    """Give a body to each that has none; answer those that got one. A constant number of queries."""
    empty = [row for row in deliveries if not row.body and row.event_id]
    if not empty:
        return []
    events = {event.pk: event for event in _events(endpoint, [row.event_id for row in empty if row.event_id])}
    with override(endpoint.created_by.language or settings.LANGUAGE_CODE):
        full = endpoint.payload == WebhookEndpoint.Payload.FULL
        shown = _tickets({row.ticket_id for row in empty if row.ticket_id}, at) if full else None
        for row in empty:
            row.body = written(row.type, row.happened_at, _data(events[row.event_id], shown))
    return empty


def written(type_: str, at: datetime, data: Mapping[str, Any]) -> str:
    """Answer a message of Standard Webhooks."""
    return json.dumps({"type": type_, "timestamp": payloads.moment(at), "data": data}, ensure_ascii=False, separators=(",", ":"))


def _events(endpoint: WebhookEndpoint, keys: Sequence[int]) -> Any:
    files = Attachment.objects.filter(is_public=True) if endpoint.organization_id else Attachment.objects.all()
    rows = Event.objects.filter(pk__in=keys).select_related("ticket", "actor")
    return rows.prefetch_related(Prefetch("attachments", queryset=files))


def _tickets(keys: Iterable[int], at: datetime) -> dict[int, dict[str, Any]]:
    rows = list(tickets.ticket_rows(Ticket.objects.filter(pk__in=keys)))
    return {row.ticket.pk: payloads.of_ticket(row) for row in tickets.with_clocks(rows, at)}


def _data(event: Event, shown: Mapping[int, Mapping[str, Any]] | None) -> dict[str, Any]:
    """Answer ids and the way to the rest; with ``shown`` also the ticket and the line, as the REST interface writes them."""
    ticket = event.ticket
    names = {
        "id": ticket.pk,
        "number": ticket.number,
        "seq": event.seq,
        "organization": ticket.organization_id,
        "external_id": ticket.external_id,
        "url": f"{settings.PUBLIC_URL}/api/v1/tickets/{ticket.number}/",
        "page": f"{settings.PUBLIC_URL}{ticket.get_absolute_url()}",
    }
    if shown is None:
        return names
    line = payloads.of_event(event)
    files = [{**file, "url": f"{settings.PUBLIC_URL}{file['url']}"} for file in line["attachments"]]
    return {**names, "ticket": shown[ticket.pk], "event": {**line, "attachments": files}}
