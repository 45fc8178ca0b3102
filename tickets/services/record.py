"""Every move is one transaction: lock the ticket, check, save, add to the record, settle the clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.errors import NotAllowed
from core.record import sign
from core.time import FAR
from sla import services as sla
from tickets import workflow
from tickets.errors import MoveNotAllowed, NotYours
from tickets.models import Event, Status, Ticket
from tickets.services import concerning, deeds, ladder, log, names, waking

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.models import User

DERIVED = ["event_count", "head_hash", "queue_at", "last_public_at", "updated_at", "is_counted"]


def locked(ticket: Ticket) -> Ticket:
    """Answer the ticket as it is now, locked until the transaction ends."""
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("commitment")
    return rows.get(pk=ticket.pk)


def side(actor: User | None) -> str:
    """Answer whose side a person is on; the system is ours."""
    return workflow.CUSTOMER if actor is not None and actor.is_customer else workflow.PROVIDER


def check_side(name: str, actor: User | None) -> workflow.Move:
    """Answer the move if it is this person's side that makes it; refuse it with a sentence."""
    move = workflow.MOVES[name]
    if side(actor) not in move.by:
        raise NotYours(_("“%(move)s” is up to the other side of this ticket.") % {"move": names.MOVES[name]})
    if name in workflow.DECISIONS and not (actor is not None and actor.manages):
        raise NotAllowed(_("A manager decides about objections."), code="manager_only")
    return move


def check(ticket: Ticket, name: str, actor: User | None, *, in_loop: bool = False) -> workflow.Move:
    """Answer the move if it may be made now by this person; refuse it with a sentence.

    ``in_loop``: the closed loop of a complaint makes it, which alone may end one.
    """
    move = check_side(name, actor)
    concerning.refuse(ticket, actor)
    if workflow.belongs_to_loop(name, ticket.kind) and not in_loop:
        sentence = _("“%(move)s” is part of the loop of ticket %(number)s: it is closed when the customer is satisfied, on its own page.")
        raise MoveNotAllowed(sentence % {"move": names.MOVES[name], "number": ticket.number}, code="in_loop")
    if ticket.status not in move.sources:
        allowed = [str(names.MOVES[other]) for other in workflow.allowed(ticket.status, side(actor), ticket.kind)]
        raise MoveNotAllowed(
            _("“%(move)s” is not possible while ticket %(number)s is “%(status)s”. Possible now: %(allowed)s.")
            % {
                "move": names.MOVES[name],
                "number": ticket.number,
                "status": Status(ticket.status).label,
                "allowed": ", ".join(allowed) or _("nothing"),
            }
        )
    return move


def move(
    ticket: Ticket,
    name: str,
    *,
    actor: User | None,
    at: datetime,
    text: str = "",
    facts: Mapping[str, Any] | None = None,
    public: bool = True,
    in_loop: bool = False,
    **columns: Any,
) -> tuple[Ticket, Event]:
    """Make a move of the workflow; call inside a transaction. Answers the ticket and the new line of its record."""
    row = locked(ticket)
    waking.wake(row, at=at)
    step = check(row, name, actor, in_loop=in_loop)
    row.status = step.target or row.status
    for column, value in columns.items():
        setattr(row, column, value)
    event = log.append(row, step.event, actor=actor, at=at, text=text, facts=facts, public=public)
    settle(row, at=at)
    save(row, actor=actor, at=at)
    return row, event


def save(ticket: Ticket, *, actor: User | None, at: datetime) -> None:
    """Save the ticket with a line in its field history, by whom and when."""
    sign(ticket, actor, at)
    ticket.updated_at, ticket.is_counted = at, False
    ticket.save()
    carry_out(ticket, at=at)


def carry_out(ticket: Ticket, *, at: datetime) -> None:
    """Do what levels ask for that this transaction reached: by the system, with a line of its own in the field history.

    What that reaches in turn is done too; it ends, since no level of a clock does anything twice.
    """
    asked, ticket.to_do = ticket.to_do, ()
    if not asked:
        return
    when = max(at, ticket.updated_at)  # the record may have grown while a sweep was on its way
    deeds.do(ticket, asked, at=when)
    settle(ticket, at=when)
    save(ticket, actor=None, at=when)


def save_derived(ticket: Ticket) -> None:
    """Save only what follows from the record; no line in the field history."""
    Ticket.objects.filter(pk=ticket.pk).update(**{name: getattr(ticket, name) for name in DERIVED})


def settle(ticket: Ticket, *, at: datetime) -> None:
    """Settle the ticket's clocks after its record grew, and where it stands in the queue."""
    commitment = ticket.commitment
    if commitment is None:
        return
    clocks = list(commitment.clocks.all())
    fired = sla.fired_levels([commitment.pk])
    change = sla.resettle(commitment, clocks, log.logs([ticket])[ticket.pk], fired, at=at)
    place(ticket, change)
    ladder.climb([(ticket, change)], at=at)


def place(ticket: Ticket, change: sla.Change) -> None:
    """Put the ticket into the queue by what is due next; its figures have to be counted again."""
    ticket.is_counted = False
    ticket.queue_at = (change.next_due if ticket.is_open else None) or FAR
