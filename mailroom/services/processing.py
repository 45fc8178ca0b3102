"""What was kept is read: once, however often the worker that reads it is killed.

A row is claimed for some minutes, then one transaction does all that the mail does and marks it. Nothing is done between the two.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation

from accounts.models import Role, User
from core.errors import DomainError
from core.queue import claim
from mailroom import selectors
from mailroom.engine import nature, reading, verdicts
from mailroom.models import SUBJECT, IncomingMail
from mailroom.services import matching, taking
from mailroom.services.taking import Writer
from notifications import selectors as outbox
from notifications import services as notifications
from notifications import threads

if TYPE_CHECKING:
    from datetime import datetime

    from mailroom.engine.reading import Mail
    from mailroom.services.matching import Found
    from tickets.models import Ticket

logger = logging.getLogger(__name__)
State, Reason = IncomingMail.State, IncomingMail.Reason
LEASE, TRIES = timedelta(minutes=5), 5
WINDOW_MINUTES = 10
NATURES = {nature.AUTO_REPLY: Reason.AUTO_REPLY, nature.RECEIPT: Reason.RECEIPT}
DOUBTFUL = {nature.SAYS_AWAY: Reason.AUTO_REPLY, nature.LIST: Reason.LIST, nature.MACHINE: Reason.MACHINE}


def process_next(at: datetime) -> int:
    """Read the next mail that waits; answer how many were read: 1, or 0 when none waits."""
    row = _claim(at)
    if row is None:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        _process(row, at)
    return 1


@transaction.atomic
def _claim(at: datetime) -> IncomingMail | None:
    waiting = IncomingMail.objects.filter(state=State.NEW, next_at__lte=at).order_by("next_at", "id")
    rows = claim(waiting, 1)
    if not rows:
        return None
    row = rows[0]
    row.attempts, row.next_at = row.attempts + 1, at + LEASE
    row.save(update_fields=["attempts", "next_at"])
    return row


def _process(row: IncomingMail, at: datetime) -> None:
    if row.attempts > TRIES:
        _put(row, State.REVIEW, Reason.FAILED, at)
        return
    try:
        with row.raw.open("rb") as file:
            mail = reading.read(file.read())
    except (reading.Unreadable, FileNotFoundError) as error:
        _put(row, State.REVIEW, Reason.UNREADABLE, at, note=str(error))
        return
    except Exception as error:  # a mail that we cannot take apart must not keep the others
        logger.exception("Mail %s could not be taken apart", row.pk)
        _put(row, State.REVIEW, Reason.UNREADABLE, at, note=repr(error))
        return
    try:
        with transaction.atomic():
            _settle(row, mail, at)
    except DomainError as refusal:
        _put(row, State.REVIEW, Reason.REFUSED, at, note=str(refusal), mail=mail)
    except Exception:
        logger.exception("Mail %s could not be taken over", row.pk)
        later = at + timedelta(minutes=row.attempts)
        IncomingMail.objects.filter(pk=row.pk, state=State.NEW).update(next_at=later)


def _put(
    row: IncomingMail, state: str, reason: str, at: datetime, *, note: str = "", ticket: Ticket | None = None, mail: Mail | None = None
) -> None:
    """Mark what became of a mail, unless somebody else has; the row is as it was claimed."""
    facts = {"state": state, "reason": reason, "note": " ".join(note.replace("\0", "").split())[:300], "read_at": at}
    if ticket is not None:
        facts["ticket"] = ticket
    if mail is not None:
        facts |= {"text": mail.text, "whole": mail.whole, "subject": mail.subject[:SUBJECT]}
        facts["account"] = matching.account(mail.sender)
    IncomingMail.objects.filter(pk=row.pk, state=State.NEW).update(**facts)


def _settle(row: IncomingMail, mail: Mail, at: datetime) -> None:
    """Decide and do it, under the row's lock."""
    held = IncomingMail.objects.select_for_update(of=("self",)).select_related("mailbox").filter(pk=row.pk, state=State.NEW).first()
    if held is None or held.attempts != row.attempts:
        return  # another worker has it since
    if reason := _set_aside(held, mail):
        _put(held, State.IGNORED, reason, at, mail=mail, ticket=matching.find(mail, held).ticket)
        return
    if mail.nature == nature.BOUNCE:
        _bounce(held, mail, at)
        return
    found, account = matching.find(mail, held), matching.account(mail.sender)
    if reason := _to_review(held, mail, found, account, at):
        is_noise = reason in DOUBTFUL.values() and account is None and found.holder is None
        _put(held, State.IGNORED if is_noise else State.REVIEW, reason, at, mail=mail, ticket=found.ticket)
        return
    _take(held, mail, found, account, at)


def _set_aside(row: IncomingMail, mail: Mail) -> str:
    """Answer why nobody is to be asked about a mail; nothing for one that may be meant."""
    if selectors.is_blocked(mail.sender):
        return Reason.BLOCKED
    if mail.nature != nature.BOUNCE and (threads.own_id(mail.message_id) or selectors.is_our_own(mail.sender) or mail.hops > nature.HOPS):
        return Reason.LOOP
    return NATURES.get(mail.nature, "")


def _bounce(row: IncomingMail, mail: Mail, at: datetime) -> None:
    """Note at the mail of ours that it came back; a delay only stands in the log."""
    failure = mail.failure
    own = matching.about(failure.ids) if failure else None
    message = outbox.mail(*own) if own else None
    note = " ".join(filter(None, (failure.recipient, failure.reason))) if failure else ""
    if message is not None and failure is not None and failure.for_good:
        notifications.bounced(message, reason=note or "5.0.0")
    ticket = matching.find(mail, row).ticket
    if ticket is None and message is not None:
        ticket = matching.numbered(message.context.get("ticket_number") or "")
    _put(row, State.IGNORED, Reason.BOUNCE, at, note=note, mail=mail, ticket=ticket)


def _to_review(row: IncomingMail, mail: Mail, found: Found, account: User | None, at: datetime) -> str:
    """Answer why a person is to look at a mail first; nothing for one that can be taken over."""
    writer = writer_of(mail, found, account)
    if _floods(row, mail, at, is_proved=writer is not None and found.holder is not None):
        return Reason.FLOOD
    if verdicts.is_refuted(mail.authentication, settings.MAIL_AUTHSERV_IDS):
        return Reason.FORGED
    if mail.nature in DOUBTFUL:
        return DOUBTFUL[mail.nature]
    if not (mail.text.strip() or mail.is_sealed or mail.files or (mail.topic and found.ticket is None)):
        return Reason.EMPTY
    if found.ticket is None:
        return _of_new(account)
    return "" if writer else _unproved(mail, found, account)


def _of_new(account: User | None) -> str:
    if account is None:
        return Reason.STRANGER
    return Reason.OUR_OWN if account.is_provider else ""


def _unproved(mail: Mail, found: Found, account: User | None) -> str:
    if account is None:
        return Reason.NO_RIGHT if matching.switched_off(mail.sender) else Reason.STRANGER
    return Reason.UNPROVED if account.is_provider and found.holder is None else Reason.NO_RIGHT


def writer_of(mail: Mail, found: Found, account: User | None) -> Writer | None:
    """Answer as whom a mail may write to its ticket; None where nothing proves enough.

    A sender's address is what anybody can claim. A customer's account that may read the ticket is believed, since its words are
    marked as having come by mail; one of ours only with an address to answer to that was made for it, for our words bind us.
    Whose account was switched off writes nowhere, whichever address to answer to they kept.
    """
    ticket, holder = found.ticket, found.holder
    if ticket is None:
        return None
    if account is not None:
        has_right = matching.may_read(account, ticket)
        is_proved = account.is_customer or (holder is not None and holder.user == account.pk)
        return Writer(account=account) if has_right and is_proved else None
    if holder is None or not _stands_for(found) or matching.switched_off(mail.sender):
        return None
    return Writer(name=mail.sender_name, address=mail.sender)


def _stands_for(found: Found) -> bool:
    """Whether the address was made for somebody of the customer's who still may write: then whoever has it writes for them."""
    ticket, holder = found.ticket, found.holder
    if ticket is None or holder is None:
        return False
    if holder.user is None:
        return matching.is_contact(holder, ticket)
    person = User.objects.filter(pk=holder.user, is_active=True).first()
    return person is not None and person.is_customer and matching.may_read(person, ticket)


def _take(row: IncomingMail, mail: Mail, found: Found, account: User | None, at: datetime) -> None:
    writer = writer_of(mail, found, account)
    if found.ticket is not None and writer is not None:
        is_internal = found.holder is not None and found.holder.is_internal
        ticket, reason = taking.answer(found.ticket, row, mail, writer, at, is_internal=is_internal)
    elif account is not None and (opened := taking.open_ticket(row, mail, account, at)):
        ticket, reason = opened, Reason.OPENED
    else:
        _put(row, State.REVIEW, Reason.NO_PLACE, at, mail=mail)
        return
    _put(row, State.TAKEN, reason, at, mail=mail, ticket=ticket)


def _floods(row: IncomingMail, mail: Mail, at: datetime, *, is_proved: bool) -> bool:
    """Whether this is more than one sender may send, or than is taken over in all; managers are told once an hour.

    What was set aside counts for nothing, and what waits in the tray not for what is taken over: junk keeps no customer's mail.
    ``is_proved``: an answer to an address that was made for its sender is held to the sender's limit alone.
    """
    since = at - timedelta(minutes=WINDOW_MINUTES)
    lately = IncomingMail.objects.filter(came_at__gt=since, pk__lte=row.pk).exclude(state=State.IGNORED).order_by()
    most_of_one, most = settings.MAIL_SENDER_LIMIT, settings.MAIL_TOTAL_LIMIT
    if (count := lately.filter(sender=row.sender)[: most_of_one + 1].count()) > most_of_one:
        _tell_of_flood(mail.sender, count, at)
        return True
    if (count := lately[: most + 1].count()) <= most:
        return False
    _tell_of_flood(str(row.mailbox or threads.domain()), count, at)
    return not is_proved and lately.exclude(state=State.REVIEW)[: most + 1].count() > most


def _tell_of_flood(who: str, count: int, at: datetime) -> None:
    context = {"sender": who, "count": count, "minutes": WINDOW_MINUTES}
    managers = User.objects.filter(role=Role.MANAGER, is_active=True)
    key = f"{who[:120]}:{at:%Y%m%d%H}"
    link = selectors.tray_link()
    notifications.post(
        [notifications.Draft(kind="mail_flood", recipient=each, context=context, key=key, link=link) for each in managers], at=at
    )
