"""What can be refused about monthly reports."""

from __future__ import annotations

from core.errors import Invalid, NotNow


class MonthNotOver(NotNow):
    """A report of a month that still goes on."""

    code = "month_not_over"


class NotInForce(Invalid):
    """A month in which the contract promised nothing."""

    code = "contract_not_in_force"


class Superseded(NotNow):
    """A newer revision stands in its place."""

    code = "report_superseded"
