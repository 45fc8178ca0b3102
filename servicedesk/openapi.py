"""What the schema says beyond the views: what a problem is, tags and conditions, and a few names; more in ``servicedesk.described``."""

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
        "scope": {"type": "string", "description": "The scope that a token would need (403).", "examples": ["tickets:write"]},
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
    "PersonRole": "customers.serializers.outputs.CUSTOMERS",
    "EquipmentKind": "customers.models.Equipment.Kind",
    "DocumentKind": "documents.models.Kind",
    "DocumentStatus": "documents.models.Status",
    "InspectionEvery": "inspections.models.Every",
    "InspectionBecomes": "inspections.models.Becomes",
    "InspectionEventType": "inspections.models.InspectionEvent.Type",
    "CarriedVerdict": "inspections.models.CarriedFinding.Verdict",
    "SurveyCampaignState": "surveys.models.SurveyCampaign.State",
    "InspectionStatus": "inspections.models.Status",
    "InspectionOutcome": "inspections.models.Outcome",
    "InspectionItemKind": "inspections.models.Kind",
    "ExportState": "transfer.models.DataExport.State",
    "Language": "transfer.models.LANGUAGE_NAMES",
    "ImportState": "transfer.models.DataImport.State",
    "FindingState": "inspections.models.Finding.State",
    "InspectionSection": "inspections.models.Section",
    "MailState": "mailroom.models.IncomingMail.State",
    "MailReason": "mailroom.models.IncomingMail.Reason",
    "MailWay": "mailroom.models.IncomingMail.Way",
    "LoopHeard": "loops.serializers.HEARD",
    "LoopHow": "loops.models.How",
    "LoopMeasure": "loops.models.Measure",
    "LoopSource": "loops.models.Source",
    "LoopStage": "loops.models.Stage",
    "LoopVerdict": "loops.models.Verdict",
    "ObligationKind": "obligations.models.Kind",
    "ObligationStatus": "obligations.models.Status",
    "ScoreState": "scoresheets.models.State",
    "PartMovementKind": "parts.models.Kind",
    "PartCondition": "parts.models.Condition",
    "PartChargeRule": "parts.models.Rule",
    "PurchaseStatus": "parts.models.Purchase.Status",
    "RepairStatus": "parts.models.Repair.Status",
    "CampaignItemState": "catalogue.models.State",
    "CatalogueGroup": "catalogue.models.Group",
    "QuotationStatus": "catalogue.models.Quotation.Status",
    "RequestApproval": "catalogue.models.Approval",
    "RequestCharge": "catalogue.models.Charge",
    "CallKind": "care.models.Kind",
    "CallStatus": "care.models.Status",
    "CallItemState": "care.models.State",
    "SurveyCause": "surveys.models.Cause",
    "CourseKind": "training.models.Kind",
    "TrainingStatus": "training.models.Status",
    "TrainingPresence": "training.models.Presence",
    "TermKind": "customers.models.Term.Kind",
    "TermScope": "customers.models.Term.Scope",
    "TermOrigin": "customers.models.Term.Origin",
    "RenewalStatus": "entitlements.models.QuotationRequest.Status",
    "RenewalAnswerChannel": "entitlements.models.QuotationRequest.How",
    "RemedyKind": "entitlements.models.Remedy.Kind",
    "RemedyStatus": "entitlements.models.Remedy.Status",
    "RemedyBasis": "entitlements.models.Remedy.Basis",
    "InboundSourceKind": "inbound.models.Source.Kind",
    "InboundTicketKind": "inbound.serializers.KINDS",
    "SurveyChannel": "surveys.models.Channel",
    "SurveyLeftOut": "surveys.models.LeftOut",
    "SurveyQuestionKind": "surveys.models.QuestionKind",
    "SurveyTheme": "surveys.models.Theme",
    "VisitEventType": "visits.models.VisitEvent.Type",
    "VisitFailure": "visits.models.Failure",
    "VisitPurpose": "visits.models.Purpose",
    "VisitResult": "visits.models.Result",
    "VisitStatus": "visits.models.Status",
    "WaitOwner": "tickets.models.WaitOwner.values",
}


def describe_problems(result: dict[str, Any], **_given: Any) -> dict[str, Any]:
    """Describe a refusal, and the key under which a change may be sent again."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {}
    components["parameters"] = {"IdempotencyKey": KEY}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            if method == "post":
                operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
    return result


ETAG = {
    "description": "How the thing stands, as you read it: for `If-None-Match` and `If-Match`. Numbers that only the time moves, such as "
    "`remaining_seconds`, do not change it.",
    "schema": {"type": "string", "examples": ['"5f2b1c0d9e8a7b6c5f2b1c0d9e8a7b6c"']},
}
LINK = {
    "description": 'The neighbouring pages (RFC 8288): `rel="next"` and `rel="prev"`, each where there is one.',
    "schema": {"type": "string", "examples": ['<https://desk.example.com/api/v1/tickets/?cursor=WyJ…>; rel="next"']},
}
WHOLE = "Where the whole thing is answered: how it stands now."
CONDITIONS: dict[str, dict[str, Any]] = {
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "schema": {"type": "string"},
        "description": "The `ETag` you have: 304 without a body while nothing has changed.",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "schema": {"type": "string"},
        "description": "The `ETag` you have read: 412 when the thing has changed since, and nothing is done.",
    },
}
MUST_MATCH = {**CONDITIONS["IfMatch"], "required": True}
TAGGED = {"ETag": {"$ref": "#/components/headers/ETag"}}
ANSWERS = {
    "NotModified": {"description": "It is as you have it.", "headers": TAGGED},
    "Stale": {**ANSWER, "description": "It has changed since you read it (`stale`); nothing was done.", "headers": TAGGED},
    "Forgotten": {
        **ANSWER,
        "description": "Changes after this number are not kept (`changes_forgotten`): read the lists anew, then go on.",
    },
    "MatchRequired": {**ANSWER, "description": "`If-Match` was not sent (`precondition_required`); nothing was done."},
}


def describe_conditions(result: dict[str, Any], **_given: Any) -> dict[str, Any]:
    """Say where there are tags, conditions and links to neighbours (``servicedesk.conditional``, ``core.api_pages``)."""
    components, paths = result["components"], result["paths"]
    components["parameters"].update(CONDITIONS)
    components["responses"].update(ANSWERS)
    components["headers"] = {"ETag": ETAG, "ETagOfWhole": {**ETAG, "description": WHOLE}, "Link": LINK}
    for path, operations in paths.items():
        read = operations.get("get") or paths.get(_thing(path), {}).get("get")
        of_one = "{" in path and read is not None and not _is_paged(read)
        is_made = any(f"{path}{{{key}}}/" in paths for key in ("id", "code"))
        for method, operation in operations.items():
            _describe_tags(method, operation, of_one=of_one, is_made=is_made)
            if method != "get" and of_one:
                _describe_match(operation, must=method in {"patch", "put"})
    answers = paths["/api/v1/changes/"]["get"]["responses"]
    answers["410"] = {"$ref": "#/components/responses/Forgotten"}
    answers["200"]["headers"] = {"Link": {"$ref": "#/components/headers/Link"}}
    return result


def _thing(path: str) -> str:
    """Answer the address of the thing that a step is taken on."""
    return path.removesuffix("/").rsplit("/", 1)[0] + "/"


def _is_paged(operation: dict[str, Any]) -> bool:
    return any(given.get("name") == "cursor" for given in operation.get("parameters", ()))


def _has_tag(answer: dict[str, Any]) -> bool:
    """Whether it is a thing or a file of a record; a file made on the way has none."""
    content = answer.get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return "*/*" in content or (bool(schema) and schema.get("format") != "binary")


def _describe_tags(method: str, operation: dict[str, Any], *, of_one: bool, is_made: bool) -> None:
    answers = operation["responses"]
    good = [answer for status, answer in answers.items() if status in {"200", "201"} and _has_tag(answer)]
    if _is_paged(operation):
        good[0]["headers"] = {"Link": {"$ref": "#/components/headers/Link"}}
    elif method == "get" and of_one and good:
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IfNoneMatch"})
        answers["304"] = {"$ref": "#/components/responses/NotModified"}
        good[0]["headers"] = TAGGED
    elif method != "get" and (of_one or is_made):
        for answer in good:
            answer["headers"] = {"ETag": {"$ref": "#/components/headers/ETagOfWhole"}}


def _describe_match(operation: dict[str, Any], *, must: bool) -> None:
    operation.setdefault("parameters", []).append(MUST_MATCH if must else {"$ref": "#/components/parameters/IfMatch"})
    operation["responses"]["412"] = {"$ref": "#/components/responses/Stale"}
    if must:
        operation["responses"]["428"] = {"$ref": "#/components/responses/MatchRequired"}
