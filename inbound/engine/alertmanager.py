"""The webhook of Prometheus Alertmanager, version 4 of its message (prometheus.io, Alerting → Configuration, webhook_config)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from inbound.engine.bodies import an_object, moment_of, said, words_of
from inbound.engine.signals import NAMES, SUBJECT, TEXT, WORD, Part, Reading, Signal, cut, severity_of
from inbound.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

VERSION = "4"
MOST = 500
"""Alerts in one message; Alertmanager itself can be told to send fewer (max_alerts)."""
FIRING, RESOLVED = "firing", "resolved"
SHOWN = 20
"""Alerts of a group that a text names; the rest are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a source makes of alerts."""

    by_group: bool = True
    names: Sequence[str] = ("serial_number", "asset", "instance")
    """Labels that may name the equipment, the likeliest first."""
    severity: str = "severity"
    """The label that tells how bad it is."""
    severities: Mapping[str, int] = field(default_factory=dict)
    heartbeat: str = ""
    """The alert that is always on, and means nothing but that the sender is alive."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as it was sent."""

    fingerprint: str
    is_on: bool
    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: datetime
    ends_at: datetime | None
    url: str

    @property
    def name(self) -> str:
        """Answer what the alert is called."""
        return self.labels.get("alertname", "") or self.fingerprint

    @property
    def title(self) -> str:
        """Answer it in a line."""
        return self.annotations.get("summary") or self.annotations.get("title") or self.name


def read(body: bytes, rules: Rules) -> Reading:
    """Answer what a message says: a signal for the group, or one for each alert. Raises Unreadable."""
    data = an_object(body)
    if said(data.get("version")) != VERSION:
        raise Unreadable(_("This is no message of Alertmanager in version 4."), field="version", code="bad_version")
    group = data.get("groupKey")
    if not isinstance(group, str) or not group:
        raise Unreadable(_("“%(name)s” is missing.") % {"name": "groupKey"}, field="groupKey", code="required")
    alerts = _alerts(data)
    beats = [alert for alert in alerts if rules.heartbeat and alert.name == rules.heartbeat]
    others = [alert for alert in alerts if alert not in beats]
    lines = [_("The message was cut by its sender: %(count)s alerts are not in it.") % {"count": n}] if (n := _cut_off(data)) else []
    alive = any(alert.is_on for alert in beats)
    if not others:
        return Reading(heartbeat=alive, left_out=lines)
    common = words_of(data, "commonLabels"), words_of(data, "commonAnnotations")
    if rules.by_group:
        over = data.get("status") == RESOLVED
        return Reading([_group(group, others, common, rules, is_over=over)], alive, lines)
    return Reading([_single(alert, rules) for alert in others], alive, lines)


def _cut_off(data: Mapping[str, Any]) -> int:
    number = data.get("truncatedAlerts", 0)
    if type(number) is not int or not 0 <= number < 10**9:
        raise Unreadable(_("“%(name)s” is no number.") % {"name": "truncatedAlerts"}, field="truncatedAlerts", code="bad_type")
    return number


def _alerts(data: Mapping[str, Any]) -> list[Alert]:
    rows = data.get("alerts")
    if not isinstance(rows, list):
        raise Unreadable(_("“%(name)s” is not a list.") % {"name": "alerts"}, field="alerts", code="bad_type")
    if not rows:
        raise Unreadable(_("There is no alert in the message."), field="alerts", code="required")
    if len(rows) > MOST:
        raise Unreadable(_("There are more than %(most)s alerts in one message; set max_alerts.") % {"most": MOST}, code="too_many")
    return [_alert(row) for row in rows]


def _alert(row: Any) -> Alert:
    if not isinstance(row, dict):
        raise Unreadable(_("An alert is not an object."), field="alerts", code="bad_type")
    if row.get("status") not in (FIRING, RESOLVED):
        raise Unreadable(_("An alert is “firing” or “resolved”."), field="status", code="invalid_choice")
    fingerprint = row.get("fingerprint")
    if not isinstance(fingerprint, str) or not fingerprint:
        raise Unreadable(_("“%(name)s” is missing.") % {"name": "fingerprint"}, field="fingerprint", code="required")
    starts_at = moment_of(row.get("startsAt"), "startsAt")
    if starts_at is None:
        raise Unreadable(_("“%(name)s” is missing.") % {"name": "startsAt"}, field="startsAt", code="required")
    is_on = row["status"] == FIRING
    ends_at = None if is_on else moment_of(row.get("endsAt"), "endsAt")
    labels, annotations = words_of(row, "labels"), words_of(row, "annotations")
    return Alert(cut(fingerprint, 100), is_on, labels, annotations, starts_at, ends_at, said(row.get("generatorURL")))


def _group(key: str, alerts: Sequence[Alert], common: tuple[dict[str, str], dict[str, str]], rules: Rules, *, is_over: bool) -> Signal:
    labels, annotations = common
    on = [alert for alert in alerts if alert.is_on]
    shown = on or alerts
    first = annotations.get("summary") or annotations.get("title") or labels.get("alertname") or shown[0].title
    many = _("%(title)s (%(count)s alerts)") % {"title": cut(first, 150), "count": len(shown)}
    subject = shown[0].title if len(shown) == 1 else many
    latest = max((alert.ends_at for alert in alerts if alert.ends_at), default=None)
    parts = [_part(alert) for alert in alerts]
    if is_over and latest:
        parts.append(Part("", is_on=False, ends_at=latest))  # all that began before is over, even what this message does not name
    return Signal(
        key=f"group {key}",
        parts=parts,
        subject=cut(subject, SUBJECT),
        description=_description(shown),
        severity=_worst(shown, rules),
        names=_names(shown, rules),
        external_id="",
    )


def _single(alert: Alert, rules: Rules) -> Signal:
    return Signal(
        key=f"alert {alert.fingerprint}",
        parts=[_part(alert)],
        subject=cut(alert.title, SUBJECT),
        description=_description([alert]),
        severity=_worst([alert], rules),
        names=_names([alert], rules),
    )


def _part(alert: Alert) -> Part:
    return Part(alert.fingerprint, alert.is_on, alert.starts_at, alert.ends_at, cut(_line(alert), 300))


def _line(alert: Alert) -> str:
    where = alert.labels.get("instance", "")
    return f"{alert.title} · {where}" if where and where not in alert.title else alert.title


def _description(alerts: Sequence[Alert]) -> str:
    lines: list[str] = []
    for alert in alerts[:SHOWN]:
        lines.append(alert.title)
        if words := alert.annotations.get("description") or alert.annotations.get("message"):
            lines.append(words)
        lines.append(", ".join(f"{name}={value}" for name, value in sorted(alert.labels.items())))
        lines += [url for url in (alert.url, alert.annotations.get("runbook_url", "")) if url.startswith(("http://", "https://"))]
        lines.append("")
    if len(alerts) > SHOWN:
        lines.append(_("and %(count)s more") % {"count": len(alerts) - SHOWN})
    return cut("\n".join(lines), TEXT)


def _worst(alerts: Iterable[Alert], rules: Rules) -> int | None:
    found = [severity_of(alert.labels.get(rules.severity, ""), rules.severities) for alert in alerts]
    return min((each for each in found if each), default=None)


def _names(alerts: Sequence[Alert], rules: Rules) -> list[str]:
    """The values of the labels in the order of the labels; those on which all alerts agree go first."""
    found: list[str] = []
    for label in rules.names:
        values = list(dict.fromkeys(alert.labels[label] for alert in alerts if alert.labels.get(label)))
        for value in values:
            found += [value, value.rpartition(":")[0]] if _has_port(value) else [value]
    return [cut(name, WORD) for name in dict.fromkeys(found)][:NAMES]


def _has_port(value: str) -> bool:
    host, colon, port = value.rpartition(":")
    return bool(host and colon) and port.isdecimal()
