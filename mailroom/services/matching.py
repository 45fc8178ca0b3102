"""Which ticket a mail is about, and what proves that its sender may write there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.models import User
from mailroom.models import IncomingMail
from notifications import selectors as outbox
from notifications import threads
from notifications.threads import Holder
from tickets import selectors as tickets
from tickets.models import Ticket

if TYPE_CHECKING:
    from mailroom.engine.reading import Mail

NUMBER = re.compile(r"(?<![A-Z0-9])(SD-\d{8}-\d{4,9})(?!\d)", re.IGNORECASE)
LOOKED_AT = 20
"""Ids and addresses of a mail that are followed: one of them is enough, and a forged mail may name thousands."""


@dataclass(frozen=True, slots=True)
class Found:
    """The ticket a mail is about, and for whom the address or the mail that it answers was made; neither where there is none."""

    ticket: Ticket | None = None
    holder: Holder | None = None


def find(mail: Mail, row: IncomingMail) -> Found:
    """Look at what proves the most first: a signed address, the signed id of a mail of ours, another mail, the subject."""
    for address in [*row.envelope_to.split(), *mail.recipients][:100]:
        if (made := threads.holder(address)) and (ticket := numbered(made.number)):
            return Found(ticket, _among_us(made, mail))
    for named in reversed(mail.references[-LOOKED_AT:]):
        if (made := _of_our_mail(named)) and (ticket := numbered(made.number)):
            return Found(ticket, made)
    return Found(_by_other_mail(mail) or _by_words(mail))


def about(failure_ids: list[str]) -> tuple[int, str] | None:
    """Answer the key and fingerprint of the first of our mails among these ids."""
    return next((own for named in failure_ids[:LOOKED_AT] if (own := threads.own_id(named))), None)


def _of_our_mail(named: str) -> Holder | None:
    own = threads.own_id(named)
    message = outbox.mail(*own) if own else None
    number = message.context.get("ticket_number") if message else None
    if message is None or not number:
        return None
    contact = "" if message.recipient_id else threads.contact_digest(message.address)
    return Holder(number, user=message.recipient_id, contact=contact, is_internal=threads.is_internal(message))


def _among_us(holder: Holder, mail: Mail) -> Holder:
    """Have the mail that is answered say as well that it is among us: its address may be of the time before addresses said so."""
    if holder.is_internal or not mail.references:
        return holder
    answered = _of_our_mail(mail.references[-1])
    theirs = answered is not None and (answered.number, answered.user) == (holder.number, holder.user)
    return answered if answered is not None and theirs and answered.is_internal else holder


def _by_other_mail(mail: Mail) -> Ticket | None:
    """Find the ticket of the mail that this one answers; ids of mail from outside prove nothing."""
    named = [each[:250] for each in mail.references[-LOOKED_AT:]]
    known = IncomingMail.objects.filter(message_id__in=named, ticket__isnull=False) if named else IncomingMail.objects.none()
    found = known.order_by("-id").select_related("ticket").first()
    return found.ticket if found else None


def _by_words(mail: Mail) -> Ticket | None:
    """Find it by the number in the subject, or by the id that all mails of a ticket name."""
    ours = f"@{threads.domain()}".lower()
    said = [mail.subject, *(each[: -len(ours)] for each in mail.references if each.lower().endswith(ours))]
    numbers = list(dict.fromkeys(found.upper() for words in said for found in NUMBER.findall(words)))
    return next((ticket for number in numbers[:3] if (ticket := numbered(number))), None)


def numbered(number: str) -> Ticket | None:
    """Answer the ticket with this number."""
    return Ticket.objects.filter(number=number.upper(), is_canary=False).select_related("site", "equipment", "reporter").first()


def account(address: str) -> User | None:
    """Answer the active account with this address."""
    return User.objects.filter(email__iexact=address, is_active=True).first() if address else None


def switched_off(address: str) -> User | None:
    """Answer the account with this address that was switched off."""
    return User.objects.filter(email__iexact=address, is_active=False).first() if address else None


def may_read(user: User, ticket: Ticket) -> bool:
    """Whether the ticket is one that this person may know of."""
    return tickets.tickets_for(user).filter(pk=ticket.pk).exists()


def is_contact(holder: Holder, ticket: Ticket) -> bool:
    """Whether the address was made for whom the ticket still names as its contact, and nobody with an account stands there."""
    has_reporter = ticket.reporter is not None and ticket.reporter.is_customer
    return bool(holder.contact) and not has_reporter and threads.contact_digest(ticket.contact_email) == holder.contact
