"""What is refused."""

from __future__ import annotations

from core.errors import Invalid, NotNow


class BadSheet(Invalid):
    """The text of a sheet says something that cannot be counted: where, and what."""

    code = "bad_sheet"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="content")


class Settled(NotNow):
    """The sheet is with the customer to be signed, or signed: nothing in it moves."""

    code = "score_settled"


class StillDisputed(NotNow):
    """A line is disputed and not answered yet."""

    code = "score_disputed"


class Answered(NotNow):
    """The dispute was answered before."""

    code = "dispute_answered"
