"""API clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES: set[str] = {
    "clients:off",
    "clients:on",
    "clients:revoke",
    "clients:revoke_token",
    "clients:rotate",
    "clients:token",
}


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from django.urls import reverse
    from shots import Shot, person

    from clients import services
    from clients.models import ApiClient
    from core.time import now

    yield Shot("api-clients", "manager", reverse("clients:list"))
    yield Shot("api-client-new", "manager", reverse("clients:new"))
    facts: dict[str, Any] = {"name": "集团服务台", "scopes": ["tickets:read", "tickets:write", "customers:read"], "rate": 600}
    made = ApiClient.objects.first()
    if made is None:
        made, _secret = services.create_client(user=person("supervisor"), actor=person("manager"), at=now(), **facts)
    yield Shot("api-client", "manager", made.get_absolute_url())
    yield Shot("api-client-edit", "manager", reverse("clients:edit", args=[made.pk]))
