"""A world, a server that is told, and endpoints that tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.time import now
from integrations import kinds, services
from tests import worlds
from tests.integrations import receivers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from integrations.models import WebhookEndpoint
    from tests.integrations.receivers import Receiver
    from tests.worlds import World


@pytest.fixture
def world(db: None) -> World:
    return worlds.make_promising_world()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    yield from receivers.running()


@pytest.fixture
def make(world: World, receiver: Receiver) -> Callable[..., WebhookEndpoint]:
    """Make an endpoint; every event type that it may have, of ours unless a customer's person makes it."""

    def make(path: str = "/hook", *, actor: Any = None, **facts: Any) -> WebhookEndpoint:
        actor = actor or world.manager
        types = [code for code, _label in kinds.choices(for_customer=not actor.manages)]
        given = {"name": path, "url": receiver.url(path), "organization": None, "types": types, "payload": "thin", **facts}
        return services.create_endpoint(**given, actor=actor, at=now())

    return make
