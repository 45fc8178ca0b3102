"""Objections to a pause: the customer raises them within a set time, a manager decides (rule 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.time import epoch
from tickets import workflow
from tickets.errors import MoveNotAllowed
from tickets.models import Event, Status, Ticket
from tickets.pauses import Held, objection_time, open_to_objection, pauses_of
from tickets.services import log
from tickets.services.moves import said, tell
from tickets.services.record import check, locked, move, save_derived
from tickets.services.waking import AWAKE, wake

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def object_to_pause(ticket: Ticket, *, actor: User | None, at: datetime, reason: str, pause: int | None = None) -> Ticket:
    """The customer does not agree to a pause, ``pause`` by its place in the record; without one it is the newest.

    People decide; until then the clocks stay as they are, and every figure names the pause as disputed.
    """
    words = said(reason, "reason", _("Write why you object."))
    row = locked(ticket)
    wake(row, at=at)
    check(row, "object", actor)
    held = _open(row, pauses_of(row, at), pause, at)
    return tell(*move(row, "object", actor=actor, at=at, text=words, facts={"hold": held.seq}), actor, at)


def _open(ticket: Ticket, pauses: list[Held], pause: int | None, at: datetime) -> Held:
    """Answer the pause that is objected to; refuse with a sentence what is no pause, decided or too long ago."""
    if not pauses:
        raise MoveNotAllowed(_("There is no pause to object to."), field="pause")
    held = pauses[-1] if pause is None else next((each for each in pauses if each.seq == pause), None)
    if held is None:
        raise Invalid(_("This line of the record is no pause."), field="pause", code="no_pause")
    if held.objection is not None:
        sentence = _("An objection to this pause waits to be decided.") if held.is_disputed else _("This pause has been decided already.")
        raise MoveNotAllowed(sentence, field="pause", code="already_objected")
    if held not in open_to_objection(ticket, pauses, at):
        days = objection_time(ticket).total_seconds() / 86400
        sentence = _("A pause can be objected to until %(days)g days after it ended; this one ended earlier.") % {"days": days}
        raise MoveNotAllowed(sentence, field="pause", code="objection_over")
    return held


@transaction.atomic
def uphold_objection(
    ticket: Ticket,
    *,
    actor: User | None,
    at: datetime,
    reason: str,
    pause: int | None = None,
    since: datetime | None = None,
    to: datetime | None = None,
) -> Ticket:
    """The customer is right: the pause, or its part from ``since`` up to ``to``, is withdrawn and counted after all.

    What is missed by that is missed now; what has ended stays as it ended, and the figures name it (rules 8 and 9).
    """
    words = said(reason, "reason", _("Write why the pause is withdrawn."))
    row = locked(ticket)
    wake(row, at=at)
    held = _disputed(row, "uphold-objection", actor, at, pause)
    facts = {"hold": held.seq, "objection": held.objection.seq if held.objection else None, **_part(held, since, to, at)}
    columns: dict[str, Any] = {}
    if row.status == Status.WAITING and held.ended_at is None and facts.get("to") is None:
        log.append(row, Event.Type.RESUMED, actor=actor, at=at)
        save_derived(row)
        columns = {"status": workflow.IN_PROGRESS, **AWAKE}
    return tell(*move(row, "uphold-objection", actor=actor, at=at, text=words, facts=facts, **columns), actor, at)


@transaction.atomic
def refuse_objection(ticket: Ticket, *, actor: User | None, at: datetime, reason: str, pause: int | None = None) -> Ticket:
    """The pause stands; the customer is told why."""
    words = said(reason, "reason", _("Write why the pause stands."))
    row = locked(ticket)
    wake(row, at=at)
    held = _disputed(row, "refuse-objection", actor, at, pause)
    facts = {"hold": held.seq, "objection": held.objection.seq if held.objection else None}
    return tell(*move(row, "refuse-objection", actor=actor, at=at, text=words, facts=facts), actor, at)


def _disputed(ticket: Ticket, name: str, actor: User | None, at: datetime, pause: int | None) -> Held:
    """Answer the pause to be decided about; by a manager, and not by whoever ordered it."""
    check(ticket, name, actor)
    disputed = [held for held in pauses_of(ticket, at) if held.is_disputed and pause in (None, held.seq)]
    if not disputed:
        raise MoveNotAllowed(_("No objection waits to be decided."), field="pause", code="nothing_to_decide")
    if actor is not None and disputed[0].hold.actor_id == actor.pk:
        raise NotAllowed(_("You ordered this pause; another manager decides about the objection."), code="own_pause")
    return disputed[0]


def _part(held: Held, since: datetime | None, to: datetime | None, at: datetime) -> dict[str, int]:
    """Answer the disputed part as the engine reads it; refuse one that lies outside of the pause."""
    end = held.ended_at or at
    first, last = since or held.hold.at, to or end
    if not held.hold.at <= first < last <= end and (since or to):
        raise Invalid(_("The part that is withdrawn has to lie within the pause."), field="since" if since else "to", code="outside")
    part = {"since": epoch(since)} if since else {}
    return part | ({"to": epoch(to)} if to and to < end else {})
