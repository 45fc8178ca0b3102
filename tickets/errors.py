"""What can be refused about a ticket."""

from __future__ import annotations

from core.errors import DomainError, Invalid, NotAllowed, NotNow


class MoveNotAllowed(NotNow):
    """The ticket's state does not allow the move."""

    code = "move_not_allowed"


class NotYours(NotAllowed):
    """The move belongs to the other side."""

    code = "not_yours"


class BadUpload(Invalid):
    """A file that cannot be kept."""

    code = "bad_upload"


class NothingToTake(DomainError):
    """No ticket is waiting for this engineer."""

    code = "nothing_to_take"
    status = 404


class DeadLink(DomainError):
    """A link of a mail that was not made here, or was cut off."""

    code = "dead_link"
    status = 404


class LateLink(DomainError):
    """A link of a mail that came too late."""

    code = "late_link"
    status = 410


class NoLongerOurs(NotAllowed):
    """The person a link names does not work for the provider any more."""

    code = "no_longer_ours"
