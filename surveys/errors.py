"""What can be refused about surveys."""

from __future__ import annotations

from core.errors import DomainError, Invalid, NotAllowed


class AlreadyAnswered(DomainError):
    """A link that has been used."""

    code = "survey_answered"
    status = 410


class Expired(DomainError):
    """A link that came too late."""

    code = "survey_expired"
    status = 410


class BadScore(Invalid):
    """A score that is none."""

    code = "survey_score"


class NotYourSurvey(NotAllowed):
    """Somebody else was asked."""

    code = "survey_not_yours"
