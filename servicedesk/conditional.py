"""Requests with conditions (RFC 9110): what one thing is answered with has an `ETag`, and a change may ask that it be still the same.

Put onto every view of the interface where they are gathered (``servicedesk.api_urls``), so that none is forgotten. The tag is a hash
of what the caller reads; it does not move with numbers that only the time moves. A change with `If-Match` holds the row of the thing
from before it is compared until it is changed: of two that name the same tag one is done. See docs/decisions/conditional-requests.md.
"""

from __future__ import annotations

import hashlib
from functools import cache, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import FileResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model
    from rest_framework.request import Request

TICKING = frozenset({"remaining_seconds", "gross_seconds", "net_seconds", "disputed_seconds"})
"""What a clock answers differently every second while nothing happens."""
READING = frozenset({"GET", "HEAD"})
SAFE = READING | {"OPTIONS", "TRACE"}
FIELDS = frozenset({"PUT", "PATCH"})
"""Ways to write over fields: who has not read what stands there may not."""
LENGTH = 32


class Stale(DomainError):
    """The thing is not as the caller has read it."""

    code = "stale"
    status = HTTPStatus.PRECONDITION_FAILED

    def __init__(self, tag: str) -> None:
        super().__init__(_("It has changed since you read it. Read it again, and decide anew."))
        self.headers = {"ETag": tag}


class MatchRequired(DomainError):
    """Fields would be written over by somebody who does not say what they have read."""

    code = "precondition_required"
    status = HTTPStatus.PRECONDITION_REQUIRED

    def __init__(self) -> None:
        super().__init__(_("Send If-Match with the ETag that you have read, so that nobody's change is written over."))


def tag_of(said: Any) -> str:
    """Answer the strong tag of what is said of a thing."""
    return f'"{hashlib.sha256(JSONRenderer().render(_still(said))).hexdigest()[:LENGTH]}"'


def _still(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _still(value) for name, value in said.items() if name not in TICKING}
    return [_still(row) for row in said] if isinstance(said, list) else said


@cache
def _shape(serializer: type[Any]) -> frozenset[str]:
    """Answer the names that a thing is answered with."""
    return frozenset(getattr(serializer(), "fields", ()))


class Conditional:
    """What a view of the interface does beside its own: tags, 304, 412 and 428."""

    detail: bool
    action: str
    lookup_field: str
    lookup_url_kwarg: str | None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Once it is known who asks and that they may: put the condition before whatever changes one thing."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        name = str(request.method).lower()
        if self._is_of_one and request.method not in SAFE and hasattr(self, name):
            setattr(self, name, partial(self._if_matching, getattr(self, name)))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Tag what is answered of one thing; say no more where the caller has it already."""
        tag = response.headers.get("ETag") or (self._tag(request, response) if isinstance(response, Response) else "")
        if tag and _is_had(request, response, tag):
            if isinstance(response, FileResponse) and response.file_to_stream:
                response.file_to_stream.close()  # not the answer itself: that would end the request
            response = Response(status=HTTPStatus.NOT_MODIFIED)
        if tag:
            response.headers["ETag"] = tag
        return super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]

    def lock(self, thing: Model) -> None:
        """Hold the thing's row until the transaction ends; a view whose services hold others first says so."""
        type(thing)._base_manager.select_for_update().get(pk=thing.pk)  # noqa: SLF001 - Django's own way to all rows

    @property
    def _is_of_one(self) -> bool:
        return bool(getattr(self, "detail", False)) and hasattr(self, "retrieve")

    def _if_matching(self, change: Callable[..., Response], request: Request, *args: Any, **kwargs: Any) -> Response:
        wanted = request.headers.get("If-Match", "")
        if not wanted:
            if request.method in FIELDS:
                self.get_object()  # type: ignore[attr-defined]  # what is not there is not found, whatever else is amiss
                raise MatchRequired
            return change(request, *args, **kwargs)
        with transaction.atomic():
            self.lock(self.get_object())  # type: ignore[attr-defined]
            tag = tag_of(self._read(request))
            if not _names(wanted, tag):
                raise Stale(tag)
            return change(request, *args, **kwargs)

    def _read(self, request: Request) -> Any:
        """Answer what the caller would read of the thing now."""
        key = self.lookup_url_kwarg or self.lookup_field
        asked, self.action = self.action, "retrieve"
        try:
            return self.retrieve(request, **{key: self.kwargs[key]}).data  # type: ignore[attr-defined]
        finally:
            self.action = asked

    def _tag(self, request: Request, response: Response) -> str:
        """Answer the tag of a thing, read or made or changed; none for a list, a refusal, or what only belongs to a thing."""
        if response.status_code >= HTTPStatus.MULTIPLE_CHOICES or response.data is None:
            return ""
        if request.method in READING:
            return tag_of(response.data) if self._is_of_one else ""
        return tag_of(response.data) if request.method not in SAFE and self._is_whole(response.data) else ""

    def _is_whole(self, said: Any) -> bool:
        if not isinstance(said, dict) or not hasattr(self, "retrieve"):
            return False
        asked, self.action = self.action, "retrieve"
        try:
            return frozenset(said) == _shape(self.get_serializer_class())  # type: ignore[attr-defined]
        finally:
            self.action = asked


def _is_had(request: Request, response: Any, tag: str) -> bool:
    """Whether the caller has what would be answered."""
    is_read = request.method in READING and response.status_code == HTTPStatus.OK
    return is_read and _names(request.headers.get("If-None-Match", ""), tag, weakly=True)


def _names(header: str, tag: str, *, weakly: bool = False) -> bool:
    """Whether a condition names a tag. A weak tag, as a proxy that compresses makes it, is the same only for reading."""
    named = [word.strip() for word in parse_etags(header)]
    return "*" in named or tag in ([word.removeprefix("W/") for word in named] if weakly else named)


def conditional(view: type[Any]) -> type[Any]:
    """Answer the view with conditions."""
    return type(view.__name__, (Conditional, view), {"__module__": view.__module__, "__doc__": view.__doc__})
