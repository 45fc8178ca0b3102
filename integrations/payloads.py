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
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from integrations.models import WebhookDelivery

    Writer = Callable[[WebhookEndpoint, Sequence[WebhookDelivery], datetime], bool]

WRITERS: list[Writer] = []


def written_by(writer: Writer) -> None:
    """Have a function asked first what an endpoint's messages say: it gives them their bodies and answers whether they are its own."""
    if writer not in WRITERS:
        WRITERS.append(writer)


def fill(endpoint: WebhookEndpoint, deliveries: Sequence[WebhookDelivery], at: datetime) -> list[WebhookDelivery]:
    """Give a body to each that has none; answer those that got one. A constant number of queries."""
    empty = [row for row in deliveries if not row.body]
    if not empty or any(writer(endpoint, empty, at) for writer in WRITERS):
        return empty
    empty = [row for row in empty if row.event_id]
    events = {event.pk: event for event in _events(endpoint, [row.event_id for row in empty if row.event_id])}
    with override(endpoint.created_by.language or settings.LANGUAGE_CODE):
        full = {event.ticket_id for event in events.values() if _in_full(endpoint, event)}
        shown = _tickets(full, at, for_staff=endpoint.organization_id is None)
        for row in empty:
            event = events[row.event_id]
            row.body = written(row.type, row.happened_at, data_of(event, shown.get(event.ticket_id)))
    return empty


def _in_full(endpoint: WebhookEndpoint, event: Event) -> bool:
    """Whether a message says more than where to read it.

    Nobody knows who reads along at an endpoint of ours: of a confidential complaint it is told the number only. The customer's own
    endpoint is told what the customer may read.
    """
    if endpoint.payload != WebhookEndpoint.Payload.FULL:
        return False
    return bool(endpoint.organization_id) or not event.ticket.is_confidential


def written(type_: str, at: datetime, data: Mapping[str, Any]) -> str:
    """Answer a message of Standard Webhooks."""
    return json.dumps({"type": type_, "timestamp": payloads.moment(at), "data": data}, ensure_ascii=False, separators=(",", ":"))


def _events(endpoint: WebhookEndpoint, keys: Sequence[int]) -> Any:
    files = Attachment.objects.filter(is_public=True) if endpoint.organization_id else Attachment.objects.all()
    rows = Event.objects.filter(pk__in=keys).select_related("ticket", "actor")
    return rows.prefetch_related(Prefetch("attachments", queryset=files))


def _tickets(keys: Collection[int], at: datetime, *, for_staff: bool) -> dict[int, dict[str, Any]]:
    if not keys:
        return {}
    rows = list(tickets.ticket_rows(Ticket.objects.filter(pk__in=keys)))
    shown = tickets.with_names(tickets.with_clocks(rows, at))
    return {row.ticket.pk: payloads.of_ticket(row, for_staff=for_staff) for row in shown}


def data_of(event: Event, shown: Mapping[str, Any] | None) -> dict[str, Any]:
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
    return {**names, "ticket": shown, "event": {**line, "attachments": files}}
