"""Why something cannot be sent or set up."""

from __future__ import annotations

from core.errors import Invalid, NotNow


class BadAddress(Invalid):
    """Nothing is sent to such an address."""

    code = "bad_address"


class NotSending(NotNow):
    """The endpoint is paused or disabled."""

    code = "not_sending"


class StillWaiting(NotNow):
    """The delivery has not come to an end."""

    code = "still_waiting"
