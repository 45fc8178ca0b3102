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

    from django.db.models import QuerySet

    from accounts.models import User

logger = logging.getLogger(__name__)

SIDE_BY_SIDE, BATCH, SHOWN = 16, 5, 10
"""Channels served at a time, texts to one of them in a round, and messages that one digest names."""
LEASE = timedelta(seconds=120)
"""Longer than a batch of the slowest answers."""
LONGEST_PAUSE = timedelta(minutes=15)
"""After a failure a channel waits as long as its message, but no longer than this: what is severe comes soon after it works again."""
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
    """Take channels for the time of a lease, those first that were tried longest ago: dead ones keep no other waiting."""
    until = at + LEASE
    batches: list[_Batch] = []
    while not batches and (found := claim(_free(at), SIDE_BY_SIDE, of=("self",))):
        texts = [(row, _texts(row, at)) for row in found]
        batches = [_Batch(row, ADDRESSES.opened(row.sealed_url) or "", some, until) for row, some in texts if some]
    ChatChannel.objects.filter(pk__in=[batch.channel.pk for batch in batches]).update(leased_until=until, tried_at=at)
    return batches


def _free(at: datetime) -> QuerySet[ChatChannel]:
    due = ChatDelivery.objects.filter(channel=OuterRef("pk"), state=State.PENDING, next_try_at__lte=at)
    free = (Q(leased_until=None) | Q(leased_until__lte=at)) & (Q(next_try_at=None) | Q(next_try_at__lte=at))
    rows = ChatChannel.objects.filter(free, Exists(due), state=ChatChannel.State.ACTIVE).select_related("person")
    return rows.order_by(F("tried_at").asc(nulls_first=True), "id")


def _texts(channel: ChatChannel, at: datetime) -> list[Text]:
    """Answer what a channel is told now; in its quiet hours only what is at once, and nothing to whoever has left."""
    waiting = channel.deliveries.filter(state=State.PENDING)
    if channel.person is not None and not channel.person.is_active:
        waiting.update(state=State.FAILED, last_error=_("The recipient's account has been switched off."))
        return []
    if quiet := _quiet_until(channel, at):
        waiting.filter(next_try_at__lte=at, message__at_once=False).update(next_try_at=quiet)
    rows = list(waiting.filter(next_try_at__lte=at).select_related("message").order_by("id")[:200])
    if not rows:
        return []
    with override(channel.read_in):
        if channel.digest_minutes and len(rows) > 1:
            lines = [" ".join(_words(channel, row)) for row in rows[:SHOWN]]
            more = len(rows) - len(lines)
            title = _("%(count)s messages") % {"count": len(rows)}
            return [Text(title, "\n".join([*lines, *([_("and %(count)s more") % {"count": more}] if more else [])]), rows)]
        return [Text(*_words(channel, row), [row]) for row in rows[:BATCH]]


def _quiet_until(channel: ChatChannel, at: datetime) -> datetime | None:
    return channel.quiet_hours.until(at) if channel.quiet_hours else None


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
    held.next_try_at = None
    for text, error in zip(batch.texts, answers, strict=False):
        rows = ChatDelivery.objects.filter(pk__in=[row.pk for row in text.rows], state=State.PENDING)
        if error:
            held.next_try_at = at + _put_off(batch.channel, text, rows, error, at)
        else:
            rows.update(state=State.SENT, sent_at=at, attempts=F("attempts") + 1, last_error="")
    error = answers[-1] if answers else ""
    held.leased_until, held.last_error = None, error
    held.failing_since = (held.failing_since or at) if error else None
    held.sent_at = held.sent_at if error else at
    held.save(update_fields=["leased_until", "next_try_at", "last_error", "failing_since", "sent_at"])
    if held.failing_since and at - held.failing_since >= PATIENCE:
        _disable(held, at)


def _put_off(channel: ChatChannel, text: Text, rows: QuerySet[ChatDelivery], error: str, at: datetime) -> timedelta:
    """Have what did not arrive come again, not in quiet hours unless it is at once; answer how long its channel waits."""
    worst = max(row.attempts for row in text.rows) + 1
    if worst >= TRIES:
        rows.update(attempts=F("attempts") + 1, last_error=error, state=State.FAILED)
        return LONGEST_PAUSE
    pause = LADDER[worst - 1]
    quiet = _quiet_until(channel, at + pause)
    if quiet:
        rows.filter(message__at_once=False).update(next_try_at=quiet)
        rows.filter(message__at_once=True).update(next_try_at=at + pause)
    rows.update(attempts=F("attempts") + 1, last_error=error, **({} if quiet else {"next_try_at": at + pause}))
    return min(pause, LONGEST_PAUSE)


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
