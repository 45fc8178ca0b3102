"""Sending what is due: each endpoint by itself, so that one that is slow or dead keeps no other waiting.

The thread of the task is alone with the database; the requests are made by others, one for each endpoint at a time. A worker that is
killed leaves endpoints leased: when the lease is over another sends what was not marked, under the same message id.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import transaction

from core.queue import claim
from integrations import payloads, selectors, sending
from integrations.models import WebhookDelivery, WebhookEndpoint
from integrations.services import outcomes

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

SIDE_BY_SIDE = 32
"""Endpoints that one worker serves at a time."""
BATCH = 25
LEASE = timedelta(seconds=90)
BATCH_SECONDS = 20.0
"""When to start no further request to an endpoint: with the slowest answer after that its lease is not over yet."""
WORK_SECONDS = 20.0
"""When to take no further endpoint: the next task goes on."""
LOOK_SECONDS = 1.0
"""How often to look for endpoints that have become due while others are being served."""
REST = timedelta(seconds=30)
"""How long an endpoint that does not answer at all is left alone."""


@dataclass(slots=True)
class Batch:
    """What one endpoint is sent now, in order, under one lease."""

    endpoint: WebhookEndpoint
    rows: list[WebhookDelivery]
    letters: list[sending.Letter]
    leased_until: datetime
    went_silent: bool = False


class Told(NamedTuple):
    """What a thread says: an answer to a delivery, or (without one) that it is done with its batch."""

    batch: Batch
    row: WebhookDelivery | None = None
    answer: sending.Answer | None = None
    at: datetime | None = None


def deliver(at: datetime) -> int:
    """Send until nothing is due or the time of a task is over; answer how many requests were answered for."""
    started = time.monotonic()

    def current() -> datetime:
        return at + timedelta(seconds=int(time.monotonic() - started))

    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="webhook") as threads:
        return _Round(threads, current, started + WORK_SECONDS).run()


@dataclass(slots=True)
class _Round:
    threads: ThreadPoolExecutor
    current: Callable[[], datetime]
    ends: float
    busy: int = 0
    done: int = 0

    def run(self) -> int:
        """Hand out batches and mark answers as they come, until nobody is busy and nothing is due."""
        told: SimpleQueue[Told] = SimpleQueue()
        look_at = 0.0
        while True:
            if look_at <= time.monotonic() < self.ends:
                self._hand_out(told)
                look_at = time.monotonic() + LOOK_SECONDS
            if not self.busy:
                return self.done
            try:
                if self._hear(told.get(timeout=LOOK_SECONDS)):
                    look_at = 0.0  # somebody has hands free
            except Empty:
                continue

    def _hand_out(self, told: SimpleQueue[Told]) -> None:
        for batch in _claim(self.current(), SIDE_BY_SIDE - self.busy):
            self.busy += 1
            self.threads.submit(_carry, batch, told.put, self.current)

    def _hear(self, said: Told) -> bool:
        """Mark an answer; answer whether a batch has ended."""
        if said.row is not None and said.answer is not None and said.at is not None:
            outcomes.mark(said.batch.endpoint, said.row, said.answer, at=said.at)
            self.done += 1
            return False
        _release(said.batch, self.current())
        self.busy -= 1
        return True


@transaction.atomic
def _claim(at: datetime, limit: int) -> list[Batch]:
    """Lease endpoints that have something due, each with its next deliveries and what they say."""
    endpoints = claim(selectors.endpoints_to_serve(at), limit) if limit > 0 else []
    if not endpoints:
        return []
    until = at + LEASE
    WebhookEndpoint.objects.filter(pk__in=[endpoint.pk for endpoint in endpoints]).update(leased_until=until)
    return [batch for endpoint in endpoints if (batch := _batch_or_rest(endpoint, at, until))]


def _batch_or_rest(endpoint: WebhookEndpoint, at: datetime, until: datetime) -> Batch | None:
    """Answer what an endpoint is sent; one whose messages cannot be written is left alone for a while, and keeps no other waiting."""
    try:
        with transaction.atomic():
            return _batch(endpoint, at, until)
    except Exception:
        logger.exception("What webhook endpoint %s is to be told cannot be written", endpoint.pk)
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(leased_until=None, rests_until=at + REST)
        return None


def _batch(endpoint: WebhookEndpoint, at: datetime, until: datetime) -> Batch:
    rows = list(selectors.sendable(at).filter(endpoint=endpoint).order_by("id")[:BATCH])
    WebhookDelivery.objects.bulk_update(payloads.fill(endpoint, rows, at), ["body"])
    rows = [row for row in rows if row.body]  # a subscription's query may leave some out
    return Batch(endpoint, rows, [_letter(endpoint, row, at) for row in rows], until)


def _letter(endpoint: WebhookEndpoint, row: WebhookDelivery, at: datetime) -> sending.Letter:
    old_holds = endpoint.old_secret_until is not None and at < endpoint.old_secret_until
    secrets = [endpoint.secret, *([endpoint.old_secret] if old_holds and endpoint.old_secret else [])]
    return sending.Letter(endpoint.url_for(row.type), row.message_id, row.body, secrets, settings.WEBHOOKS_ALLOW_PRIVATE)


def _carry(batch: Batch, tell: Callable[[Told], None], current: Callable[[], datetime]) -> None:
    """Send a batch, one after another; what is behind a line of its ticket that was not taken is left for later."""
    ends, held = time.monotonic() + BATCH_SECONDS, set[int | None]()
    try:
        for row, letter in zip(batch.rows, batch.letters, strict=True):
            if time.monotonic() > ends:
                break
            if row.ticket_id is not None and row.ticket_id in held:
                continue
            at = current()
            answer = sending.send(letter, at)
            tell(Told(batch, row, answer, at))
            if answer.is_silent or answer.is_gone:
                batch.went_silent = answer.is_silent
                break
            if not answer.is_taken:
                held.add(row.ticket_id)
    except Exception:
        logger.exception("Webhook endpoint %s could not be served", batch.endpoint.pk)
        batch.went_silent = True
    finally:
        tell(Told(batch))


def _release(batch: Batch, at: datetime) -> None:
    """Give an endpoint back, unless the lease was lost: behind all others that wait; one that did not answer is left alone for a while."""
    held: QuerySet[WebhookEndpoint] = WebhookEndpoint.objects.filter(pk=batch.endpoint.pk, leased_until=batch.leased_until)
    held.update(leased_until=None, rests_until=at + REST if batch.went_silent else at)
