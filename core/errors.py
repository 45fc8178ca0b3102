"""Failures that a person can do something about."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import Promise

    Sentence: TypeAlias = str | Promise


class DomainError(Exception):
    """An expected refusal: a stable code, a sentence for a person, and the field it is about (if any)."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    details: Sequence[tuple[str, str, Sentence]] = ()
    """Where there is more than one thing to say: for each the field, a code and a sentence."""

    def __init__(self, sentence: Sentence, *, field: str = "", code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.stable_code = code or self.code

    def __str__(self) -> str:
        return str(self.sentence)


class Invalid(DomainError):
    """What was given cannot be accepted as it is."""

    code = "invalid"
    status = 400


class NotAllowed(DomainError):
    """The person may see it but not do this with it."""

    code = "not_allowed"
    status = 403


class NotNow(DomainError):
    """The state of the thing does not allow the move."""

    code = "not_now"
    status = 409
