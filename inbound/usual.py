"""What is usual for a source of each kind, where whoever makes it says nothing else."""

from __future__ import annotations

from typing import Any

from inbound.models import Source

SEVERITIES = {"critical": 1, "major": 2, "warning": 3, "info": 4}
LABELS = ["serial_number", "asset", "instance"]
SEVERITY_LABEL, HEARTBEAT = "severity", "Watchdog"

OF_ALL = frozenset({"name", "addresses", "rate", "organization", "site", "ticket_kind", "severity", "severities", "mapping"})
OF_WATCHED = OF_ALL | {"when_over", "flap_minutes", "heartbeat_minutes"}
FIELDS: dict[str, frozenset[str]] = {
    Source.Kind.ALERTMANAGER: OF_WATCHED | {"grouping", "labels", "heartbeat"},
    Source.Kind.WEBHOOK: OF_WATCHED,
    Source.Kind.OSTICKET: OF_ALL,
}
"""What can be said of a source of a kind."""
MAPPED: dict[str, frozenset[str]] = {
    Source.Kind.ALERTMANAGER: frozenset({"severity_label"}),
    Source.Kind.WEBHOOK: frozenset({"templates", "each", "actions"}),
    Source.Kind.OSTICKET: frozenset({"kinds"}),
}
"""What the mapping of a source of a kind says."""
FACTS: dict[str, dict[str, Any]] = {
    Source.Kind.ALERTMANAGER: {
        "labels": LABELS,
        "severities": SEVERITIES,
        "mapping": {"severity_label": SEVERITY_LABEL},
        "heartbeat": HEARTBEAT,
    },
    Source.Kind.WEBHOOK: {"severities": SEVERITIES},
    Source.Kind.OSTICKET: {},
}
