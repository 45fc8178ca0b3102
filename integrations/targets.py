"""Who is to be told, known by heart: a line of a record must not cost a query where nobody listens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from core.byheart import ByHeart
from integrations.models import WebhookEndpoint

if TYPE_CHECKING:
    from tickets.models import Event


class Target(NamedTuple):
    """What has to be known of an endpoint to tell whether a line is for it."""

    pk: int
    organization: int | None
    types: frozenset[str]

    def wants(self, event: Event) -> bool:
        """Whether the line is one it asked for and may read."""
        if event.type not in self.types:
            return False
        return self.organization is None or (event.is_public and event.ticket.organization_id == self.organization)


def _read() -> tuple[Target, ...]:
    """Read the endpoints that are not disabled; those that are paused are told when they go on."""
    rows = WebhookEndpoint.objects.exclude(state=WebhookEndpoint.State.DISABLED).order_by("pk")
    return tuple(Target(pk, organization, frozenset(types)) for pk, organization, types in rows.values_list("pk", "organization", "types"))


targets: ByHeart[tuple[Target, ...]] = ByHeart("webhooks", _read, ())
