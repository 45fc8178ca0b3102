"""What holds for every request below /api/, whatever view answers it."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.utils.cache import patch_vary_headers

from servicedesk import problems
from tmf.refusals import told_as_tmf

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

PRIVATE = ("/api/v1/", "/tmf-api/")
BLOCK = 1 << 16
LISTENS = 32 * 1024 * 1024
"""Bytes."""
DECIDES = ("Authorization", "Cookie")
"""What an answer depends on beside its address."""


class ApiRequests:
    """Middleware, outside of those that would redirect: no program is sent elsewhere, shown a page, or has its data kept on the way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the address as it was meant, and see to it that the answer is one for programs."""
        # A codec that cannot decode text, named as the charset of a request, would fail wherever its address is read.
        request.encoding = "utf-8"
        # No name holds a NUL, and PostgreSQL would fail over being asked for one.
        request.path_info = request.path_info.replace("\0", "\N{REPLACEMENT CHARACTER}")
        if not problems.is_api(request):
            return self.get_response(request)
        if not request.path_info.endswith("/"):
            request.path_info += "/"
            request.path += "/"
        response = problems.never_a_page(self._answer(request))
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            _hear_out(request)
            told_as_tmf(request, response)
        if request.path_info.startswith(PRIVATE):
            response.headers["Cache-Control"] = "no-store"
            patch_vary_headers(response, DECIDES)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        # Django would take a body whose length is not told for an empty one.
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower() and not request.META.get("CONTENT_LENGTH"):
            return problems.length_required()
        return self.get_response(request)


def _hear_out(request: HttpRequest) -> None:
    """Read what was sent and not looked at, within reason: a caller cut off while sending would never see the answer."""
    with suppress(OSError):
        for _block in range(LISTENS // BLOCK):
            if not request.read(BLOCK):
                return
