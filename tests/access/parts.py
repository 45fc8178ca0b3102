"""Parts, on pages and over REST: stock is ours alone, customers read what was used for their tickets."""

from __future__ import annotations

from typing import Any

from parts import services
from tests.access import DISPATCHERS, MANAGERS, PEOPLE, STAFF, Row, row
from tests.parts import worlds
from tests.worlds import NOON, make_ticket


def prepare(world: Any) -> dict[str, Any]:
    """A part in a depot, one ordered, one in repair, one set aside."""
    part, depot = worlds.make_part(world), worlds.make_depot(world)
    worlds.stock(world, part, depot, 5)
    bare = make_ticket(world, site=world.stranger.membership.sites.get(), equipment=None, actor=world.stranger)
    services.exchange(part, actor=world.engineer, at=NOON, ticket=bare, depot=depot)
    facts: dict[str, Any] = {"actor": world.dispatcher, "at": NOON, "depot": depot}
    return {
        "part": part,
        "depot": depot,
        "part_ticket": bare,
        "purchase": services.order(part, **facts),
        "kept": services.reserve(part, **facts, ticket=bare),
        "repair": services.send_for_repair(part, **facts),
    }


def desk(path: str, let_in: frozenset[str] = STAFF, *, address: str = "", **more: Any) -> Row:
    """A page of ours."""
    return row(f"parts/{path}", f"/parts/{address or path}", let_in=let_in, **more)


def about(path: str, let_in: frozenset[str] = STAFF, **more: Any) -> Row:
    """A page of one part."""
    return desk(f"<int:pk>/{path}", let_in, address=f"{{part.pk}}/{path}", **more)


def rest(path: str, let_in: frozenset[str] = STAFF, *, address: str = "", **more: Any) -> Row:
    """An address of the REST interface."""
    return row(f"api/v1/{path}", f"/api/v1/{address or path}", let_in=let_in, **more)


KEY = "(?P<pk>[0-9]+)/"
ROWS = [
    *(desk(path) for path in ("", "low/", "ledger/", "forecast/", "catalogue/", "depots/", "purchases/", "repairs/")),
    desk("low/order/", DISPATCHERS, method="post"),
    desk("export/<str:name>/<str:kind>/", address="export/ledger/csv/"),
    desk("export/<str:name>/<str:kind>/", address="export/stock/xlsx/"),
    desk("catalogue/new/", MANAGERS),
    desk("catalogue/<int:pk>/", MANAGERS, address="catalogue/{part.pk}/"),
    desk("depots/new/", MANAGERS),
    desk("depots/<int:pk>/", MANAGERS, address="depots/{depot.pk}/"),
    about(""),
    about("minimum/", MANAGERS, method="post"),
    about("count/", MANAGERS),
    *(about(path, DISPATCHERS) for path in ("receive/", "transfer/", "order/", "repair/", "sell/")),
    desk("purchases/<int:pk>/", address="purchases/{purchase.pk}/"),
    desk("purchases/<int:pk>/<str:step>/", DISPATCHERS, address="purchases/{purchase.pk}/track/", method="post"),
    desk("repairs/<int:pk>/", address="repairs/{repair.pk}/"),
    desk("repairs/<int:pk>/<str:step>/", DISPATCHERS, address="repairs/{repair.pk}/back/", method="post"),
    desk("tickets/<str:number>/", address="tickets/{part_ticket.number}/"),
    *(
        desk("tickets/<str:number>/<int:pk>/<str:act>/", address=f"tickets/{{part_ticket.number}}/{{part.pk}}/{act}/")
        for act in ("reserve", "use", "exchange", "sell", "emergency")
    ),
    desk("tickets/<str:number>/<int:pk>/<str:act>/", DISPATCHERS, address="tickets/{part_ticket.number}/{part.pk}/order/"),
    desk("tickets/<str:number>/<int:pk>/<str:act>/", address="tickets/{part_ticket.number}/{part.pk}/use/", method="post"),
    desk("reservations/<int:pk>/release/", address="reservations/{kept.pk}/release/", method="post"),
    rest("parts/used/", PEOPLE),
    rest("parts/"),
    rest(f"parts/{KEY}", address="parts/{part.pk}/"),
    rest("stock/"),
    rest("stock/movements/"),
    rest("stock/movements/", method="post"),
    rest("purchases/"),
    rest("purchases/", DISPATCHERS | {"engineer"}, method="post"),
    rest(f"purchases/{KEY}", address="purchases/{purchase.pk}/"),
    rest(f"purchases/{KEY}place/", address="purchases/{purchase.pk}/place/", method="post", engineer="forbidden"),
    rest(f"purchases/{KEY}track/", DISPATCHERS, address="purchases/{purchase.pk}/track/", method="post", data={"expected_at": None}),
    rest(f"purchases/{KEY}take-in/", DISPATCHERS, address="purchases/{purchase.pk}/take-in/", method="post", data={"quantity": 1}),
    rest(f"purchases/{KEY}call-off/", DISPATCHERS, address="purchases/{purchase.pk}/call-off/", method="post", data={"reason": "缺货"}),
    rest("repairs/"),
    rest("repairs/", method="post"),
    rest(f"repairs/{KEY}", address="repairs/{repair.pk}/"),
    rest(f"repairs/{KEY}back/", DISPATCHERS, address="repairs/{repair.pk}/back/", method="post"),
    rest(f"repairs/{KEY}write-off/", DISPATCHERS, address="repairs/{repair.pk}/write-off/", method="post", data={"outcome": "报废"}),
]
