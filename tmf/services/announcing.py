"""Lines of a visit's record become notifications of TMF646 in the transaction that writes them; webhooks send them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import override

from core.bulk import insert_many
from integrations import targets
from integrations.models import WebhookDelivery
from integrations.services.waking import wake_after_commit
from tmf import queries, selectors
from tmf.appointments import documents, events, states
from tmf.models import Hub, Standard
from visits.models import VisitEvent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from integrations.models import WebhookEndpoint
    from visits.models import Visit

PATH = "/tmf-api/appointment/v4/appointment"
_ID, _SIGN = "visit-", 24


def heard(line: VisitEvent) -> None:
    """Write a delivery for each subscription that wants to be told of a line."""
    listening = [target.pk for target in targets.targets() if not target.types]
    if not listening:
        return
    hubs = Hub.objects.filter(endpoint__in=listening, account__is_active=True, standard=Standard.APPOINTMENT)
    told: list[tuple[str, str]] | None = None
    rows: list[WebhookDelivery] = []
    for hub in hubs.exclude(account=line.actor_id).select_related("account", "account__membership"):
        told = _told(line) if told is None else told
        if told and _sees(hub, line):
            rows += _deliveries(hub, line, told)
    if rows:
        insert_many(rows)
        wake_after_commit()


def _sees(hub: Hub, line: VisitEvent) -> bool:
    """Whether a subscriber may know of the visit; what was deleted is told of once, as deleted."""
    gone = "deleted" in (line.facts.get("tmf") or {})
    known = selectors.appointments_with_gone(hub.account) if gone else selectors.appointments(hub.account)
    return known.filter(pk=line.visit_id).exists()


def _told(line: VisitEvent) -> list[tuple[str, str]]:
    return events.told_by(line.type, line.facts, _changes(line.visit).get(line.seq))


def _changes(visit: Visit) -> dict[int, str]:
    lines = visit.events.filter(type__in=states.READ).order_by("seq").values_list("seq", "type", "facts")
    return states.changes(states.Line(*line) for line in lines)


def _deliveries(hub: Hub, line: VisitEvent, told: Sequence[tuple[str, str]]) -> list[WebhookDelivery]:
    wanted = queries.subscription(hub.query)
    return [
        WebhookDelivery(
            endpoint_id=hub.endpoint_id,
            ticket_id=line.visit.ticket_id,
            message_id=f"{_ID}{line.pk}-{line.hash[:_SIGN]}" + (f"-{place}" if place else ""),
            type=type_,
            happened_at=line.at,
        )
        for place, (type_, _field) in enumerate(told)
        if wanted.wants(type_)
    ]


def fill(endpoint: WebhookEndpoint, rows: Sequence[WebhookDelivery], at: datetime) -> bool:
    """Write what a subscription's messages say, with the visit as it is now; what its query leaves out is dropped unsent."""
    hub = Hub.objects.select_related("account").filter(endpoint=endpoint, standard=Standard.APPOINTMENT).first()
    if hub is None:
        return False
    keys = {row.pk: int(row.message_id.removeprefix(_ID).partition("-")[0]) for row in rows}
    lines = {line.pk: line for line in VisitEvent.objects.filter(pk__in=keys.values()).select_related("visit")}
    wanted, base = queries.subscription(hub.query), settings.PUBLIC_URL + PATH
    seen = selectors.appointments_with_gone(hub.account).filter(pk__in={line.visit_id for line in lines.values()})
    with override(hub.account.language or settings.LANGUAGE_CODE):
        shown = selectors.appointments_shown(list(seen.values_list("pk", flat=True)), hub.account, base)
        written = {each.id: documents.written(each, base) for each in shown}
    dropped = []
    for row in rows:
        line = lines.get(keys[row.pk])
        document = written.get(line.visit.number) if line is not None else None
        event = _event(row, line, document) if line is not None and document else None
        if event is not None and wanted.takes(event):
            row.body = json.dumps(wanted.cut(event, hub.version), ensure_ascii=False, separators=(",", ":"))
        else:
            dropped.append(row.pk)
    WebhookDelivery.objects.filter(pk__in=dropped).delete()
    return True


def _event(row: WebhookDelivery, line: VisitEvent, document: dict[str, object]) -> dict[str, object]:
    fields = dict(events.told_by(line.type, line.facts, "" if row.type == events.STATE else None))
    return events.written(row.type, event_id=row.message_id, at=row.happened_at, document=document, field_path=fields.get(row.type, ""))
