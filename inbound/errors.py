"""Why something that was sent to us is not taken."""

from __future__ import annotations

from typing import ClassVar

from core.errors import DomainError, Invalid, NotNow


class Unreadable(Invalid):
    """What was sent is not what this source sends; the code says in which way."""

    code = "unreadable"


class TooMuch(DomainError):
    """More was sent than a source may send at once."""

    code = "too_large"
    status = 413


class BadMediaType(DomainError):
    """It is sent in a form that is not taken."""

    code = "unsupported_media_type"
    status = 415


class NotOpened(DomainError):
    """The secret opens nothing, or not from there."""

    code = "not_authenticated"
    status = 401
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Bearer realm="api"'}


class SourcePaused(DomainError):
    """The source is paused: the sender is asked to come again."""

    code = "source_paused"
    status = 503
    headers: ClassVar[dict[str, str]] = {"Retry-After": "300"}


class NotWaiting(NotNow):
    """The case waits for nobody any more."""

    code = "not_waiting"
