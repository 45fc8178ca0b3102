"""The language of the pages: a cookie for the browser, a field for the person."""

from __future__ import annotations

from typing import TypeVar

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import check_for_language

Response = TypeVar("Response", bound=HttpResponse)


def is_offered(code: str) -> bool:
    """Whether the product speaks this language."""
    return code in dict(settings.LANGUAGES) and check_for_language(code)


def remember_language(response: Response, code: str) -> Response:
    """Let the browser ask for this language from now on."""
    if is_offered(code):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
    return response
