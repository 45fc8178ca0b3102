"""The dispatch board and the calendars that are subscribed to."""

from __future__ import annotations

from typing import Any

from core.time import now
from tests.access import DISPATCHERS, EVERYBODY, STAFF, row
from tests.visits.worlds import make_visit
from visits import services


def prepare(world: Any) -> dict[str, Any]:
    """A visit to be planned, a ticket without one, and an address that the engineer made."""
    feed, secret = services.make_feed(actor=world.engineer, at=now())
    return {"dispatched": make_visit(world, lead=None), "visit_feed": feed, "feed_secret": secret}


ROWS = [
    row("visits/board/", let_in=STAFF),
    row("visits/board/tickets/<str:number>/", "/visits/board/tickets/{dispatched.ticket.number}/", let_in=DISPATCHERS),
    row("visits/board/tickets/<str:number>/", "/visits/board/tickets/{dispatched.ticket.number}/", let_in=DISPATCHERS, method="post"),
    row("visits/board/<int:pk>/", "/visits/board/{dispatched.pk}/", let_in=DISPATCHERS),
    row("visits/board/<int:pk>/", "/visits/board/{dispatched.pk}/", let_in=DISPATCHERS, method="post"),
    row("visits/feeds/", let_in=STAFF),
    row("visits/feeds/", let_in=STAFF, method="post"),
    row(
        "visits/feeds/<int:pk>/revoke/",
        "/visits/feeds/{visit_feed.pk}/revoke/",
        let_in=frozenset({"engineer"}),
        method="post",
        dispatcher="missing",
        manager="missing",
        admin="missing",
    ),
    row("visits/feed/<str:secret>.ics", "/visits/feed/{feed_secret}.ics", let_in=EVERYBODY),
    row("visits/feed/<str:secret>.ics", "/visits/feed/unknown.ics", let_in=frozenset(), others="missing", anonymous="missing"),
]
