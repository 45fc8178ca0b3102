"""What endpoints of webhooks are sent: each event type with a thin and a full message, made by what makes the real ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.conf import settings

from integrations import kinds
from integrations import payloads as messages
from tickets import payloads
from tickets.models import Event, Ticket
from tickets.selectors import ClockView, TicketRow

if TYPE_CHECKING:
    from servicedesk.described import Described

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
DESK = "https://desk.example.com"
SIGNED = (
    ("webhook-id", "string", "The same for every try: what was seen is not done again."),
    ("webhook-timestamp", "string", "When this try was signed, in seconds since 1970."),
    ("webhook-signature", "string", "One or two signatures, two while a secret is being changed."),
)
RESPONSES = {
    "2XX": {"description": "Taken. Anything else comes again, for three days."},
    "410": {"description": "Nothing more is wanted: the endpoint is disabled."},
}


def describe_webhooks(result: Described, **_given: Any) -> Described:
    """Say what endpoints are sent (docs/webhooks.md)."""
    components = result["components"]
    components["schemas"].update(WebhookMessage=_message(), WebhookTest=_test_message())
    components["parameters"].update({_camel(name): _header(name, type_, words) for name, type_, words in SIGNED})
    result["webhooks"] = {kinds.named(line): {"post": _operation(line)} for line in Event.Type}
    result["webhooks"][kinds.TEST] = {"post": _test_operation()}
    return result


def _camel(name: str) -> str:
    return "".join(part.title() for part in name.split("-"))


def _header(name: str, type_: str, words: str) -> Described:
    return {"name": name, "in": "header", "required": True, "schema": {"type": type_}, "description": words}


def _sent(name: str, summary: str, words: str, content: Described) -> Described:
    return {
        "operationId": name,
        "summary": summary,
        "description": f"{words} Signed as Standard Webhooks says; see docs/webhooks.md.",
        "parameters": [{"$ref": f"#/components/parameters/{_camel(name)}"} for name, _type, _words in SIGNED],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": RESPONSES,
    }


def _operation(line: Event.Type) -> Described:
    # an event type is described in English, whatever language the description is asked for in
    words = str(line).replace("_", " ")
    whom = "Sent to our own endpoints only." if line in kinds.INTERNAL else "Sent to our own endpoints, and to the customer's if public."
    shown = {"thin": {"value": sample(line)}, "full": {"value": sample(line, in_full=True)}}
    content = {"schema": {"$ref": "#/components/schemas/WebhookMessage"}, "examples": shown}
    return _sent(f"ticket_{line}", f"The record of a ticket has a new line: {words}", whom, content)


def _test_operation() -> Described:
    value = {"type": kinds.TEST, "timestamp": payloads.moment(AT), "data": {"endpoint": 1, "name": "Monitoring"}}
    content = {"schema": {"$ref": "#/components/schemas/WebhookTest"}, "examples": {"test": {"value": value}}}
    return _sent("desk_test", "Somebody tries the endpoint", "What *Send a test* sends; it belongs to no ticket.", content)


def _message() -> Described:
    whole, text = {"type": "integer"}, {"type": "string"}
    data = {
        "id": whole,
        "number": text,
        "seq": whole,
        "organization": whole,
        "external_id": text,
        "url": {"type": "string", "format": "uri"},
        "page": {"type": "string", "format": "uri"},
        "ticket": {"$ref": "#/components/schemas/TicketOutput"},
        "event": {"$ref": "#/components/schemas/EventOutput"},
    }
    return {
        "type": "object",
        "description": "Full messages also hold `ticket` and `event`. Lines of one ticket (`number`) come in the order of `seq`.",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"type": "string", "enum": [kinds.named(line) for line in Event.Type.values]},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"type": "object", "required": [name for name in data if name not in {"ticket", "event"}], "properties": data},
        },
    }


def _test_message() -> Described:
    return {
        "type": "object",
        "description": "A message that tries an endpoint.",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"type": "string", "enum": [kinds.TEST]},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {
                "type": "object",
                "required": ["endpoint", "name"],
                "properties": {"endpoint": {"type": "integer"}, "name": {"type": "string"}},
            },
        },
    }


# --- Samples ------------------------------------------------------------------------------------


def sample(line: str, *, in_full: bool = False) -> Described:
    """Answer the message about a line of the record of one and the same ticket, as it would be sent."""
    ticket: Any = Ticket(pk=42, number="SD-20261123-0042", organization_id=3, external_id="INC-1")
    said = "Cleared the disk; the counters work again." if line == Event.Type.RESOLVED else ""
    event: Any = SimpleNamespace(
        ticket=ticket, seq=7, type=line, at=AT, actor=SimpleNamespace(name="Chen Gong"), is_public=line not in kinds.INTERNAL,
        text=said, facts={}, attachments=[],
    )  # fmt: skip
    data = messages.data_of(event, payloads.of_ticket(ticket_row(), for_staff=True) if in_full else None)
    written = messages.written(kinds.named(line), AT, data)
    return dict(json.loads(written.replace(settings.PUBLIC_URL.rstrip("/"), DESK)))


def ticket_row() -> TicketRow:
    """Answer the ticket of the samples as the selectors would."""
    values = {
        "pk": 42, "number": "SD-20261123-0042", "kind": "fault", "severity": 2, "status": "resolved",
        "subject": "Registration system does not open", "description": "Since 9:10, all counters.",
        "organization_id": 3, "organization__name": "First Hospital", "site_id": 5, "site__name": "East campus",
        "equipment_id": 1, "equipment__name": "Registration server", "assignee_id": 9, "assignee__name": "Chen Gong",
        "contract__number": "C-2026-07", "in_warranty": True, "is_free": True, "channel": "api", "external_id": "INC-1",
        "contact_name": "Li Na", "contact_phone": "027-88880000", "contact_email": "",
        "created_at": AT - timedelta(hours=2), "updated_at": AT, "resolved_at": AT, "closed_at": None,
        "office_id": 2, "team_id": None, "wait_cause": "", "wait_code": "", "wait_owner": "", "wait_until": None, "tier": "engineer",
        "resolution": "Cleared the disk; the counters work again.",
    }  # fmt: skip
    clock = ClockView(
        id=17, promise="response", measure="response", name="Response", clause="4.1", cycle=1, state="met",
        started_at=AT - timedelta(hours=2), due_at=AT - timedelta(hours=1), target_seconds=3600, remaining_seconds=2400,
        met_at=AT - timedelta(minutes=100), missed_at=None, paused_at=None, is_strictest=True, gross_seconds=1200, net_seconds=1200,
    )  # fmt: skip
    return TicketRow(SimpleNamespace(**values), [clock], None, "Shanghai")
