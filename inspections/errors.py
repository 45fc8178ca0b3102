"""What can be refused about inspections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import DomainError, Invalid, NotAllowed, NotNow

if TYPE_CHECKING:
    from core.errors import Sentence


class ChecklistProblem(Invalid):
    """A checklist file that cannot be taken as it is."""

    code = "checklist_invalid"

    def __init__(self, sentence: Sentence, *, field: str = "", path: tuple[str | int, ...] = ()) -> None:
        super().__init__(sentence, field=field)
        self.path = path
        """Where in the file: keys and places, the last may be empty."""


class Unfinished(Invalid):
    """Items are still open, or a finding lacks its note."""

    code = "inspection_unfinished"


class VisitNotNow(NotNow):
    """The visit's state does not allow the step."""

    code = "inspection_not_now"


class NotYourVisit(NotAllowed):
    """The step is up to somebody else."""

    code = "inspection_not_yours"


class BadAnswer(Invalid):
    """Of several answers sent at once, the first that cannot be taken; none is."""

    def __init__(self, refusal: DomainError, *, place: int) -> None:
        super().__init__(refusal.sentence, field=refusal.field, code=refusal.stable_code)
        self.place = place
        """Of the answers that were sent, from 0."""


class BatchTaken(DomainError):
    """Other readings were sent under this key before."""

    code = "readings_key_taken"


class BadReadings(Invalid):
    """Readings of which at least one cannot be taken: none is."""

    code = "readings_invalid"

    def __init__(self, sentence: Sentence, rows: list[tuple[int, str, str]]) -> None:
        super().__init__(sentence)
        self.rows = rows
        """Line, the column it is about, and a sentence."""
