"""What can be refused about plans and calendars."""

from __future__ import annotations

from core.errors import Invalid


class Unreadable(Invalid):
    """A file of a plan or calendar says something that cannot be kept: where and what, in a sentence."""

    code = "unreadable_plan"
