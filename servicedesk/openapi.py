"""What the schema says beyond the views: every refusal is a problem, and a few names."""

from __future__ import annotations

from typing import Any

from django.apps import apps

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457): `code` is stable and for programs, `detail` a sentence for a person.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:problem:not_now"]},
        "title": {"type": "string", "examples": ["Conflict"]},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "examples": ["not_now"]},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "minItems": 1,
            "description": "What is wrong with which field.",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the request.", "examples": ["/severity"]},
                    "code": {"type": "string", "examples": ["min_value"]},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
ANSWER = {
    "description": "Refused.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "A name of your own for this change, such as a UUID: sent again with the same key within seven days it is answered as "
    "the first time (with `Idempotency-Replayed: true`) and not done again.",
}


SIGNED = (
    ("webhook-id", "string", "The same for every try: what was seen is not done again."),
    ("webhook-timestamp", "string", "When this try was signed, in seconds since 1970."),
    ("webhook-signature", "string", "One or two signatures, two while a secret is being changed."),
)


def event_types() -> list[str]:
    """Answer what can stand in the record of a ticket (a class within a class has no path to name it by)."""
    return list(apps.get_model("tickets", "Event").Type.values)


# Two apps may call their choices the same; programs see one name each.
ENUM_NAMES: dict[str, Any] = {
    "TicketKind": "tickets.models.Kind.values",
    "TicketStatus": "tickets.models.Status.values",
    "TicketChannel": "tickets.models.Channel.values",
    "EventType": event_types,
    "ClockState": "sla.models.ClockState.values",
    "EquipmentKind": "customers.models.Equipment.Kind",
    "InspectionStatus": "inspections.models.Status",
    "InspectionOutcome": "inspections.models.Outcome",
    "InspectionItemKind": "inspections.models.Kind",
    "FindingState": "inspections.models.Finding.State",
    "InspectionSection": "inspections.models.Section",
    "PartMovementKind": "parts.models.Kind",
    "PartCondition": "parts.models.Condition",
    "PartChargeRule": "parts.models.Rule",
    "PurchaseStatus": "parts.models.Purchase.Status",
    "RepairStatus": "parts.models.Repair.Status",
    "SurveyCause": "surveys.models.Cause",
    "VisitEventType": "visits.models.VisitEvent.Type",
    "VisitFailure": "visits.models.Failure",
    "VisitPurpose": "visits.models.Purpose",
    "VisitResult": "visits.models.Result",
    "VisitStatus": "visits.models.Status",
    "WaitOwner": "tickets.models.WaitOwner.values",
}


def describe_problems(result: dict[str, Any], **_given: Any) -> dict[str, Any]:
    """Say of every operation how it refuses."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {"Problem": ANSWER}
    components["parameters"] = {"IdempotencyKey": KEY}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            operation["responses"]["default"] = {"$ref": "#/components/responses/Problem"}
            if method == "post":
                operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
    return result


def describe_webhooks(result: dict[str, Any], **_given: Any) -> dict[str, Any]:
    """Say what endpoints are sent (docs/webhooks.md)."""
    result["components"]["schemas"]["WebhookMessage"] = _message()
    given = [
        {"name": name, "in": "header", "required": True, "schema": {"type": type_}, "description": words} for name, type_, words in SIGNED
    ]
    operation = {
        "operationId": "ticket_event",
        "summary": "A line was written into the record of a ticket",
        "description": "Signed as Standard Webhooks says; see docs/webhooks.md.",
        "parameters": given,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/WebhookMessage"}}},
        },
        "responses": {
            "2XX": {"description": "Taken. Anything else comes again, for three days."},
            "410": {"description": "Nothing more is wanted: the endpoint is disabled."},
        },
    }
    result["webhooks"] = {"ticketEvent": {"post": operation}}
    return result


def _message() -> dict[str, Any]:
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
            "type": {"type": "string", "enum": [f"ticket.{line}" for line in event_types()]},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"type": "object", "required": [name for name in data if name not in {"ticket", "event"}], "properties": data},
        },
    }
