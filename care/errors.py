"""What is refused."""

from __future__ import annotations

from core.errors import Invalid, NotAllowed, NotNow


class CallEnded(NotNow):
    """The call is over already."""

    code = "call_ended"


class Claimed(NotNow):
    """Somebody else is calling this customer."""

    code = "call_claimed"


class NotClaimed(NotNow):
    """The call has to be taken first."""

    code = "call_not_claimed"


class Served(NotAllowed):
    """Who served does not ask how it was."""

    code = "call_served"


class ScriptProblem(Invalid):
    """A script cannot be read as one."""

    code = "call_script"
