"""Why something cannot be answered, in the statuses that TMF621 knows."""

from __future__ import annotations

from http import HTTPStatus

from core.errors import DomainError, Invalid, NotAllowed, NotNow


class BadDocument(Invalid):
    """The document is not of the form that the official files describe."""

    code = "bad_document"


class BadQuery(Invalid):
    """The list cannot be asked for so."""

    code = "bad_query"


class PlaceUnknown(Invalid):
    """It does not follow from the document, nor from the account, where the trouble is."""

    code = "place_unknown"


class NoSuchMove(NotNow):
    """The state that is asked for does not follow the present one."""

    code = "status_not_possible"


class Taken(NotNow):
    """It is there already."""

    code = "duplicate"


class AdministratorOnly(NotAllowed):
    """Only an administrator deletes."""

    code = "administrator_only"


class Stale(DomainError):
    """The ticket is not as the caller has read it."""

    code = "stale"
    status = HTTPStatus.PRECONDITION_FAILED

    def __init__(self, sentence: str, tag: str) -> None:
        super().__init__(sentence)
        self.headers = {"ETag": tag}


class NotBuilt(DomainError):
    """A part of the standard that this server does not have."""

    code = "not_implemented"
    status = HTTPStatus.NOT_IMPLEMENTED
