"""A world, the same desk served under an address as if it were another one, and a connection to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.time import now
from peers import services
from peers.adaptors import calling
from tests import worlds
from tests.peers.partner import Partner, running
from tests.worlds import make_ticket
from tickets import services as tickets
from tickets.models import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from peers.models import Connection
    from tests.worlds import World

SECRET = "sdk_known-to-both-sides"


@pytest.fixture
def world(db: None) -> World:
    return worlds.make_promising_world()


@pytest.fixture
def partner(settings: Any) -> Iterator[Partner]:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    calling._tokens.clear()
    yield from running()


@pytest.fixture
def make(world: World) -> Callable[..., Connection]:
    """Make a connection of the manager's; every kind, in both directions, the world's site and theirs being one."""

    def make(url: str = "https://desk.example.com", **facts: Any) -> Connection:
        account = facts.pop("account", None) or worlds.make_user(role="dispatcher", office=world.office, name="另一个服务台")
        given = {
            "name": f"peer {account.pk}", "adaptor": "desk", "url": url, "auth": "bearer", "username": "", "secret": SECRET,
            "account": account, "organization": None, "direction": "both", "sends": "all", "kinds": Kind.values, "takes_new": True,
            "shares_notes": True, "status_rule": "latest", "severity_rule": "ours", "kind_rule": "ours", "every_seconds": 1, **facts,
        }  # fmt: skip
        row = services.create_connection(**given, actor=world.manager, at=now())
        for way in ("out", "in"):
            services.map_values(row, what="site", way=way, pairs=[(str(world.site.pk), "7")], actor=world.manager, at=now())
        row.refresh_from_db()
        return row

    return make


@pytest.fixture
def connected(make: Callable[..., Connection], partner: Partner) -> Connection:
    """A connection to the partner that has asked once: what changes there from now on is news."""
    row = make(partner.url)
    exchange(row)
    return row


@pytest.fixture
def there(world, connected, partner):
    """A ticket of ours that is there too, accepted on both sides."""
    ticket = make_ticket(world, at=now(), description="Since 9:10")
    tickets.accept(ticket, actor=world.engineer, at=now())
    exchange(connected)
    ticket.refresh_from_db()
    return ticket


def exchange(row: Connection) -> Connection:
    """Serve it now, as the workers do, however lately it asked or failed."""
    again(row)
    services.exchange(now())
    row.refresh_from_db()
    return row


def again(row: Connection) -> None:
    """Let the time pass that it and its tickets would be left alone for."""
    long_ago = worlds.NOON
    type(row).objects.filter(pk=row.pk).update(pull_at=long_ago, rests_until=long_ago, lease=None, leased_until=None)
    row.links.update(next_at=long_ago, lease=None, leased_until=None)
