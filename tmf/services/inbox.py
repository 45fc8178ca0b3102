"""What another helpdesk's hub pushes to us: taken once, kept until somebody has worked on it."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from core.plain import keepable
from tmf.models import TERM, ReceivedEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from accounts.models import User

    Listener = Callable[[ReceivedEvent], None]

KEPT, FORGOTTEN = timedelta(days=30), 500
"""How long what was worked on is kept, and how many are removed at a time."""
LISTENERS: list[Listener] = []


def on_received(listener: Listener) -> None:
    """Have a function called with each event as it comes, in the transaction that keeps it: it may wake a worker, not do the work."""
    if listener not in LISTENERS:
        LISTENERS.append(listener)


def receive(
    document: Mapping[str, Any], type_: str, version: str, *, account: User, at: datetime, is_read_only: bool = False
) -> ReceivedEvent:
    """Keep an event; the same ``eventId`` from the same account again answers the first. One without an id is known by its content.

    ``is_read_only``: nobody works on such events, managers read them.
    """
    said = document.get("eventId")
    event_id = keepable(said)[:TERM] if isinstance(said, str) and said.strip("\0 ") else _content_id(document)
    known = ReceivedEvent.objects.filter(account=account, event_id=event_id).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            ended = {"state": ReceivedEvent.State.DONE, "handled_at": at} if is_read_only else {}
            row = ReceivedEvent.objects.create(
                account=account, version=version, event_id=event_id, type=type_, body=json.dumps(document), received_at=at, **ended
            )
            for listener in () if is_read_only else LISTENERS:
                listener(row)
    except IntegrityError:  # two at once: the other one was first
        return ReceivedEvent.objects.get(account=account, event_id=event_id)
    return row


def _content_id(document: Mapping[str, Any]) -> str:
    return "content-" + hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def done(event: ReceivedEvent, *, at: datetime) -> None:
    """Say that an event was worked on; call in the transaction of the work."""
    _end(event, ReceivedEvent.State.DONE, at)


def failed(event: ReceivedEvent, *, at: datetime, error: str) -> None:
    """Say that nothing can be made of an event, and why."""
    _end(event, ReceivedEvent.State.FAILED, at, error=keepable(error)[:300])


def _end(event: ReceivedEvent, state: str, at: datetime, *, error: str = "") -> None:
    ReceivedEvent.objects.filter(pk=event.pk).update(state=state, handled_at=at, error=error)


@transaction.atomic
def forget_next_events(at: datetime) -> int:
    """Remove a batch of events that were worked on long ago."""
    old = ReceivedEvent.objects.exclude(state=ReceivedEvent.State.WAITING).filter(handled_at__lt=at - KEPT)
    keys = list(old.order_by("id").values_list("pk", flat=True)[:FORGOTTEN])
    ReceivedEvent.objects.filter(pk__in=keys).delete()
    return len(keys)
