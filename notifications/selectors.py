"""Reading the outbox."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from notifications.kinds import COLLECTED_KINDS, ITEMS_SHOWN
from notifications.models import Channel, ChatChannel, ChatDelivery, Message, State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User

COUNTED_TO = 100
"""Nobody needs to know more than "99+", and counting costs by the row."""


def inbox(user: User) -> QuerySet[Message]:
    """Answer what stands in a person's inbox."""
    return Message.objects.filter(recipient=user, channel=Channel.INBOX)


def unread_count(user: User) -> int:
    """Answer how many messages are new, counted up to 100."""
    return Message.objects.filter(recipient=user, channel=Channel.INBOX, read_at=None).order_by()[:COUNTED_TO].count()


def undelivered(state: State) -> QuerySet[Message]:
    """Answer what was given up, or what waits."""
    return Message.objects.filter(state=state).select_related("recipient")


def chats_given_up(limit: int) -> list[ChatDelivery]:
    """Answer what chats were not told, the newest first."""
    rows = ChatDelivery.objects.filter(state=State.FAILED).select_related("message", "channel__person", "channel__team")
    return list(rows.order_by("-id")[:limit])


def sent_to(person: int, pk: int) -> Message | None:
    """Answer a message to a person."""
    return Message.objects.filter(pk=pk, recipient=person).first()


def told(message: Message) -> dict[str, Any]:
    """Answer all that a mail tells: what it was written for, and what other messages it carries."""
    if message.kind not in COLLECTED_KINDS:
        return message.context
    contexts = [message.context, *Message.objects.filter(carried_by=message.pk).order_by("id").values_list("context", flat=True)]
    if len(contexts) == 1:
        return message.context
    items = [item for context in contexts for item in context["items"]][:ITEMS_SHOWN]
    count = sum(context.get("count", len(context["items"])) for context in contexts)
    names = dict.fromkeys(context["instead_of"] for context in contexts if context.get("instead_of"))
    return {**message.context, "items": items, "count": count, "hidden": count - len(items), "instead_of": ", ".join(names)}


def mail(pk: int, fingerprint: str) -> Message | None:
    """Answer the mail with this key, if it is the one that the fingerprint is of."""
    message = Message.objects.filter(pk=pk, channel=Channel.EMAIL).select_related("recipient").first()
    return message if message is not None and message.fingerprint == fingerprint else None


def free(at: datetime) -> Q:
    """Answer the condition for a waiting message that no worker is at."""
    return Q(state=State.PENDING) & (Q(leased_until=None) | Q(leased_until__lte=at))


def sent_at(kind: str, people: Iterable[int], moments: Iterable[datetime]) -> list[Message]:
    """Answer the messages of a kind that these people were sent at these moments, by every channel, in two queries.

    What a person is sent stands in their inbox; the same key with another channel is found by its own index.
    """
    inbox = Message.objects.filter(recipient__in=people, channel=Channel.INBOX, kind=kind, created_at__in=moments).defer("context")
    found = list(inbox)
    others = [channel for channel in Channel.values if channel != Channel.INBOX]
    keys = [message.dedupe_key.removesuffix(Channel.INBOX) + channel for message in found for channel in others]
    return found + list(Message.objects.filter(dedupe_key__in=keys).defer("context"))


def sent_under(kind: str, keys: Iterable[str]) -> list[Message]:
    """Answer the messages of a kind under these keys of their drafts, to whomever and by whatever channel, in one query."""
    wanted = [Q(dedupe_key__startswith=f"{kind}/{key}/") for key in sorted(keys)]
    return list(Message.objects.filter(reduce(or_, wanted)).defer("context")) if wanted else []


def channels_for(user: User) -> QuerySet[ChatChannel]:
    """Answer the channels a person looks after: their own, and a manager also those of teams."""
    rows = ChatChannel.objects.select_related("person", "team", "created_by")
    mine = Q(person=user)
    return rows.filter(mine | Q(team__isnull=False)) if user.manages else rows.filter(mine)
