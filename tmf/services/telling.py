"""Lines of the record become notifications of TMF621 in the transaction that writes them; webhooks send them."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils.translation import override

from core.bulk import insert_many
from integrations import targets
from integrations.models import WebhookDelivery
from integrations.services.waking import wake_after_commit
from tickets import selectors as tickets
from tickets.models import Event
from tmf import documents, events, queries, selectors, statuses
from tmf.models import Hub, Standard, TroubleTicket
from tmf.services.overtaking import overtake

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from integrations.models import WebhookEndpoint

PATHS = {version: f"/tmf-api/troubleTicket/{version}/troubleTicket" for version in ("v4", "v5")}
_UNBLOCKS = frozenset({Event.Type.HOLD, Event.Type.RESOLVED, Event.Type.CANCELLED})
"""Lines after which nothing is blocked on our side any more."""
_ID = 40


def heard(lines: Sequence[Event]) -> None:
    """Write a delivery for each subscription that wants to be told of a line; canaries stay in the house."""
    overtake(lines)
    told = [line for line in lines if not line.ticket.is_canary]
    unblocked = [line.ticket_id for line in told if line.type in _UNBLOCKS]
    if unblocked:
        TroubleTicket.objects.filter(ticket__in=unblocked, mark=statuses.HELD).update(mark="")
    listening = [target.pk for target in targets.targets() if not target.types]
    if not listening or not told:
        return
    hubs = Hub.objects.filter(endpoint__in=listening, account__is_active=True, standard=Standard.TROUBLE_TICKET)
    changed = _changed(told)
    made = [line for line in told if _types(line, changed)]
    keys = {line.ticket_id for line in made}
    gone = set(TroubleTicket.objects.filter(ticket__in=keys, deleted_at__isnull=False).values_list("ticket", flat=True))
    rows: list[WebhookDelivery] = []
    for hub in hubs.select_related("account", "account__membership") if made else ():
        seen = set(tickets.tickets_for(hub.account).filter(pk__in=keys).values_list("pk", flat=True))
        for line in made:
            if line.ticket_id in seen and _is_for(hub, line, gone):
                rows += _deliveries(hub, line, changed)
    if rows:
        insert_many(rows)
        wake_after_commit()


def _is_for(hub: Hub, line: Event, gone: set[int]) -> bool:
    """Whether a subscriber may hear of a line, and did not cause it: who is told of their own changes answers them for ever."""
    is_deletion = "deleted" in (line.facts.get("tmf") or {})
    if line.actor_id == hub.account_id or (line.ticket_id in gone and not is_deletion):
        return False
    return hub.account.is_provider or line.is_public or "tmf" in line.facts


def _types(line: Event, changed: dict[int, str]) -> list[tuple[str, str]]:
    return events.told_by(line.type, line.facts, changed.get(line.pk))


def _changed(lines: Sequence[Event]) -> dict[int, str]:
    """Answer which of the lines brought a ticket into another state, and into which."""
    keys = {line.ticket_id for line in lines if line.type in statuses.READ and (line.type != "noted" or "tmf" in line.facts)}
    if not keys:
        return {}
    wanted = Q(type__in=[kind for kind in statuses.READ if kind != "noted"]) | Q(type="noted", facts__has_key="tmf")
    rows = Event.objects.filter(wanted, ticket__in=keys).order_by("ticket", "seq").select_related("actor")
    records: dict[int, list[Event]] = defaultdict(list)
    for row in rows:
        records[row.ticket_id].append(row)
    found: dict[int, str] = {}
    for record in records.values():
        by_seq = {row.seq: row.pk for row in record}
        read = (
            statuses.Line(row.seq, row.type, row.at, row.text, row.facts, row.actor is not None and row.actor.role == "engineer")
            for row in record
        )
        found |= {by_seq[change.seq]: change.status for change in statuses.history(read)}
    return found


def _deliveries(hub: Hub, line: Event, changed: dict[int, str]) -> list[WebhookDelivery]:
    wanted = queries.subscription(hub.query)
    return [
        WebhookDelivery(
            endpoint_id=hub.endpoint_id,
            ticket_id=line.ticket_id,
            event_id=line.pk,
            message_id=f"evt_{line.hash[:_ID]}" + (f"-{place}" if place else ""),
            type=type_,
            happened_at=line.at,
        )
        for place, (type_, _field) in enumerate(_types(line, changed))
        if wanted.wants(type_)
    ]


def fill(endpoint: WebhookEndpoint, rows: Sequence[WebhookDelivery], at: datetime) -> bool:
    """Write what a subscription's messages say, with the ticket as it is now; what its query leaves out is dropped unsent."""
    hub = Hub.objects.select_related("account").filter(endpoint=endpoint, standard=Standard.TROUBLE_TICKET).first()
    if hub is None:
        return False
    lines = {line.pk: line for line in Event.objects.filter(pk__in=[row.event_id for row in rows])}
    keys = list({row.ticket_id for row in rows if row.ticket_id})
    wanted, base = queries.subscription(hub.query), settings.PUBLIC_URL + PATHS[hub.version]
    with override(hub.account.language or settings.LANGUAGE_CODE):
        shown = {each.id: documents.written(each, hub.version, base) for each in selectors.shown(keys, hub.account, base)}
    numbers = dict(tickets.tickets_for(hub.account).filter(pk__in=keys).values_list("pk", "number"))
    dropped = []
    for row in rows:
        line, document = lines[row.event_id or 0], shown.get(numbers.get(row.ticket_id or 0, ""))
        event = _event(row, line, document, hub.version) if document else None
        if event is not None and wanted.takes(event):
            row.body = json.dumps(wanted.cut(event, hub.version), ensure_ascii=False, separators=(",", ":"))
        else:
            dropped.append(row.pk)
    WebhookDelivery.objects.filter(pk__in=dropped).delete()
    return True


def _event(row: WebhookDelivery, line: Event, document: dict[str, object], version: str) -> dict[str, object]:
    status = str(document["status"]) if row.type in {events.STATUS, events.SOLVED, events.ASKED} else None
    fields = dict(events.told_by(line.type, line.facts, status))
    return events.written(
        row.type,
        event_id=row.message_id,
        at=row.happened_at,
        document=document,
        version=version,
        field_path=fields.get(row.type, ""),
        asked=str(line.facts.get("cause", "")) if row.type == events.ASKED else "",
    )
