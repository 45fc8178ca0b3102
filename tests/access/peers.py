"""Connections to peer helpdesks: for managers; any of ours sends a ticket by hand; the other side's webhooks show a signature, no login."""

from __future__ import annotations

from typing import Any

from peers import services
from peers.models import Difference, Link, Outgoing
from tests.access import EVERYBODY, MANAGERS, STAFF, row
from tests.worlds import NOON, make_ticket, make_user

GIVEN = {
    "name": "peer", "adaptor": "desk", "url": "https://desk.example.com", "auth": "client", "username": "client_1", "direction": "both",
    "sends": "chosen", "kinds": ["fault"], "takes_new": True, "shares_notes": False, "status_rule": "latest", "severity_rule": "ours",
    "kind_rule": "ours", "every_seconds": 30,
}  # fmt: skip
PAIRS = {"pairs-TOTAL_FORMS": 1, "pairs-INITIAL_FORMS": 0, "pairs-0-ours": "1", "pairs-0-theirs": "2"}


def prepare(world: Any) -> dict[str, Any]:
    """A connection with a linked ticket that differs and that was refused, and one that the ticket may be sent to."""
    account = make_user("peer-account@example.com", role="dispatcher", office=world.office)
    given = {**GIVEN, "secret": "s", "account": account, "organization": None, "actor": world.manager, "at": NOON}
    peer, other = (services.create_connection(**{**given, "name": name}) for name in ("peer of tests", "other peer of tests"))
    ticket = make_ticket(world, at=NOON)
    link = Link.objects.create(connection=peer, ticket=ticket, key="T-1", created_at=NOON, problem="refused")
    Outgoing.objects.create(link=link, made_at=NOON, state="refused")
    difference = Difference.objects.create(connection=peer, link=link, what="severity", ours="1", theirs="2", found_at=NOON)
    return {"peer": peer, "other_peer": other, "peer_link": link, "peer_difference": difference, "peer_ticket": ticket}


def page(route: str, **more: Any) -> Any:
    """A page of a connection."""
    address = route.replace("differences/<int:row>", "differences/{peer_difference.pk}").replace(
        "tickets/<int:row>", "tickets/{peer_link.pk}"
    )
    address = address.replace("<int:pk>", "{peer.pk}")
    return row(route, f"/{address}", let_in=MANAGERS, **more)


ROWS = [
    row("peers/", let_in=MANAGERS),
    row("peers/new/", let_in=MANAGERS),
    row("peers/new/", let_in=MANAGERS, method="post", data={**GIVEN, "secret": "s", "account": "peer-account@example.com"}),
    page("peers/<int:pk>/"),
    page("peers/<int:pk>/edit/"),
    page("peers/<int:pk>/edit/", method="post", data={**GIVEN, "account": "peer-account@example.com"}),
    page("peers/<int:pk>/pause/", method="post"),
    page("peers/<int:pk>/resume/", method="post"),
    page("peers/<int:pk>/compare/", method="post"),
    page("peers/<int:pk>/hook/", method="post"),
    page("peers/<int:pk>/mappings/"),
    page("peers/<int:pk>/mappings/", method="post", data={"what": "site", "way": "out", **PAIRS}),
    page("peers/<int:pk>/try/"),
    page("peers/<int:pk>/try/", method="post", data={"document": "{}"}),
    page("peers/<int:pk>/tickets/"),
    page("peers/<int:pk>/log/"),
    page("peers/<int:pk>/conflicts/"),
    page("peers/<int:pk>/differences/"),
    page("peers/<int:pk>/differences/<int:row>/mend/", method="post", data={"side": "ours"}),
    page("peers/<int:pk>/tickets/<int:row>/retry/", method="post"),
    page("peers/<int:pk>/tickets/<int:row>/skip/", method="post"),
    row(
        "peers/send/<str:number>/",
        "/peers/send/{peer_ticket.number}/",
        let_in=frozenset(),
        method="post",
        data={"connection": "0"},
        **dict.fromkeys(STAFF, "missing"),
    ),
    row("peers/hooks/<uuid:hook>/", "/peers/hooks/{peer.hook}/", let_in=EVERYBODY),  # a GET is answered 405
    row("peers/hooks/<uuid:hook>/", "/peers/hooks/{peer.hook}/", let_in=frozenset(), method="post", others="login"),
    row(
        "peers/hooks/<uuid:hook>/<str:token>/",
        "/peers/hooks/{peer.hook}/guessed/",
        let_in=frozenset(),
        method="post",
        others="missing",
        anonymous="missing",
    ),
    row(
        "peers/hooks/<uuid:hook>/<str:token>/<path:event>",
        "/peers/hooks/{peer.hook}/guessed/listener/event",
        let_in=frozenset(),
        method="post",
        others="missing",
        anonymous="missing",
    ),
]
