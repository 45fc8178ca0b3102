"""Every error of the API as ``application/problem+json`` (RFC 9457), with a stable code and a pointer to the field."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import APIException, NotAuthenticated, ValidationError
from rest_framework.exceptions import NotFound as DrfNotFound
from rest_framework.exceptions import PermissionDenied as DrfPermissionDenied
from rest_framework.views import set_rollback

from accounts.tokens import ScopeMissing
from core.api_parsers import TooLarge
from core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENT_TYPE = "application/problem+json"
LONGEST = 1000
"""Characters of a sentence: what was sent may be quoted in it."""


def problem(status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """Answer the body of a problem."""
    body: dict[str, Any] = {
        "type": f"urn:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return {**body, "errors": errors} if errors else body


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Answer the problem for an error in an API view; None for what nobody expected."""
    if isinstance(error, Http404):
        error = DrfNotFound()
    elif isinstance(error, PermissionDenied):
        error = DrfPermissionDenied()
    elif isinstance(error, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        error = TooLarge()
    if isinstance(error, DomainError):
        set_rollback()
        return _response(_domain(error), getattr(error, "headers", None))
    if isinstance(error, APIException):
        set_rollback()
        return _response(_api(error), _headers(error))
    return None


def _domain(error: DomainError) -> dict[str, Any]:
    pointed = [_row(_step(error.field), error.stable_code, str(error))] if error.field else []
    pointed += [_row(_step(field), code, sentence) for field, code, sentence in error.details]
    return problem(error.status, error.stable_code, str(error), pointed)


def _api(error: APIException) -> dict[str, Any]:
    if isinstance(error, ValidationError):
        errors = list(_fields(error.get_full_details(), ""))
        detail = "; ".join(f"{row['pointer'][1:]}: {row['detail']}" if row["pointer"] else row["detail"] for row in errors)
        return problem(error.status_code, "invalid", detail[:LONGEST] or _("The input is not valid."), errors)
    codes = error.get_codes()
    body = problem(error.status_code, codes if isinstance(codes, str) else "error", _sayable(error.detail))
    return {**body, "scope": error.scope} if isinstance(error, ScopeMissing) else body


def _fields(details: Any, pointer: str) -> Iterator[dict[str, str]]:
    """Walk DRF's nested details and yield one row for each complaint."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield _row(pointer, details["code"], details["message"])
    elif isinstance(details, dict):
        for key, value in details.items():
            yield from _fields(value, pointer if key == "non_field_errors" else pointer + _step(key))
    else:
        for value in details:
            yield from _fields(value, pointer)


def _row(pointer: str, code: Any, sentence: Any) -> dict[str, str]:
    return {"pointer": pointer, "code": str(code), "detail": _sayable(sentence)}


def _step(name: Any) -> str:
    """Write a name as a step of a JSON pointer (RFC 6901)."""
    return "/" + _sayable(name).replace("~", "~0").replace("/", "~1")


def _sayable(words: Any) -> str:
    """Write what may quote the caller: not endlessly, and nothing that UTF-8 has no bytes for."""
    return str(words)[:LONGEST].encode("utf-8", "replace").decode()


def _headers(error: APIException) -> dict[str, str]:
    if isinstance(error, NotAuthenticated) or getattr(error, "auth_header", None):
        return {"WWW-Authenticate": str(getattr(error, "auth_header", 'Bearer realm="api"'))}
    return {}


def _response(body: dict[str, Any], headers: dict[str, str] | None = None) -> JsonResponse:
    # not DRF's: it would be written the way the view writes what it is for, such as YAML
    spelt = {"ensure_ascii": False}
    return JsonResponse(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE, json_dumps_params=spelt)


def is_api(request: HttpRequest) -> bool:
    """Tell whether a program asks: below /api/ and /tmf-api/ no answer is HTML."""
    return request.path_info.startswith(("/api/", "/tmf-api/")) or request.path_info in {"/api", "/tmf-api"}


def _json(status: int, code: str, detail: str) -> JsonResponse:
    return _response(problem(status, code, detail))


def refused(status: int, code: str, detail: str) -> HttpResponse:
    """Answer a refusal made before any view."""
    return _json(status, code, detail)


def length_required() -> HttpResponse:
    """Answer that a body has to tell its length."""
    return _json(411, "length_required", _("Send the length of the body (Content-Length)."))


def never_a_page(response: HttpResponse) -> HttpResponse:
    """Answer a problem in place of a refusal or a redirect made for browsers."""
    if response.status_code < HTTPStatus.MULTIPLE_CHOICES or not response.get("Content-Type", "").startswith("text/html"):
        return response
    status = max(response.status_code, HTTPStatus.BAD_REQUEST)
    return _json(status, HTTPStatus(status).name.lower(), _("The request cannot be answered."))


@csrf_exempt  # nothing is changed here, and the page about a missing token would be HTML
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404 in the form the caller reads."""
    if is_api(request):
        return _json(404, "not_found", _("There is nothing at this address."))
    return defaults.page_not_found(request, exception or Http404())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400 in the form the caller reads."""
    if is_api(request):
        return _json(400, "bad_request", _("The request cannot be read."))
    return defaults.bad_request(request, exception or Exception())


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 in the form the caller reads."""
    if is_api(request):
        return _json(403, "permission_denied", _("You may not do this."))
    return defaults.permission_denied(request, exception or PermissionDenied())


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 500 in the form the caller reads; nothing of the error itself is shown."""
    if is_api(request):
        return _json(500, "internal_error", _("Something went wrong on our side; nothing was changed. Please try again."))
    return defaults.server_error(request)


class DomainErrors:
    """Middleware: an expected refusal that a page did not catch becomes a page that says what to do."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        response: HttpResponse = self.get_response(request)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn a refusal into its page; leave every other error alone."""
        if isinstance(error, DatabaseError) or not isinstance(error, DomainError):
            return None
        if is_api(request):
            return _response(_domain(error), getattr(error, "headers", None))
        return render(request, "refused.html", {"sentence": str(error), "status": error.status}, status=error.status)
