"""Which mails there are for whom, whose are not wanted, and which of a reader's mails ours answer."""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse

from mailroom.models import BlockedSender, IncomingMail, Mailbox
from tickets import selectors as tickets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from notifications.models import Message

State = IncomingMail.State
REFERENCES = 10


def mails_for(user: User) -> QuerySet[IncomingMail]:
    """Answer the mails a person may read: who dispatches all, engineers those of tickets, but none about a complaint kept from them."""
    if not user.is_provider:
        return IncomingMail.objects.none()
    rows = IncomingMail.objects.exclude(ticket__in=tickets.hidden_from(user).values("ticket"))
    return rows if user.dispatches else rows.filter(ticket__isnull=False, state=State.TAKEN)


def listed(user: User, state: str = "") -> QuerySet[IncomingMail]:
    """Answer them for a list, without their words."""
    rows = mails_for(user).select_related("mailbox", "ticket", "account", "decided_by").defer("text", "whole")
    return rows.filter(state=state) if state in State.values else rows


def tray(user: User) -> QuerySet[IncomingMail]:
    """Answer what waits for a person's decision."""
    return listed(user, State.REVIEW)


def mailboxes_for(user: User) -> QuerySet[Mailbox]:
    """Answer the mailboxes, for managers."""
    return Mailbox.objects.select_related("created_by") if user.manages else Mailbox.objects.none()


def blocked_for(user: User) -> QuerySet[BlockedSender]:
    """Answer whose mail is set aside, for those who look after the tray."""
    return BlockedSender.objects.select_related("created_by") if user.dispatches else BlockedSender.objects.none()


def counts(user: User) -> dict[str, int]:
    """Answer how many mails wait in the tray, counted up to 100."""
    return {"review": tray(user).order_by()[:100].count()}


def is_blocked(address: str) -> bool:
    """Whether mail of this address, or of its domain, is set aside."""
    domain = address.rpartition("@")[2]
    return bool(address) and BlockedSender.objects.filter(Q(address__iexact=address) | Q(address__iexact=f"@{domain}")).exists()


def is_our_own(address: str) -> bool:
    """Whether an address is one that the desk writes from or receives at."""
    local, at, host = address.lower().rpartition("@")
    plain = f"{local.partition('+')[0]}{at}{host}"
    own = {parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower(), settings.MAIL_REPLY_ADDRESS, settings.MAIL_ENVELOPE_FROM.lower()} - {""}
    return bool(address) and (plain in own or address in own or Mailbox.objects.filter(address__iexact=plain).exists())


def due_mailboxes(at: datetime) -> QuerySet[Mailbox]:
    """Answer the mailboxes to read now that nobody reads."""
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    return Mailbox.objects.filter(free, is_active=True, next_at__lte=at).order_by("next_at", "id")


def with_counts(rows: QuerySet[Mailbox]) -> QuerySet[Mailbox]:
    """Answer mailboxes with how much came by each."""
    return rows.annotate(came=Count("mails"))


def ids_from_reader(message: Message) -> Sequence[str]:
    """Answer the ids of the mails about a ticket that the reader of a message wrote, oldest first."""
    number, reader = message.context.get("ticket_number"), message.to.lower()
    if not number or not reader:
        return ()
    rows = IncomingMail.objects.filter(ticket__number=number, sender=reader, state=State.TAKEN).exclude(message_id="")
    found = list(rows.order_by("-id").values_list("message_id", flat=True)[:REFERENCES])
    return [f"<{each}>" for each in reversed(found) if each.isascii() and each.isprintable() and not set(" <>") & set(each)]


def tray_link() -> str:
    """Answer where the review tray is."""
    return reverse("mailroom:tray")
