"""What a closed loop refuses."""

from __future__ import annotations

from core.errors import DomainError


class StepNotAllowed(DomainError):
    """The stage of the loop does not allow the step."""

    code = "step_not_allowed"
    status = 409


class NotIndependent(DomainError):
    """Who is concerned, or had a hand in the round, does not judge it."""

    code = "not_independent"
    status = 403
