"""What can be refused about requests and campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import Invalid, NotAllowed, NotNow

if TYPE_CHECKING:
    from collections.abc import Mapping


class BadDefinition(Invalid):
    """The definition of an item cannot be read; says where."""

    code = "bad_definition"


class BadValues(Invalid):
    """What was answered is not what is asked: a sentence for each field."""

    code = "bad_values"

    def __init__(self, sentence: str, wrong: Mapping[str, str]) -> None:
        super().__init__(sentence, field="values")
        self.wrong = dict(wrong)


class NotOffered(NotNow):
    """The item is not offered any more."""

    code = "not_offered"


class NotQuoted(NotNow):
    """The quotation does not allow the step."""

    code = "quotation_not_now"


class NotApproved(NotNow):
    """Work that costs waits for the customer's approval."""

    code = "not_approved"


class NotYours(NotAllowed):
    """The step is up to somebody else."""

    code = "catalogue_not_yours"


class StepNotNow(NotNow):
    """The state of the campaign or of the equipment in it does not allow the step."""

    code = "campaign_not_now"
