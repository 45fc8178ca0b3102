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
