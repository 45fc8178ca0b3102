"""What can be refused about visits."""

from __future__ import annotations

from core.errors import NotAllowed, NotNow


class StepNotAllowed(NotNow):
    """The visit's state does not allow the step."""

    code = "visit_not_now"


class NotApproved(NotNow):
    """The customer has not approved the plan of work yet."""

    code = "plan_not_approved"


class NotYourVisit(NotAllowed):
    """The step is up to somebody else."""

    code = "visit_not_yours"


class MovedMeanwhile(NotNow):
    """Somebody else has changed it since it was shown."""

    code = "visit_moved_meanwhile"


class Disputed(NotNow):
    """Something speaks against a plan; whoever plans may decide to do it all the same."""

    code = "visit_disputed"

    def __init__(self, objections: tuple[tuple[str, str], ...]) -> None:
        super().__init__(" ".join(sentence for _code, sentence in objections))
        self.objections = objections
        self.details = [("agreed", code, sentence) for code, sentence in objections]
