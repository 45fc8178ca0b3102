"""How each operation refuses: one table of statuses, when they can come, and what they look like."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from servicedesk.described import operations

if TYPE_CHECKING:
    from collections.abc import Callable

    from servicedesk.described import Described

BODIES = frozenset({"post", "put", "patch"})


class Asked(NamedTuple):
    """What is known of an operation when it is asked which refusals it has."""

    path: str
    method: str
    operation: Described

    @property
    def of_one(self) -> bool:
        """Whether the address names a thing."""
        return "{" in self.path

    @property
    def writes(self) -> bool:
        """Whether something is changed."""
        return self.method in BODIES

    @property
    def is_asked(self) -> bool:
        """Whether there is something to say that can be wrong."""
        return self.writes or any(given.get("in") == "query" for given in self.operation.get("parameters", ()))


class Refusal(NamedTuple):
    """A status, the name of its answer, when it can come, and the code and sentence of its example."""

    status: int
    name: str
    words: str
    when: Callable[[Asked], bool]
    code: str
    detail: str
    more: dict[str, Any] = {}
    headers: dict[str, Any] = {}


def _always(_asked: Asked) -> bool:
    return True


def _header(words: str, example: str) -> dict[str, Any]:
    return {"description": words, "schema": {"type": "string", "examples": [example]}}


WRONG_FIELD = {"errors": [{"pointer": "/severity", "code": "max_value", "detail": "Ensure this value is less than or equal to 4."}]}
CHALLENGE = {"WWW-Authenticate": _header("How to show who asks (RFC 6750).", 'Bearer realm="api"')}
AGAIN = {
    "Retry-After": {
        "description": "In how many seconds the next is answered.",
        "schema": {"type": "integer", "minimum": 1, "examples": [42]},
    }
}
REFUSALS = (
    Refusal(
        400,
        "Invalid",
        "What was sent cannot be accepted as it is; `errors` says where.",
        lambda asked: asked.is_asked,
        "invalid",
        "severity: Ensure this value is less than or equal to 4.",
        more=WRONG_FIELD,
    ),
    Refusal(
        401,
        "NotAuthenticated",
        "No token, or one that is unknown, expired or revoked.",
        _always,
        "not_authenticated",
        "Authentication credentials were not provided.",
        headers=CHALLENGE,
    ),
    Refusal(
        403,
        "Forbidden",
        "The token does not have the `scope` this needs, or this person may not do this.",
        _always,
        "scope_missing",
        "This needs the scope “tickets:write”, which this token does not have.",
        more={"scope": "tickets:write"},
    ),
    Refusal(
        404,
        "NotFound",
        "There is nothing at this address that the caller may see.",
        _always,
        "not_found",
        "There is nothing at this address.",
    ),
    Refusal(
        406,
        "NotAcceptable",
        "The answer is not to be had in the form that `Accept` asks for.",
        _always,
        "not_acceptable",
        "Could not satisfy the request Accept header.",
    ),
    Refusal(
        409,
        "Conflict",
        "The state of the thing does not allow this now, or a request with the same `Idempotency-Key` is being worked on.",
        lambda asked: asked.writes,
        "not_now",
        "This ticket is closed.",
    ),
    Refusal(
        410,
        "Gone",
        "The survey was answered before, or the time to answer it is over; nothing was done.",
        lambda asked: asked.method == "post" and asked.path.startswith("/api/v1/surveys/{id}/"),
        "survey_answered",
        "This survey has been answered already.",
    ),
    Refusal(
        411,
        "LengthRequired",
        "The length of the body was not told.",
        lambda asked: asked.writes,
        "length_required",
        "Send the length of the body (Content-Length).",
    ),
    Refusal(
        413,
        "TooLarge",
        "More was sent than is taken at once.",
        lambda asked: asked.writes,
        "too_large",
        "More was sent than is taken at once.",
    ),
    Refusal(
        415,
        "UnsupportedMediaType",
        "The body is not in a form that is read here.",
        lambda asked: asked.writes,
        "unsupported_media_type",
        'Unsupported media type "text/yaml" in request.',
    ),
    Refusal(
        422,
        "KeyReused",
        "This `Idempotency-Key` was sent with another request before.",
        lambda asked: asked.method == "post",
        "idempotency_key_reused",
        "This key was sent with another request before; make a new one.",
    ),
    Refusal(
        429,
        "TooMany",
        "Too many requests; nothing was done.",
        _always,
        "throttled",
        "Too many requests. The next is answered in 42 seconds.",
        headers=AGAIN,
    ),
    Refusal(
        500,
        "Failed",
        "Something went wrong on our side; nothing was changed.",
        _always,
        "internal_error",
        "Something went wrong on our side; nothing was changed. Please try again.",
    ),
)
OF_CONDITIONS = {
    "Stale": (412, "stale", "It has changed since you read it. Read it again, and decide anew."),
    "MatchRequired": (428, "precondition_required", "Send If-Match with the ETag that you have read."),
    "Forgotten": (410, "changes_forgotten", "The changes after this number are not kept any more."),
}


def example(status: int, code: str, detail: str, more: dict[str, Any] | None = None) -> dict[str, Any]:
    """Answer a problem as it would be sent."""
    title = HTTPStatus(status).phrase
    return {"type": f"urn:problem:{code}", "title": title, "status": status, "code": code, "detail": detail, **(more or {})}


def _answer(words: str, shown: dict[str, Any], headers: dict[str, Any]) -> Described:
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {shown["code"]: {"value": shown}}}
    answer: Described = {"description": words, "content": {"application/problem+json": content}}
    return {**answer, "headers": headers} if headers else answer


def describe_refusals(result: Described, **_given: Any) -> Described:
    """Say of every operation which refusals it has, and show each once."""
    answers = result["components"]["responses"]
    for row in REFUSALS:
        answers[row.name] = _answer(row.words, example(row.status, row.code, row.detail, row.more), row.headers)
    for name, (status, code, detail) in OF_CONDITIONS.items():
        answers[name] = {**answers[name], **_answer(answers[name]["description"], example(status, code, detail), {})}
    for path, method, operation in operations(result):
        told = operation["responses"]
        asked = Asked(path, method, operation)
        for row in REFUSALS:
            if row.when(asked):
                told.setdefault(str(row.status), {"$ref": f"#/components/responses/{row.name}"})
        operation["responses"] = dict(sorted(told.items()))
    return result
