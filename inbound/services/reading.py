"""What a source's rows say about how its messages are to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inbound.engine import alertmanager, mapping, osticket
from inbound.models import Source

if TYPE_CHECKING:
    from inbound.engine.signals import Reading

XML = "xml"


def read(source: Source, body: bytes, form: str) -> Reading:
    """Answer what a message says. Raises Unreadable."""
    if source.kind == Source.Kind.ALERTMANAGER:
        return alertmanager.read(body, _alerts(source))
    if source.kind == Source.Kind.WEBHOOK:
        return mapping.read(body, _mapping(source))
    rules = osticket.Rules(kinds=source.mapping.get("kinds", {}), severities=source.severities)
    return osticket.read_xml(body, rules) if form == XML else osticket.read_json(body, rules)


def _alerts(source: Source) -> alertmanager.Rules:
    return alertmanager.Rules(
        by_group=source.grouping == Source.Grouping.GROUP,
        names=source.labels,
        severity=source.mapping.get("severity_label") or "severity",
        severities=source.severities,
        heartbeat=source.heartbeat,
    )


def _mapping(source: Source) -> mapping.Way:
    return mapping.Way(
        templates=source.mapping.get("templates", {}),
        each=source.mapping.get("each", ""),
        severities=source.severities,
        actions=source.mapping.get("actions", {}),
    )
