"""Why a mail or a mailbox cannot be dealt with."""

from __future__ import annotations

from core.errors import DomainError, Invalid, NotNow


class TooLargeMail(DomainError):
    """A mail is larger than is taken."""

    code = "mail_too_large"
    status = 413


class EmptyMail(Invalid):
    """Nothing was sent."""

    code = "mail_empty"


class Decided(NotNow):
    """The mail waits for nobody: it was decided about."""

    code = "mail_decided"


class BadServer(Invalid):
    """A mail server that is not called."""

    code = "bad_server"


class Unreachable(Exception):
    """A mailbox cannot be read now; the sentence says why."""
