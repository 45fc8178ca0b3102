"""What can be refused about surveys."""

from __future__ import annotations

from core.errors import DomainError, Invalid, NotAllowed, NotNow


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


class Unanswered(Invalid):
    """A question that must be answered was left out."""

    code = "survey_unanswered"


class NotYourSurvey(NotAllowed):
    """Somebody else was asked."""

    code = "survey_not_yours"


class Frozen(NotNow):
    """A version that is published does not change any more."""

    code = "survey_frozen"


class NothingToAsk(NotNow):
    """A template without a published version, or without questions."""

    code = "survey_nothing_to_ask"


class TooMany(DomainError):
    """A poster that was answered more often in a day than people pass by."""

    code = "survey_too_many"
    status = 429
