"""Sending what chats are to be told: side by side, so that one that is slow or dead keeps no other waiting.

The thread of the task is alone with the database. A worker that is killed leaves its channels leased; when the lease is over another
sends what was not marked: at least once, as mail.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import selectors as people
from core.queue import claim
from notifications import chat, listening
from notifications.models import ADDRESSES, ChatChannel, ChatDelivery, State
from notifications.rendering import render
from notifications.services.delivery import LADDER, TRIES
from notifications.services.posting import Draft, post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User

logger = logging.getLogger(__name__)

SIDE_BY_SIDE, BATCH, SHOWN = 16, 5, 10
"""Channels served at a time, texts to one of them in a round, and messages that one digest names."""
LEASE = timedelta(seconds=120)
"""Longer than a batch of the slowest answers."""
PATIENCE = timedelta(days=1)
"""How long nothing may arrive before a channel is disabled."""


class Text(NamedTuple):
    """One text, and the deliveries that it is."""

    title: str
    body: str
    rows: list[ChatDelivery]


@dataclass(slots=True)
class _Batch:
    channel: ChatChannel
    url: str
    texts: list[Text]
    until: datetime


def deliver_chats(at: datetime) -> int:
    """Send what is due to the channels that are free; answer how many texts were tried."""
    batches = _claimed(at)
    if not batches:
        return 0
    started = time.monotonic()
    tried = 0
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="chat") as threads:
        futures = {threads.submit(_sent, batch.url, batch.texts, settings.WEBHOOKS_ALLOW_PRIVATE): batch for batch in batches}
        for future in as_completed(futures):
            current = at + timedelta(seconds=int(time.monotonic() - started))
            answers = future.result()
            _mark(futures[future], answers, current)
            tried += len(answers)
    return tried


def _sent(url: str, texts: Sequence[Text], allow_private: bool) -> list[str]:  # noqa: FBT001 - in a thread
    """Send one after another; after one that did not arrive the others wait with it."""
    answers: list[str] = []
    for text in texts:
        answers.append(chat.send(url, text.title, text.body, allow_private=allow_private))
        if answers[-1]:
            break
    return answers


@transaction.atomic
def _claimed(at: datetime) -> list[_Batch]:
    due = ChatDelivery.objects.filter(channel=OuterRef("pk"), state=State.PENDING, next_try_at__lte=at)
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    rows = ChatChannel.objects.filter(free, Exists(due), state=ChatChannel.State.ACTIVE).select_related("person").order_by("id")
    found = claim(rows, SIDE_BY_SIDE, of=("self",))
    until = at + LEASE
    ChatChannel.objects.filter(pk__in=[row.pk for row in found]).update(leased_until=until)
    return [_Batch(row, ADDRESSES.opened(row.sealed_url) or "", _texts(row, at), until) for row in found]


def _texts(channel: ChatChannel, at: datetime) -> list[Text]:
    rows = list(channel.deliveries.filter(state=State.PENDING, next_try_at__lte=at).select_related("message").order_by("id")[:200])
    with override(channel.read_in):
        if channel.digest_minutes and len(rows) > 1:
            lines = [" ".join(_words(channel, row)) for row in rows[:SHOWN]]
            more = len(rows) - len(lines)
            title = _("%(count)s messages") % {"count": len(rows)}
            return [Text(title, "\n".join([*lines, *([_("and %(count)s more") % {"count": more}] if more else [])]), rows)]
        return [Text(*_words(channel, row), [row]) for row in rows[:BATCH]]


def _words(channel: ChatChannel, row: ChatDelivery) -> tuple[str, str]:
    """What a person is told is their own; who reads along in a team's chat nobody knows: kind, number and link only."""
    message = row.message
    link = f"{settings.PUBLIC_URL}{message.link or '/inbox/'}"
    if channel.team_id is not None:
        return f"{message.label} {message.context.get('ticket_number', '')}".strip(), link
    return render(message.kind, message.context, channel.read_in).subject, link


@transaction.atomic
def _mark(batch: _Batch, answers: Sequence[str], at: datetime) -> None:
    """Write down what became of a batch, unless the lease was lost."""
    held = ChatChannel.objects.select_for_update().filter(pk=batch.channel.pk, leased_until=batch.until).first()
    if held is None:
        return
    for text, error in zip(batch.texts, answers, strict=False):
        rows = ChatDelivery.objects.filter(pk__in=[row.pk for row in text.rows], state=State.PENDING)
        if not error:
            rows.update(state=State.SENT, sent_at=at, attempts=F("attempts") + 1, last_error="")
            continue
        worst = max(row.attempts for row in text.rows) + 1
        again = {"state": State.FAILED} if worst >= TRIES else {"next_try_at": at + LADDER[worst - 1]}
        rows.update(attempts=F("attempts") + 1, last_error=error, **again)
    error = answers[-1] if answers else ""
    held.leased_until, held.last_error = None, error
    held.failing_since = (held.failing_since or at) if error else None
    held.sent_at = held.sent_at if error else at
    held.save(update_fields=["leased_until", "last_error", "failing_since", "sent_at"])
    if held.failing_since and at - held.failing_since >= PATIENCE:
        _disable(held, at)


def _disable(channel: ChatChannel, at: datetime) -> None:
    channel.state = ChatChannel.State.DISABLED
    channel.save(update_fields=["state"])
    channel.deliveries.filter(state=State.PENDING).update(state=State.FAILED)
    listening.channels.forget()
    context = {"name": channel.name, "reason": channel.last_error}
    key = f"{channel.pk}/{at.isoformat()}"
    link = channel.get_absolute_url()
    post([Draft(kind="channel_disabled", context=context, key=key, recipient=one, link=link) for one in _told(channel)], at=at)


def _told(channel: ChatChannel) -> list[User]:
    maker = channel.created_by
    return [maker] if maker.is_active else people.managers(people.head_office())
