"""One try after another: nobody answers, busy, a wrong number; after three days a manager looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from care import engine
from care.errors import CallEnded
from care.models import Attempt, Call, Result, Status
from care.services.timing import on_workday
from care.services.working import end_unmade, held_row, locked
from core.errors import Invalid, NotAllowed
from core.record import save_by
from tickets import services as tickets
from tickets.models import Status as TicketStatus

if TYPE_CHECKING:
    from datetime import datetime, time

    from accounts.models import User

IN_VAIN = frozenset({Result.NO_ANSWER, Result.BUSY, Result.WRONG_NUMBER})


@transaction.atomic
def attempt(
    call: Call, *, actor: User, at: datetime, result: str, words: str = "", phone: str = "", next_at: datetime | None = None
) -> Call:
    """Note a try that did not lead to a talk, and when the next is made: at another hour of the day, on three days at most.

    ``phone`` is a better number where this one was wrong, ``next_at`` when the customer asked to be called.
    """
    row = held_row(call, actor)
    if result not in Result.values or result == Result.REACHED:
        raise Invalid(_("Choose what became of the try."), field="result", code="invalid_choice")
    if result == Result.LATER and (next_at is None or next_at <= at):
        raise Invalid(_("Say when the customer wants to be called."), field="next_at", code="required")
    noted(row, actor=actor, at=at, result=result, words=words)
    if result == Result.WRONG_NUMBER and phone.strip():
        row.contact_phone, row.next_at = phone.strip()[:40], at
    else:
        _again(row, at, result, next_at)
    row.claimed_by = row.claimed_at = None
    save_by(row, actor, at=at)
    if row.status == Status.NOT_REACHED:
        _tell_ticket(row, actor, at)
    return row


def noted(row: Call, *, actor: User | None, at: datetime, result: str, words: str = "") -> None:
    """Write down a try of a locked call."""
    row.tries += 1
    Attempt.objects.create(call=row, number=row.tries, at=at, by=actor, result=result, phone=row.contact_phone, words=words.strip()[:300])


def _again(row: Call, at: datetime, result: str, next_at: datetime | None) -> None:
    """Set when it is tried again, or say that the customer was not reached."""
    here = timezone.localtime(at)
    if result == Result.LATER and next_at is not None:
        row.next_at = next_at
        return
    rows = row.attempts.filter(number__gt=row.tried_from, result__in=IN_VAIN).order_by("number")
    tried = [timezone.localtime(moment) for moment in rows.values_list("at", flat=True)]
    if engine.is_exhausted(tried):
        row.status = Status.NOT_REACHED
    elif result == Result.BUSY:
        row.next_at = on_workday(lambda days: engine.hour_to_call(here + engine.BUSY, *hours(row), days), at=at, due_at=row.due_at)
    else:
        row.next_at = on_workday(lambda days: engine.next_try(here, tried, *hours(row), days), at=at, due_at=row.due_at)


def hours(row: Call) -> tuple[time, time]:
    """Answer the hours in which the customer wants to be called."""
    return (row.hours_from or engine.OPENS, row.hours_until or engine.CLOSES)


def _tell_ticket(row: Call, actor: User | None, at: datetime) -> None:
    """The ticket's record says that nobody was reached; its follow-up clock goes on running."""
    if row.event is not None and row.ticket is not None and row.ticket.status in (TicketStatus.RESOLVED, TicketStatus.CLOSED):
        text = _("The customer was not reached on three days (%(call)s).") % {"call": row.number}
        tickets.follow_up(row.ticket, actor=actor, at=at, outcome="no_answer", text=text)


def _not_reached(call: Call, actor: User) -> Call:
    row = locked(call)
    if row.status != Status.NOT_REACHED:
        raise CallEnded(_("Nothing is to be decided about %(number)s.") % {"number": row.number})
    if not actor.manages:
        raise NotAllowed(_("What becomes of a customer who was not reached is a manager's decision."))
    return row


@transaction.atomic
def send_again(call: Call, *, actor: User, at: datetime, phone: str = "", person: User | None = None) -> Call:
    """A manager has the customer called on three more days, perhaps by another number or person."""
    row = _not_reached(call, actor)
    row.status, row.tried_from = Status.WAITING, row.tries
    here = timezone.localtime(at)
    row.next_at = on_workday(lambda days: engine.hour_to_call(here, *hours(row), days), at=at, due_at=row.due_at)
    row.contact_phone = phone.strip()[:40] or row.contact_phone
    row.person = person or row.person
    save_by(row, actor, at=at)
    return row


@transaction.atomic
def write_off(call: Call, *, actor: User, at: datetime, reason: str) -> Call:
    """A manager decides that the customer is not called any more; what was owed is let go with the reason, in view."""
    row = _not_reached(call, actor)
    if not reason.strip():
        raise Invalid(_("Say why the customer is not called any more."), field="reason", code="required")
    return end_unmade(row, actor=actor, at=at, reason=reason.strip())
