"""What can be refused about customers."""

from __future__ import annotations

from core.errors import DomainError, NotNow


class IdTaken(DomainError):
    """The other program's id names another row already, or the row is another program's."""

    code = "external_id_taken"


class EnteredMeanwhile(NotNow):
    """Somebody else has entered the same at the same moment."""

    code = "entered_meanwhile"
