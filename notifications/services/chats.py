"""Channels of chats: made, tried, changed, paused, removed; and what they are to be told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.bulk import insert_missing
from core.errors import Invalid, NotAllowed, NotNow
from core.record import check
from notifications import chat, listening, selectors
from notifications.models import ADDRESSES, AT_ONCE, Channel, ChatChannel, ChatDelivery, Message, State

if TYPE_CHECKING:
    from collections.abc import Collection

    from accounts.models import Team, User

LONGEST_DIGEST = 24 * 60
CHANGEABLE = ("name", "what", "digest_minutes", "quiet_from", "quiet_until", "language")


@transaction.atomic
def make_channel(*, url: str, team: Team | None = None, actor: User, at: datetime, **facts: Any) -> ChatChannel:
    """Make a channel of one's own, or a manager one of a team. Nothing is sent before a test has arrived."""
    if team is not None and not actor.manages:
        raise NotAllowed(_("Channels of teams are for managers and administrators."))
    row = ChatChannel(person=None if team else actor, team=team, created_by=actor, created_at=at)
    return _save(row, {**facts, "url": url})


@transaction.atomic
def change_channel(channel: ChatChannel, *, url: str = "", actor: User, at: datetime, **facts: Any) -> ChatChannel:
    """Change what it is told and when; with another address it has to be tried again."""
    return _save(_locked(channel, actor), {**facts, "url": url})


def _save(row: ChatChannel, facts: dict[str, Any]) -> ChatChannel:
    if url := facts.pop("url", "").strip():
        chat.plugin_for(url, allow_private=settings.WEBHOOKS_ALLOW_PRIVATE)
        row.kind, row.sealed_url, row.state = chat.scheme_of(url), ADDRESSES.seal(url), ChatChannel.State.UNTRIED
    for name, value in facts.items():
        if name not in CHANGEABLE:
            raise TypeError(f"A channel has no {name}.")
        setattr(row, name, value)
    if not 0 <= row.digest_minutes <= LONGEST_DIGEST:
        raise Invalid(_("Messages may be collected for up to a day."), field="digest_minutes")
    check(row)
    row.save()
    listening.channels.forget()
    return row


def try_channel(channel: ChatChannel, *, actor: User, at: datetime) -> ChatChannel:
    """Send a test now; where it arrives, the channel is active from then on. Raises NotNow with what the other side said."""
    row = _found(channel, actor)
    with override(row.read_in):
        words = _("This is a test: what you are told is sent here from now on.")
        error = chat.send(
            ADDRESSES.opened(row.sealed_url) or "", str(settings.SITE_NAME), words, allow_private=settings.WEBHOOKS_ALLOW_PRIVATE
        )
    with transaction.atomic():
        row = _locked(channel, actor)
        row.last_error = error
        if not error:
            row.state, row.failing_since, row.sent_at = ChatChannel.State.ACTIVE, None, at
        row.save(update_fields=["state", "last_error", "failing_since", "sent_at"])
        listening.channels.forget()
    if error:
        raise NotNow(_("The test did not arrive: %(why)s") % {"why": error}, code="not_arrived")
    return row


@transaction.atomic
def pause_channel(channel: ChatChannel, *, actor: User, at: datetime) -> ChatChannel:
    """Tell it nothing until a test is sent again; what still waits is not sent."""
    row = _locked(channel, actor)
    row.state = ChatChannel.State.PAUSED
    row.save(update_fields=["state"])
    row.deliveries.filter(state=State.PENDING).delete()
    listening.channels.forget()
    return row


@transaction.atomic
def remove_channel(channel: ChatChannel, *, actor: User, at: datetime) -> None:
    """Remove it, with its address."""
    _locked(channel, actor).delete()
    listening.channels.forget()


def _found(channel: ChatChannel, actor: User) -> ChatChannel:
    row = selectors.channels_for(actor).filter(pk=channel.pk).first()
    if row is None:
        raise NotAllowed(_("Channels of teams are for managers and administrators."))
    return row


def _locked(channel: ChatChannel, actor: User) -> ChatChannel:
    row = selectors.channels_for(actor).select_for_update(of=("self",)).filter(pk=channel.pk).first()
    if row is None:
        raise NotAllowed(_("Channels of teams are for managers and administrators."))
    return row


def note(rows: Collection[Message], at: datetime) -> None:
    """Write down for each chat what it is to be told of messages that were just posted; call in their transaction."""
    heard = listening.channels()
    told = [row for row in rows if row.channel == Channel.INBOX and row.recipient_id in heard]
    if not told:
        return
    keys = dict(Message.objects.filter(dedupe_key__in=[row.dedupe_key for row in told]).values_list("dedupe_key", "pk"))
    made = [
        _delivery(channel, row, keys[row.dedupe_key], at)
        for row in told
        for channel in heard[row.recipient_id or 0]
        if wants(channel, row) and row.dedupe_key in keys
    ]
    unique = {(row.channel_id, row.key): row for row in made}
    insert_missing([unique[key] for key in sorted(unique)])


def wants(channel: ChatChannel, message: Message) -> bool:
    """Whether a channel is told of a message."""
    if channel.what == ChatChannel.What.SEVERE:
        return message.at_once
    return channel.what == ChatChannel.What.ALL or message.urgent or message.at_once


def _delivery(channel: ChatChannel, message: Message, pk: int, at: datetime) -> ChatDelivery:
    key = "/".join(message.dedupe_key.split("/")[:-2])  # of a team's members each was told the same
    return ChatDelivery(channel=channel, message_id=pk, key=key, next_try_at=due(channel, message, at))


def due(channel: ChatChannel, message: Message, at: datetime) -> datetime:
    """Answer when a channel is told: severity 1 at once, else at the end of its digest's window and of its quiet hours."""
    if message.at_once:
        return AT_ONCE
    when = at
    if channel.digest_minutes:
        span = channel.digest_minutes * 60
        when = datetime.fromtimestamp((int(at.timestamp()) // span + 1) * span, UTC)
    quiet = channel.quiet_hours.until(when) if channel.quiet_hours else None
    return quiet or (when if when > at else AT_ONCE)


@transaction.atomic
def forget_next_chats(at: datetime) -> int:
    """Remove a batch of deliveries that came to an end a month ago."""
    old = ChatDelivery.objects.filter(~Q(state=State.PENDING), message__created_at__lt=at - timedelta(days=30))
    return ChatDelivery.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:1000])).delete()[0]
