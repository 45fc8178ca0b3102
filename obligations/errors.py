"""What is refused."""

from __future__ import annotations

from core.errors import DomainError


class AlreadyEnded(DomainError):
    """It was met or waived before."""

    code = "obligation_ended"
