"""A world, sources in it, and what they send."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from django.core.cache import caches
from django.test import Client

from core.time import now
from inbound import services
from tests.worlds import World, make_promising_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from inbound.models import Source

GIVEN: dict[str, dict[str, Any]] = {
    "alertmanager": {"labels": ["serial_number", "instance"], "severities": {"critical": 1, "warning": 3}, "heartbeat": "Watchdog"},
    "webhook": {
        "mapping": {
            "templates": {
                "title": "{host.name}: {text}", "description": "{details|text}", "severity": "{level}", "equipment": "{host.serial}",
                "external_id": "{id}", "action": "{state}", "comment": "{note}",
            },
            "each": "",
            "actions": {"bad": "open", "good": "resolve", "said": "comment"},
        },
        "severities": {"high": 2},
    },
    "osticket": {"mapping": {"kinds": {"7": "consultation"}}},
}  # fmt: skip


class Sender(NamedTuple):
    """A source as the other side has it: its address and its secret."""

    source: Source
    secret: str

    def send(self, data: Any, *, headers: dict[str, str] | None = None, **more: Any) -> Any:
        """Post a message as the other side would."""
        body = data if isinstance(data, bytes | str) else json.dumps(data)
        way = "/api/tickets.json" if self.source.kind == "osticket" else f"/api/inbound/{self.source.key}/"
        given = {"content_type": "application/json", "headers": headers or {"X-API-Key": self.secret}, **more}
        return Client(raise_request_exception=False).post(way, body, **given)


@pytest.fixture(autouse=True)
def _new_windows() -> None:
    caches["rate"].clear()


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world()


@pytest.fixture
def make(world: World) -> Callable[..., Sender]:
    """Make a source; it acts as the dispatcher and its usual site is the world's, unless said otherwise."""

    def make(kind: str = "alertmanager", **facts: Any) -> Sender:
        given = {"name": "Prometheus", "account": world.dispatcher, "site": world.site, "actor": world.manager, "at": now(), **GIVEN[kind]}
        return Sender(*services.create_source(kind=kind, **{**given, **facts}))

    return make


def alert(name: str = "HostDown", *, on: bool = True, starts: str = "2026-11-20T04:00:00.123456789Z", **labels: str) -> dict[str, Any]:
    """An alert as Alertmanager sends it."""
    marks = {"alertname": name, "severity": "critical", **labels}
    return {
        "status": "firing" if on else "resolved",
        "labels": marks,
        "annotations": {"summary": f"{name} 告警", "description": "五分钟没有应答"},
        "startsAt": starts,
        "endsAt": "0001-01-01T00:00:00Z" if on else "2026-11-20T05:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
        "fingerprint": f"{name}-{labels.get('instance', '')}",
    }


def group(*alerts: dict[str, Any], key: str = '{}:{alertname="HostDown"}', **facts: Any) -> dict[str, Any]:
    """A message of Alertmanager, version 4."""
    on = any(each["status"] == "firing" for each in alerts)
    return {
        "version": "4", "groupKey": key, "truncatedAlerts": 0, "status": "firing" if on else "resolved", "receiver": "desk",
        "groupLabels": {"alertname": "HostDown"}, "commonLabels": {"alertname": "HostDown"}, "commonAnnotations": {},
        "externalURL": "http://alertmanager.example", "alerts": list(alerts), **facts,
    }  # fmt: skip
