"""Obligations: staff read all, supervisors what is owed to their organization; dispatchers meet by hand, managers waive."""

from __future__ import annotations

from typing import Any

from obligations import services
from obligations.services import Owed
from tests.access import DISPATCHERS, MANAGERS, STAFF, own, row
from tests.worlds import NOON

READERS = STAFF | {"supervisor", "stranger"}
THEIRS = STAFF | {"supervisor"}
PK = "(?P<pk>[0-9]+)/"


def prepare(world: Any) -> dict[str, Any]:
    """One obligation for each thing that ends one: what is ended twice is refused."""
    made = {}
    for name in ("owed", "owed_to_meet", "owed_to_waive"):
        facts = {"key": name, "kind": "callback", "title": "回访", "organization": world.organization, "opens_at": NOON, "due_at": NOON}
        made[name] = services.owe(Owed(**facts), at=NOON)[0]
    return made


def theirs(route: str, address: str, **more: Any) -> Any:
    """What belongs to one customer's supervisors."""
    return own(route, address, **{"let_in": THEIRS, "customer": "forbidden", **more})


PROOF, REASON = {"proof": "已电话回访"}, {"reason": "客户取消"}
ROWS = [
    row("obligations/", let_in=READERS),
    row("obligations/kept/", let_in=READERS),
    row("obligations/export/<slug:kind>/", "/obligations/export/csv/", let_in=READERS),
    row("obligations/export/<slug:kind>/", "/obligations/export/xlsx/?show=all", let_in=READERS),
    theirs("obligations/<int:pk>/", "/obligations/{owed.pk}/"),
    row("obligations/<int:pk>/meet/", "/obligations/{owed.pk}/meet/", let_in=DISPATCHERS, method="post"),
    row("obligations/<int:pk>/waive/", "/obligations/{owed.pk}/waive/", let_in=MANAGERS, method="post"),
    row("api/v1/obligations/", let_in=READERS),
    theirs(f"api/v1/obligations/{PK}", "/api/v1/obligations/{owed.pk}/"),
    theirs(
        f"api/v1/obligations/{PK}meet/", "/api/v1/obligations/{owed_to_meet.pk}/meet/", let_in=DISPATCHERS, method="post", data=PROOF,
        engineer="forbidden", supervisor="forbidden",
    ),
    theirs(
        f"api/v1/obligations/{PK}waive/", "/api/v1/obligations/{owed_to_waive.pk}/waive/", let_in=MANAGERS, method="post", data=REASON,
        engineer="forbidden", dispatcher="forbidden", supervisor="forbidden",
    ),
]  # fmt: skip
