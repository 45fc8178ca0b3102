"""Monthly reports: staff read all, supervisors their organization's, plain customers none; managers make and send."""

from __future__ import annotations

from datetime import date
from typing import Any

from reports import services
from tests.access import MANAGERS, STAFF, own, row
from tests.reports.worlds import FIRST

READERS = STAFF | {"supervisor", "stranger"}
THEIRS = STAFF | {"supervisor"}


def prepare(world: Any) -> dict[str, Any]:
    """October's report."""
    return {"monthly": services.make_report(world.contract, date(2026, 10, 1), actor=None, at=FIRST)}


def theirs(route: str, address: str) -> Any:
    """What belongs to one customer's supervisors."""
    return own(route, address, let_in=THEIRS, customer="forbidden")


ROWS = [
    row("reports/", let_in=READERS),
    row("reports/make/", let_in=MANAGERS),
    row("reports/make/", let_in=MANAGERS, method="post", data={"contract": "none", "month": "2026-10"}),
    theirs("reports/<int:pk>/", "/reports/{monthly.pk}/"),
    theirs("reports/<int:pk>/report.<slug:kind>", "/reports/{monthly.pk}/report.pdf"),
    theirs("reports/<int:pk>/report.<slug:kind>", "/reports/{monthly.pk}/report.xlsx?lang=en"),
    row("reports/<int:pk>/send/", "/reports/{monthly.pk}/send/", let_in=MANAGERS, method="post", data={"sendings": 0}),
    row("reports/<int:pk>/correct/", "/reports/{monthly.pk}/correct/", let_in=MANAGERS),
    row("reports/<int:pk>/correct/", "/reports/{monthly.pk}/correct/", let_in=MANAGERS, method="post", data={"reason": "补录"}),
]
