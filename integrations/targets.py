"""Who is to be told, known by heart for a moment: a line of a record must not cost a query where nobody listens."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from integrations.models import WebhookEndpoint

if TYPE_CHECKING:
    from tickets.models import Event

KNOWN_SECONDS = 5.0
"""How long another process may go on without a new endpoint."""


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


_known: tuple[float, tuple[Target, ...]] = (float("-inf"), ())


def targets() -> tuple[Target, ...]:
    """Answer the endpoints that are not disabled; those that are paused are told when they go on."""
    global _known  # noqa: PLW0603 - one memory a process
    until, found = _known
    if time.monotonic() < until:
        return found
    rows = WebhookEndpoint.objects.exclude(state=WebhookEndpoint.State.DISABLED).order_by("pk")
    found = tuple(Target(pk, organization, frozenset(types)) for pk, organization, types in rows.values_list("pk", "organization", "types"))
    _known = (time.monotonic() + KNOWN_SECONDS, found)
    return found


def forget() -> None:
    """Ask again at the next line, in this transaction and after it."""
    _forget()
    transaction.on_commit(_forget)


def _forget() -> None:
    global _known  # noqa: PLW0603
    _known = (float("-inf"), ())


def nobody() -> None:
    """Take it that nobody listens until an endpoint is made in this process."""
    global _known  # noqa: PLW0603
    _known = (float("inf"), ())
