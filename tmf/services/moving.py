"""A state that another helpdesk asks for becomes a move of the desk's own life; whose move it is stays what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tickets import services as tickets
from tickets import workflow
from tmf import statuses
from tmf.errors import NoSuchMove
from tmf.models import TroubleTicket
from tmf.services.keeping import mark_line

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from tickets.models import Ticket

Mark = TroubleTicket.Mark


def move_to(row: TroubleTicket, ticket: Ticket, target: str, reason: str, *, actor: User, at: datetime) -> None:
    """Bring a ticket, which the caller has locked, into a state; nothing happens where it is in it already.

    Raises NoSuchMove where the standard's life cycle knows no such step, and what the desk's own move refuses.
    """
    now = statuses.shown(ticket.status, ticket.wait_owner, row.mark)
    if target == now:
        return
    if target not in statuses.LEADS_TO[now]:
        possible = ", ".join(sorted(statuses.LEADS_TO[now])) or _("nothing")
        sentence = _("“%(target)s” does not follow “%(now)s”. Possible now: %(possible)s.")
        raise NoSuchMove(sentence % {"target": target, "now": now, "possible": possible}, field="status")
    _Step(row, ticket, reason, actor, at).take(target)


class _Step:
    def __init__(self, row: TroubleTicket, ticket: Ticket, reason: str, actor: User, at: datetime) -> None:
        self.row, self.ticket, self.reason, self.actor, self.at = row, ticket, reason.strip(), actor, at

    def take(self, target: str) -> None:
        """Make the move that leads there."""
        {
            statuses.IN_PROGRESS: self._go_on,
            statuses.PENDING: self._wait,
            statuses.HELD: self._block,
            statuses.RESOLVED: self._resolve,
            statuses.CLOSED: self._close,
            statuses.CANCELLED: self._cancel,
            statuses.REJECTED: self._refuse,
        }[target]()

    def _go_on(self) -> None:
        who: dict[str, Any] = {"actor": self.actor, "at": self.at}
        if self.ticket.status == workflow.RESOLVED:
            again = tickets.reject if self.actor.is_customer else tickets.reopen
            again(self.ticket, reason=self.reason, **who)
            return
        if self.ticket.status == workflow.WAITING:
            tickets.resume(self.ticket, text=self.reason, **who)
            return
        tickets.check_side("accept", self.actor)
        if self.row.mark == Mark.HELD:
            self._mark(Mark.NONE)
        if self.ticket.status == workflow.NEW:
            tickets.accept(self.ticket, **who)

    def _wait(self) -> None:
        """Wait for the other side: our clocks stand still."""
        cause = self.reason or _("Information is required.")
        tickets.hold(self.ticket, owner=statuses.CUSTOMER, cause=cause, actor=self.actor, at=self.at)

    def _block(self) -> None:
        """Say that it is blocked on our side, which stops no clock: only a wait in other hands does, and that is a move of the desk."""
        tickets.check_side("hold", self.actor)
        self._mark(Mark.HELD)

    def _resolve(self) -> None:
        words = self.reason or _("Solved; the other system says no more about it.")
        tickets.resolve(self.ticket, cause=words, solution=words, actor=self.actor, at=self.at)

    def _close(self) -> None:
        if self.row.mark == Mark.REJECTED:
            self._mark(Mark.CLOSED)
        elif self.actor.is_customer:
            tickets.confirm(self.ticket, text=self.reason, actor=self.actor, at=self.at)
        else:
            tickets.close(self.ticket, reason=self.reason, actor=self.actor, at=self.at)

    def _cancel(self) -> None:
        tickets.cancel(self.ticket, reason=self.reason, actor=self.actor, at=self.at)

    def _refuse(self) -> None:
        tickets.check_side("accept", self.actor)
        self._mark(Mark.REJECTED)  # before the line that ends the ticket, so that its record never says it was withdrawn
        self._cancel()

    def _mark(self, mark: str) -> None:
        self.row.mark = mark
        self.row.save(update_fields=["mark"])
        mark_line(self.ticket, {"status": mark, "reason": self.reason}, actor=self.actor, at=self.at, text=self.reason)
