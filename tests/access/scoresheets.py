"""Score sheets: staff read all, supervisors their organization's; supervisors and dispatchers dispute, managers decide and sign."""

from __future__ import annotations

from datetime import date
from typing import Any

from scoresheets import services
from scoresheets.models import Score
from tests.access import DISPATCHERS, MANAGERS, STAFF, own, row
from tests.obligations.worlds import local
from tests.scoresheets.worlds import FILLED, filled_until, make_sheet

READERS = STAFF | {"supervisor", "stranger"}
THEIRS = STAFF | {"supervisor"}


def prepare(world: Any) -> dict[str, Any]:
    """A quarter's score with one line that is disputed."""
    agreement = services.agree(world.contract, make_sheet(), date(2026, 10, 1), actor=None, at=local(10, 1))
    filled_until()
    score = Score.objects.get(contract=world.contract)
    said = services.dispute(score.lines.get(), actor=world.supervisor, at=FILLED, reason="停电")
    return {"scored": score, "scored_line": score.lines.get(), "scored_dispute": said, "scored_by": agreement}


def theirs(route: str, address: str, **more: Any) -> Any:
    """What belongs to one customer's supervisors."""
    return own(route, address, **{"let_in": THEIRS, "customer": "forbidden", **more})


ROWS = [
    row("scoresheets/", let_in=READERS),
    theirs("scoresheets/<int:pk>/", "/scoresheets/{scored.pk}/"),
    theirs("scoresheets/<int:pk>/score.xlsx", "/scoresheets/{scored.pk}/score.xlsx"),
    row("scoresheets/<int:pk>/issue/", "/scoresheets/{scored.pk}/issue/", let_in=MANAGERS, method="post"),
    theirs(
        "scoresheets/lines/<int:pk>/dispute/", "/scoresheets/lines/{scored_line.pk}/dispute/", let_in=DISPATCHERS | {"supervisor"},
        engineer="forbidden",
    ),
    row("scoresheets/disputes/<int:pk>/answer/", "/scoresheets/disputes/{scored_dispute.pk}/answer/", let_in=MANAGERS),
    row("scoresheets/sheets/", let_in=MANAGERS),
    row("scoresheets/sheets/new/", let_in=MANAGERS),
    row("scoresheets/sheets/<slug:code>/", "/scoresheets/sheets/own/", let_in=MANAGERS),
    row("scoresheets/agreements/new/", let_in=MANAGERS),
    row("scoresheets/agreements/<int:pk>/end/", "/scoresheets/agreements/{scored_by.pk}/end/", let_in=MANAGERS),
    row("api/v1/scoresheets/", let_in=READERS),
    theirs("api/v1/scoresheets/(?P<pk>[0-9]+)/", "/api/v1/scoresheets/{scored.pk}/"),
]  # fmt: skip
