"""Why something cannot be set up or exchanged."""

from __future__ import annotations

from core.errors import DomainError, Invalid, NotNow


class Unmapped(Invalid):
    """A value has no counterpart on the other side, and no default."""

    code = "unmapped"


class SecretUnreadable(NotNow):
    """The secret was sealed under another key of this desk."""

    code = "secret_unreadable"


class NotConnected(NotNow):
    """The connection does not do this now."""

    code = "not_connected"


class BadNudge(DomainError):
    """A webhook that the other side did not sign."""

    code = "bad_signature"
    status = 401


class Trouble(Exception):
    """Something between the desks went wrong; ``text`` is for people."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Unreachable(Trouble):
    """The other side as a whole does not answer, or does not let us in: nothing else is worth trying now."""

    def __init__(self, text: str, *, seconds: int = 0) -> None:
        super().__init__(text)
        self.seconds = seconds


class Broken(Trouble):
    """The other side failed at this one thing; it is tried again."""


class InFlight(Broken):
    """The other side still works on the same request, or died while it did."""


class Stale(Trouble):
    """The thing was changed over there since it was read: read it again."""


class Refused(Trouble):
    """The other side will not take this, however often it is sent."""

    def __init__(self, text: str, *, status: int = 0, code: str = "", place: str = "") -> None:
        super().__init__(text)
        self.status, self.code, self.place = status, code, place


class Forgotten(Trouble):
    """Changes after our number are not kept over there any more."""


class LeaseLost(Exception):
    """Another worker serves the connection now; what this one began is not written."""
