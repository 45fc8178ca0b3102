"""What can be refused about inspections."""

from __future__ import annotations

from core.errors import Invalid, NotAllowed, NotNow


class ChecklistProblem(Invalid):
    """A checklist file that cannot be taken as it is."""

    code = "checklist_invalid"


class Unfinished(Invalid):
    """Items are still open, or a finding lacks its note."""

    code = "inspection_unfinished"


class VisitNotNow(NotNow):
    """The visit's state does not allow the step."""

    code = "inspection_not_now"


class NotYourVisit(NotAllowed):
    """The step is up to somebody else."""

    code = "inspection_not_yours"
