"""Webhooks: managers look after all, a customer's supervisors after those of their organization."""

from __future__ import annotations

from typing import Any

from integrations import services
from integrations.models import WebhookDelivery
from tests.access import MANAGERS, PEOPLE, own, row
from tests.worlds import NOON

KEEPERS = MANAGERS | {"supervisor", "stranger"}
THEIRS = MANAGERS | {"supervisor"}
GIVEN = {"name": "hook", "url": "https://example.com/hook", "payload": "thin", "types": ["reported"]}


def prepare(world: Any) -> dict[str, Any]:
    """An endpoint of the world's customer, with one delivery that was given up."""
    hook = services.create_endpoint(**GIVEN, organization=None, actor=world.supervisor, at=NOON)
    services.send_test(hook, actor=world.supervisor, at=NOON)
    hook.deliveries.update(state=WebhookDelivery.State.FAILED)
    return {"hook": hook, "sent": hook.deliveries.get()}


def theirs(route: str, **more: Any) -> Any:
    """What belongs to one customer's supervisors, and to managers."""
    address = "/" + route.replace("<int:pk>", "{hook.pk}").replace("<int:row>", "{sent.pk}")
    return own(route, address, let_in=THEIRS, **more)


ROWS = [
    row("api/v1/changes/", let_in=PEOPLE),
    row("webhooks/", let_in=KEEPERS),
    row("webhooks/new/", let_in=KEEPERS),
    row("webhooks/new/", let_in=KEEPERS, method="post", data=GIVEN),
    theirs("webhooks/<int:pk>/"),
    theirs("webhooks/<int:pk>/edit/"),
    theirs("webhooks/<int:pk>/edit/", method="post", data=GIVEN),
    theirs("webhooks/<int:pk>/pause/", method="post"),
    theirs("webhooks/<int:pk>/resume/", method="post"),
    theirs("webhooks/<int:pk>/test/", method="post"),
    theirs("webhooks/<int:pk>/rotate/", method="post", data={"overlap_hours": 24}),
    theirs("webhooks/<int:pk>/replay/", method="post", data={"since": "2026-11-01T00:00"}),
    theirs("webhooks/<int:pk>/deliveries/<int:row>/"),
    theirs("webhooks/<int:pk>/deliveries/<int:row>/replay/", method="post"),
]
