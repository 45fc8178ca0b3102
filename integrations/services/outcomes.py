"""What becomes of a delivery after a try, and of an endpoint that takes nothing any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import selectors as people
from core.record import save_by
from integrations import targets
from integrations.models import WebhookDelivery, WebhookEndpoint
from notifications.services import Draft, post

if TYPE_CHECKING:
    from accounts.models import User
    from integrations.sending import Answer

LADDER = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long to wait after each failed try, as Standard Webhooks recommends; a little over three days in all."""
TRIES = len(LADDER) + 1
JITTER = 0.1
"""Share by which each wait is longer or shorter, so that what failed together does not come again together."""
PATIENCE = timedelta(days=3)
"""How long an endpoint may take nothing before it is disabled."""


def wait(message_id: str, attempts: int) -> timedelta:
    """Answer how long to wait after so many failed tries; the same message waits the same, others a little more or less."""
    place = crc32(f"{message_id}/{attempts}".encode()) / 0xFFFFFFFF
    seconds = LADDER[attempts - 1].total_seconds() * (1 + JITTER * (2 * place - 1))
    return timedelta(seconds=round(seconds))


@transaction.atomic
def mark(endpoint: WebhookEndpoint, row: WebhookDelivery, answer: Answer, *, at: datetime) -> None:
    """Write down a try, unless another worker has tried since."""
    attempts = row.attempts + 1
    facts: dict[str, object]
    if answer.is_taken:
        facts = {"state": WebhookDelivery.State.DELIVERED}
    elif attempts >= TRIES:
        facts = {"state": WebhookDelivery.State.FAILED}
    else:
        facts = {"next_at": at + timedelta(milliseconds=answer.milliseconds) + wait(row.message_id, attempts)}
    ours = WebhookDelivery.objects.filter(pk=row.pk, state=WebhookDelivery.State.WAITING, attempts=row.attempts)
    if ours.update(attempts=attempts, tried_at=at, **_said(answer), **facts):
        _judge(endpoint, answer, at, is_over=attempts >= TRIES)


def _said(answer: Answer) -> dict[str, object]:
    moved = answer.status is not None and 300 <= answer.status < 400  # noqa: PLR2004 - redirections
    error = answer.error or (str(_("Redirections are not followed.")) if moved else "")
    return {"status": answer.status, "answer": answer.text, "error": error, "milliseconds": answer.milliseconds}


def _judge(endpoint: WebhookEndpoint, answer: Answer, at: datetime, *, is_over: bool) -> None:
    """Remember since when an endpoint takes nothing; disable it when it wants nothing more, or has taken nothing for days."""
    rows = WebhookEndpoint.objects.filter(pk=endpoint.pk)
    if answer.is_taken:
        rows.exclude(failing_since=None).update(failing_since=None)
        return
    rows.filter(failing_since=None).update(failing_since=at)
    if answer.is_gone:
        disable(endpoint, WebhookEndpoint.Reason.GONE, at=at)
    elif is_over and rows.filter(failing_since__lte=at - PATIENCE).exists():
        disable(endpoint, WebhookEndpoint.Reason.FAILING, at=at)


@transaction.atomic
def disable(endpoint: WebhookEndpoint, reason: str, *, at: datetime) -> None:
    """Send nothing more, drop what waits, and tell whoever made the endpoint."""
    row = WebhookEndpoint.objects.select_for_update(of=("self",)).select_related("created_by", "organization").get(pk=endpoint.pk)
    if row.state == WebhookEndpoint.State.DISABLED:
        return
    row.state, row.reason = WebhookEndpoint.State.DISABLED, reason
    save_by(row, None, at=at, fields=["state", "reason"])
    row.deliveries.filter(state=WebhookDelivery.State.WAITING).update(state=WebhookDelivery.State.DROPPED)
    targets.targets.forget()
    context = {"endpoint": row.name, "address": row.url, "reason": row.why}
    key = f"{row.pk}/{at.isoformat()}"
    link = row.get_absolute_url()
    post([Draft(kind="webhook_disabled", context=context, key=key, recipient=one, link=link) for one in _told(row)], at=at)


def _told(endpoint: WebhookEndpoint) -> list[User]:
    """Answer whoever made it; where that person has left, the managers."""
    maker = endpoint.created_by
    return [maker] if maker.is_active else people.managers(people.head_office())


@transaction.atomic
def forget_next_deliveries(at: datetime) -> int:
    """Remove a batch of deliveries of a month ago; what is under way on an endpoint's lease is not that old."""
    old = WebhookDelivery.objects.filter(happened_at__lt=at - KEPT).order_by("happened_at").values_list("pk", flat=True)[:FORGOTTEN]
    keys = list(old)
    WebhookDelivery.objects.filter(pk__in=keys).delete()
    return len(keys)


KEPT, FORGOTTEN = timedelta(days=30), 1000
"""How long deliveries are kept, and how many are removed at a time."""
