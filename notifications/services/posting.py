"""Putting messages into the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from core.bulk import insert_missing
from core.time import now
from notifications import nudge
from notifications.kinds import KINDS
from notifications.models import AT_ONCE, Channel, Message, State, Wait
from notifications.quiet import quiet_end
from notifications.rendering import freeze
from notifications.services import chats

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User

EVERYWHERE = (Channel.INBOX.value, Channel.EMAIL.value)
KEY_LENGTH = 200
SALT = "notifications.discreet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What to tell whom: a user, or an address with a language. ``key`` makes it be told once."""

    kind: str
    context: Mapping[str, Any]
    key: str
    recipient: User | None = None
    address: str = ""
    language: str = ""
    link: str = ""
    channels: Sequence[str] = EVERYWHERE
    urgent: bool = False
    at_once: bool = False
    """Whether it wakes people: quiet hours do not delay it (severity 1)."""
    is_discreet: bool = False
    """Whether whom it goes to is named to nobody, not to those who look after the outbox either."""


@transaction.atomic(savepoint=False)
def post(drafts: Sequence[Draft], *, at: datetime | None = None) -> int:
    """Write the messages in the caller's transaction, each once per key, person and channel.

    Answers how many were handed over. ``at`` is the moment shown beside them where that is not now.
    """
    created_at = at or now()
    rows: dict[str, Message] = {}
    frozen: dict[int, dict[str, Any]] = {}  # many are told the same: the words are made ready once
    for row in (row for draft in drafts for row in _rows(draft, created_at, frozen)):
        rows.setdefault(row.dedupe_key, row)
    if rows:
        # In the order of their keys, so that two transactions with the same messages cannot deadlock.
        insert_missing([rows[key] for key in sorted(rows)])
        chats.note(rows.values(), created_at)
    if any(row.state == State.PENDING and row.next_try_at <= created_at for row in rows.values()):
        nudge.delivery.after_commit()
    return len(rows)


def _rows(draft: Draft, created_at: datetime, frozen: dict[int, dict[str, Any]]) -> list[Message]:
    _check(draft)
    if draft.recipient is not None and not draft.recipient.is_active:
        return []
    context = frozen.get(id(draft.context)) or frozen.setdefault(id(draft.context), freeze(draft.context))
    channels = draft.channels if draft.recipient else (Channel.EMAIL,)
    return [_row(draft, Channel(channel), context, created_at) for channel in channels]


def _row(draft: Draft, channel: Channel, context: dict[str, Any], created_at: datetime) -> Message:
    arrived = channel == Channel.INBOX  # to stand in the inbox is to be delivered
    quiet_until = None if arrived or draft.at_once else quiet_end(draft.recipient, created_at)
    return Message(
        recipient=draft.recipient,
        address="" if draft.recipient else draft.address,
        language=draft.language,
        channel=channel,
        kind=draft.kind,
        context=context,
        link=draft.link,
        dedupe_key=dedupe_key(draft, channel),
        urgent=draft.urgent,
        at_once=draft.at_once,
        is_discreet=draft.is_discreet,
        waits=Wait.QUIET if quiet_until else "",
        next_try_at=quiet_until or AT_ONCE,
        created_at=created_at,
        state=State.SENT if arrived else State.PENDING,
        sent_at=created_at if arrived else None,
    )


def of(draft: Draft) -> QuerySet[Message]:
    """Answer the messages that a draft became."""
    channels = draft.channels if draft.recipient else (Channel.EMAIL,)
    return Message.objects.filter(dedupe_key__in=[dedupe_key(draft, channel) for channel in channels])


def forget(draft: Draft) -> None:
    """Remove the messages that a draft became: told to nobody, such as a canary's."""
    of(draft).delete()


def dedupe_key(draft: Draft, channel: str) -> str:
    """Answer by which key the message of a draft is known; that of a discreet one tells neither what it is about nor to whom it goes."""
    key, who = _shortened(draft.key), _who(draft)
    if draft.is_discreet:
        key, who = _sealed(key), _sealed(f"{key}/{who}")
    return f"{draft.kind}/{key}/{who}/{channel}"


def _who(draft: Draft) -> str:
    return str(draft.recipient.pk) if draft.recipient else _digest(draft.address.lower())


def _shortened(key: str) -> str:
    return key if len(key) <= KEY_LENGTH else _digest(key)


def _sealed(text: str) -> str:
    """Answer a digest that nobody can make by trying out the few people it may be of."""
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()[:32]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def _check(draft: Draft) -> None:
    """Refuse what could not be rendered: a mistake of the caller, better found here than at delivery."""
    if draft.kind not in KINDS:
        raise ValueError(f"There is no kind of message {draft.kind!r}; see notifications/kinds.py.")
    if missing := KINDS[draft.kind].missing(draft.context):
        raise ValueError(f"A message {draft.kind!r} needs {', '.join(missing)} in its context.")
    if (draft.recipient is None) == (not draft.address):
        raise ValueError("A message goes either to a user or to an address.")
