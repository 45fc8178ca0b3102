"""Changes that programs may send again: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) on every POST of the API.

A key is claimed in a transaction of its own, so that a second sending is seen while the first is under way. What was asked for is
then done, and its answer kept, in one transaction: a process that dies in between has done neither, and the sending after it, once
the claim is old, does both. A failure of ours keeps nothing, so that it may be tried again.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from rest_framework.utils.encoders import JSONEncoder

from accounts.models import KeyedRequest
from clients import tokens
from core.time import now
from servicedesk.problems import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from django.http import HttpRequest

    from accounts.models import ApiToken

    Credential = tokens.Access | ApiToken

HEADER = "Idempotency-Key"
ABOVE = ("/api/v1/", "/tmf-api/")
LONGEST = 255
KEPT_HEADERS = ("Content-Type", "Location", "ETag")
REPLAYED = "Idempotency-Replayed"
CLAIM = timedelta(seconds=90)
"""Longer than a web process works on any request; after it a claim without an answer belongs to a process that died."""


class Repeats:
    """Middleware, the innermost: what has a key is done once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what has no key; answer a known key as before; do what is new, once."""
        key = request.headers.get(HEADER)
        if key is None or request.method != "POST" or not request.path_info.startswith(ABOVE):
            return self.get_response(request)
        if not 0 < len(key) <= LONGEST or not key.isprintable() or not key.isascii():
            return refused(HTTPStatus.BAD_REQUEST, "idempotency_key_unreadable", _("A key has 1 to 255 printable ASCII characters."))
        credential = tokens.shown(request)
        if credential is None:  # the view refuses a stranger; a person in the browser has the page's own guard
            return self.get_response(request)
        return self._once(request, credential, key, now())

    def _once(self, request: HttpRequest, credential: Credential, key: str, at: datetime) -> HttpResponse:
        asked = _digest(request, credential)
        row, is_new = _claimed(credential.user.pk, key, asked, at)
        if row.asked != asked:
            words = _("This key was sent with another request before; make a new one.")
            return refused(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused", words)
        if row.status is not None:
            return _again(row)
        if not is_new:
            return refused(HTTPStatus.CONFLICT, "idempotency_in_flight", _("The same request is being worked on; ask again in a moment."))
        return self._do(request, row)

    def _do(self, request: HttpRequest, row: KeyedRequest) -> HttpResponse:
        with transaction.atomic():
            response = self.get_response(request)
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status_code in _PASSING:
                transaction.set_rollback(True)
            elif not getattr(response, "is_secret", False):  # what is told once is kept nowhere
                _keep(row, response)
                return response
        KeyedRequest.objects.filter(pk=row.pk, status=None).delete()
        return response


_PASSING = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED}
)
"""Answers that say nothing about the request itself: asked again later, or with the tag of today, it may be done."""


def _digest(request: HttpRequest, credential: Credential) -> str:
    """Hash what is asked: by which client, the address and the body; of a form its parts, for a boundary is new in every sending.

    What is longer than is taken stands for itself by its length: the view refuses it.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    named = f"{request.method} {request.get_full_path()} {request.content_type}\n".encode()
    client = credential.client.client_id.encode() + b"\n" if isinstance(credential, tokens.Access) else b""
    found = hashlib.sha256(client + named)
    if not length.isdecimal() or int(length) > 2 * max(settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.ATTACHMENT_MAX_BYTES):
        found.update(length.encode())
    elif (request.content_type or "").startswith("multipart/"):
        for part in _parts(request):
            found.update(hashlib.sha256(part).digest())
    else:
        found.update(request.body if int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE else length.encode())
    return found.hexdigest()


def _parts(request: HttpRequest) -> Iterator[bytes]:
    """Yield the names and values of a form, and of each file its name, type and content."""
    try:
        fields, files = request.POST.lists(), request.FILES.lists()
    except (MultiPartParserError, SuspiciousOperation, LookupError, ValueError):  # the view says what is wrong with it
        return
    for name, values in fields:
        yield from (name.encode(), *(value.encode() for value in values))
    for name, each in files:
        for file in each:
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            yield from (name.encode(), str(file.name).encode(), str(file.content_type).encode(), content.digest())


def _claimed(user: int, key: str, asked: str, at: datetime) -> tuple[KeyedRequest, bool]:
    """Answer the row of a key, and whether it is ours to do: nobody has it, or who had it died."""
    row = None
    while row is None:
        try:
            with transaction.atomic():
                return KeyedRequest.objects.create(user_id=user, key=key, asked=asked, claimed_at=at), True
        except IntegrityError:
            row = KeyedRequest.objects.filter(user=user, key=key).first()  # who had it may just have given it back
    left = KeyedRequest.objects.filter(pk=row.pk, status=None, asked=asked, claimed_at__lte=at - CLAIM)
    return row, bool(left.update(claimed_at=at))


def _keep(row: KeyedRequest, response: HttpResponse) -> None:
    if hasattr(response, "render") and not getattr(response, "is_rendered", True):
        response.render()
    row.status, row.answer = response.status_code, _kept(response)
    row.headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    row.save(update_fields=["status", "answer", "headers"])


def _kept(response: HttpResponse) -> bytes:
    """Answer what is kept of an answer: all of it, unless a view says what of it may be (``kept``), such as without a secret."""
    kept = getattr(response, "kept", None)
    return response.content if kept is None else json.dumps(kept, cls=JSONEncoder, ensure_ascii=False).encode()


def _again(row: KeyedRequest) -> HttpResponse:
    response = HttpResponse(bytes(row.answer), status=row.status, headers=row.headers)
    response.headers[REPLAYED] = "true"
    return response
