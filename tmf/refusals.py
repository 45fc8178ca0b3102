"""Every refusal below /tmf-api/ in the form of TMF630: whatever refused, and wherever on its way the request was then."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tmf.documents import MEDIA_TYPE

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

ABOVE = "/tmf-api/"
_V4 = "/v4/"
_MESSAGE = 1000
"""Characters of what is said of each field together."""


def told_as_tmf(request: HttpRequest, response: HttpResponse) -> None:
    """Write a problem document (RFC 9457) over as an Error of TMF621; its status, headers and code stay."""
    if not request.path_info.startswith(ABOVE) or not response.get("Content-Type", "").startswith("application/problem+json"):
        return
    status = response.status_code
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:  # not among the answers of TMF621
        status = HTTPStatus.CONFLICT
    version = "" if _V4 in request.path_info else "v5"
    response.status_code = status
    response.content = json.dumps(error(json.loads(response.content), status, version), ensure_ascii=False).encode()
    response.headers["Content-Type"] = MEDIA_TYPE
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(response.content))


def error(problem: dict[str, Any], status: int, version: str) -> dict[str, Any]:
    """Answer the Error: a code for programs, the reason for people, which fields it is about."""
    code = str(problem.get("code", "error"))
    fields = "; ".join(f"{row['pointer']}: {row['detail']}" for row in problem.get("errors", ()))
    told = {
        "code": code,
        "reason": str(problem.get("title") or HTTPStatus(status).phrase),
        "message": (fields or str(problem.get("detail", "")))[:_MESSAGE],
        "status": str(int(status)),
        "referenceError": f"urn:problem:{code}",
    }
    return {**told, "@type": "Error"} if version else told
