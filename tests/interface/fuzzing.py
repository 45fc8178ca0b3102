"""Requests made up from the description, good and bad, sent to the real application; its answers are held to the description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import SkipTest

import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS, not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup

from tests.test_openapi import DESCRIBED, make_things

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis import APIOperation, Case, GenerationMode

    from tests.worlds import World

HELD_TO = (
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
"""Beside: no failure of the server. What is well formed may still be refused, by the rules of the desk."""
REFUSING = ["400", "401", "403", "404", "406", "409", "410", "411", "412", "413", "415", "422", "428"]
CONFIG = {"checks": {"negative_data_rejection": {"expected-statuses": REFUSING}}}


schemathesis.serializer.alias("message/rfc822", "text/plain")


def described() -> Any:
    """Answer the description, bound to the application."""
    schema = schemathesis.openapi.from_dict(DESCRIBED, config=SchemathesisConfig.from_dict(CONFIG))
    schema.app = _read_to_the_end(get_wsgi_application())
    return schema


def _read_to_the_end(app: Any) -> Any:
    """Close what is answered as a server does, files above all."""

    def answering(environ: Any, start: Any) -> list[bytes]:
        answer = app(environ, start)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()

    return answering


def checks() -> list[Any]:
    """Answer what every answer is held to."""
    return [not_a_server_error, *CHECKS.get_by_names(list(HELD_TO))]


def places(world: World) -> dict[str, dict[str, Any]]:
    """Answer what stands in the addresses of each group, so that requests meet something."""
    things = make_things(world)
    clock = things["clock"]
    return {
        group: {"id": value, "code": value, "file": things.get(f"{group}/file", things["file"]), "clock": clock}
        for group, value in things.items()
    }


def parts_of(operation: APIOperation, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Answer the parts of an address, of things that there are."""
    of = operation.path.removeprefix("/api/v1/").split("/{")[0].rstrip("/")
    return {name: str(known[of][name]) for name in ("id", "code", "file", "clock") if f"{{{name}}}" in operation.path}


def breaches(operation: APIOperation, tokens: dict[str, str], known: dict[str, Any], *, times: int, mode: GenerationMode) -> list[str]:
    """Send so many requests, each as every person; answer what was not as described. Nothing that is done stays.

    What is made up first is always the least there can be; where only one request is sent, it is the one after it.
    """
    found: list[str] = []
    passed = [] if times > 1 else [True]
    fixed = parts_of(operation, known)
    strategy = operation.as_strategy(generation_mode=mode, **({"path_parameters": fixed} if fixed else {}))

    @settings(
        max_examples=times + len(passed),
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def probe(case: Case) -> None:
        if passed:
            passed.pop()
            return
        for role, token in tokens.items():
            found.extend(f"{role}: {line}" for line in _answered(case, token))

    try:
        probe()
    except (Unsatisfiable, SkipTest):  # nothing to send can be wrong, such as of an address without parameters
        assert mode.is_negative, operation.path
    return list(dict.fromkeys(found))


def _answered(case: Case, token: str) -> Iterator[str]:
    shown = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    if "If-Match" in (case.headers or {}):
        case.headers["If-Match"] = "*"  # a tag that is made up is that of nothing
    with transaction.atomic():
        try:
            answer = case.call(headers=shown)
            case.validate_response(answer, checks=checks(), headers=shown)
        except FailureGroup as group:
            sent = f"{case.method} {case.formatted_path} {case.query} {case.media_type} {str(case.body)[:300]}"
            said = bytes(answer.content)[:300]
            yield from (f"{sent}: {answer.status_code} {said!r} {row.title}: {row.message[:400]}" for row in group.exceptions)
        finally:
            transaction.set_rollback(True)
