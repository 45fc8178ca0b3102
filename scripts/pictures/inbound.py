"""Sources."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES: set[str] = {
    "inbound-osticket",
    "inbound-osticket-xml",
    "inbound-take",
    "inbound:again",
    "inbound:dismiss",
    "inbound:pause",
    "inbound:resume",
    "inbound:rotate",
}
ALERT = {
    "version": "4",
    "groupKey": '{}:{alertname="HostDown"}',
    "status": "firing",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "HostDown", "severity": "critical", "instance": "pacs-node-2:9100"},
            "annotations": {"summary": "主机无应答", "description": "pacs-node-2 五分钟没有应答。"},
            "startsAt": "2026-11-23T01:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "fingerprint": "c0ffee",
        }
    ],
}


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from django.urls import reverse
    from shots import Shot, person

    from core.time import now
    from inbound import services
    from inbound.models import Case, Source

    made = Source.objects.first()
    if made is None:
        facts: dict[str, Any] = {"name": "医院 Prometheus", "labels": ["serial_number", "instance"], "severities": {"critical": 1}}
        made, _secret = services.create_source(
            kind="alertmanager", account=person("dispatcher"), actor=person("manager"), at=now(), **facts
        )
        services.receive(made, json.dumps(ALERT).encode(), content_type="application/json", sender="10.20.0.5", at=now())
    message = made.arrivals.latest("pk")
    case = Case.objects.filter(waits=True).latest("pk")
    yield Shot("inbound", "manager", reverse("inbound:list"))
    yield Shot("inbound-new", "manager", reverse("inbound:new", args=["webhook"]))
    yield Shot("inbound-source", "manager", made.get_absolute_url())
    yield Shot("inbound-edit", "manager", reverse("inbound:edit", args=[made.pk]))
    yield Shot("inbound-try", "manager", f"{reverse('inbound:rehearse', args=[made.pk])}?message={message.pk}")
    yield Shot("inbound-message", "manager", message.get_absolute_url())
    yield Shot("inbound-tray", "manager", reverse("inbound:tray"))
    yield Shot("inbound-case", "manager", case.get_absolute_url())
