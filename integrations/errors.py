"""Why something cannot be sent or set up."""

from __future__ import annotations

from core.addresses import BadAddress
from core.errors import DomainError, NotNow

__all__ = ["BadAddress", "ChangesForgotten", "NotSending", "StillWaiting"]


class NotSending(NotNow):
    """The endpoint is paused or disabled."""

    code = "not_sending"


class StillWaiting(NotNow):
    """The delivery has not come to an end."""

    code = "still_waiting"


class ChangesForgotten(DomainError):
    """The feed of changes cannot be followed from there."""

    code = "changes_forgotten"
    status = 410
