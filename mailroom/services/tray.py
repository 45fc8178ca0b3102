"""What people decide about mail that was not taken over by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.record import save_by
from customers import selectors as customers
from mailroom.engine import reading
from mailroom.errors import Decided
from mailroom.models import BlockedSender, IncomingMail
from mailroom.services import matching, taking
from mailroom.services.taking import Writer
from tickets import selectors as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from customers.models import Site
    from mailroom.engine.reading import Mail
    from tickets.models import Ticket

State, Reason = IncomingMail.State, IncomingMail.Reason
BLOCKABLE = re.compile(r"^[^\s@]{0,64}@[^\s@]{1,190}\.[^\s@.]{1,60}$")


@transaction.atomic
def accept(mail: IncomingMail, *, customer: User, site: Site | None = None, actor: User, at: datetime) -> Ticket:
    """Open a ticket for a mail that waits, as if this customer's person had reported it."""
    row = _waiting(mail, actor)
    if not customer.is_customer or not customer.is_active:
        raise Invalid(_("Choose an active account of a customer."), field="customer", code="not_a_customer")
    if site is not None and not customers.sites_for(customer).filter(pk=site.pk).exists():
        raise Invalid(_("%(name)s does not see this site.") % {"name": customer}, field="site", code="not_theirs")
    ticket = taking.open_ticket(row, read(row), customer, at, site=site)
    if ticket is None:
        raise Invalid(_("%(name)s belongs to no site; give them one first.") % {"name": customer}, field="customer", code="no_site")
    _decide(row, State.TAKEN, Reason.ACCEPTED, actor, at, ticket=ticket)
    return ticket


@transaction.atomic
def attach(mail: IncomingMail, *, ticket: Ticket, actor: User, at: datetime) -> Ticket:
    """Put a mail that waits to a ticket: the customer's words, under the name that the mail gives; a colleague's become a note."""
    row = _waiting(mail, actor)
    if not tickets.tickets_for(actor).filter(pk=ticket.pk).exists():
        raise Invalid(_("There is no such ticket."), field="ticket", code="does_not_exist")
    said = read(row)
    account = matching.account(said.sender)
    known = account or matching.switched_off(said.sender)
    if known is not None and known.is_provider:
        done = taking.note(ticket, row, said, Writer(name=said.sender_name, address=said.sender), at)
        return _attached(row, done, actor, at)
    theirs = account if account is not None and account.is_customer and matching.may_read(account, ticket) else None
    writer = Writer(account=theirs, name=said.sender_name, address=said.sender)
    done, _reason = taking.answer(ticket, row, said, writer, at)
    return _attached(row, done, actor, at)


def _attached(row: IncomingMail, ticket: Ticket, actor: User, at: datetime) -> Ticket:
    _decide(row, State.TAKEN, Reason.ATTACHED, actor, at, ticket=ticket)
    return ticket


@transaction.atomic
def discard(mail: IncomingMail, *, actor: User, at: datetime) -> IncomingMail:
    """Leave a mail at that; it stays in the log and can be brought back."""
    row = _waiting(mail, actor)
    return _decide(row, State.DISCARDED, row.reason, actor, at)


@transaction.atomic
def bring_back(mail: IncomingMail, *, actor: User, at: datetime) -> IncomingMail:
    """Put a mail that was set aside or discarded into the tray again."""
    row = _locked(mail, actor)
    if row.state not in (State.IGNORED, State.DISCARDED):
        raise Decided(_("Only what was set aside or discarded can be brought back."))
    return _decide(row, State.REVIEW, Reason.RETURNED, actor, at)


@transaction.atomic
def block(address: str, *, actor: User, at: datetime) -> BlockedSender:
    """Set aside all that comes from an address or a domain from now on, and discard what of it waits."""
    _check_actor(actor)
    wanted = address.strip().lower()
    if not BLOCKABLE.match(wanted):
        raise Invalid(_("Write an address, or @ and a domain."), field="address", code="bad_address")
    found = BlockedSender.objects.filter(address__iexact=wanted).first()
    if found is None:
        found = BlockedSender(address=wanted, created_by=actor, created_at=at)
        save_by(found, actor, at=at)
    waiting = IncomingMail.objects.filter(state=State.REVIEW)
    theirs = waiting.filter(sender__iendswith=wanted) if wanted.startswith("@") else waiting.filter(sender__iexact=wanted)
    theirs.update(state=State.DISCARDED, reason=Reason.BLOCKED, decided_by=actor, decided_at=at)
    return found


@transaction.atomic
def unblock(blocked: BlockedSender, *, actor: User, at: datetime) -> None:
    """Take what comes from there as any other mail; what was set aside meanwhile stays in the log."""
    _check_actor(actor)
    blocked._history_user, blocked._history_date = actor, at  # type: ignore[attr-defined]
    blocked.delete()


def read(row: IncomingMail) -> Mail:
    """Take a kept mail apart again; refuse one that cannot be."""
    try:
        with row.raw.open("rb") as file:
            return reading.read(file.read())
    except (reading.Unreadable, OSError, ValueError) as error:
        raise Invalid(_("This mail cannot be taken apart. Download it, or ask its sender."), code="mail_unreadable") from error


def _decide(row: IncomingMail, state: str, reason: str, actor: User, at: datetime, *, ticket: Ticket | None = None) -> IncomingMail:
    row.state, row.reason, row.decided_by, row.decided_at = state, reason, actor, at
    row.ticket = ticket or row.ticket
    row.save(update_fields=["state", "reason", "decided_by", "decided_at", "ticket"])
    return row


def _waiting(mail: IncomingMail, actor: User) -> IncomingMail:
    row = _locked(mail, actor)
    if not row.waits:
        sentence = _("Somebody has decided about this mail already, or it was taken over: %(state)s.")
        raise Decided(sentence % {"state": row.get_state_display()})
    return row


def _locked(mail: IncomingMail, actor: User) -> IncomingMail:
    _check_actor(actor)
    return IncomingMail.objects.select_for_update(of=("self",)).select_related("mailbox", "ticket").get(pk=mail.pk)


def _check_actor(actor: User) -> None:
    if not actor.dispatches:
        raise NotAllowed(_("Received mail is looked after by dispatchers and managers."))
