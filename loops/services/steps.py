"""What every step shares: the loop under its lock, who may take the step, and that it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.record import save_by
from loops import selectors, workflow
from loops.errors import NotIndependent, StepNotAllowed
from loops.models import How, Loop, Round
from loops.services.names import STEPS
from tickets import services as tickets
from tickets.models import Event, Status

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

NAME_LENGTH = 80


def locked(loop: Loop, step: str, actor: User | None) -> tuple[Loop, Round]:
    """Answer the loop and its round as they are now, locked, if this person may take the step now."""
    rows = Loop.objects.select_for_update(of=("self",)).select_related("complainant", "ticket__commitment", "ticket__organization")
    row = rows.get(pk=loop.pk)
    this = row.all_rounds.get(number=row.rounds)
    _check(row, workflow.STEPS[step], actor)
    if this.number > 1 and step in ("ask", "tell") and not this.why_again:
        raise StepNotAllowed(_("Look into why the last round did not do before you go on."), code="look_first")
    return row, this


def check_side(name: str, actor: User | None) -> str:
    """Answer whose side a person is on; refuse a step that is not up to it."""
    side = "customer" if actor is not None and actor.is_customer else "provider"
    by = workflow.US if name == "concern" else workflow.STEPS[name].by
    if side not in by:
        raise NotAllowed(_("“%(step)s” is up to the other side.") % {"step": STEPS[name]})
    if name == "concern" and not (actor is not None and actor.dispatches):
        raise NotAllowed(_("A dispatcher or manager says whom a complaint is about."))
    return side


def _check(loop: Loop, step: workflow.Step, actor: User | None) -> None:
    side = check_side(step.name, actor)
    if actor is not None and side == "customer" and not selectors.speaks(loop, actor):
        raise NotAllowed(_("Only who said it, or a supervisor of theirs, decides about it."))
    if tickets.is_barred(loop.ticket, actor):
        raise NotIndependent(_("You are concerned by this complaint yourself; somebody else handles it."), code="concerned")
    if loop.stage not in step.sources:
        possible = ", ".join(str(STEPS[name]) for name in workflow.allowed(loop.stage, side)) or _("nothing")
        raise StepNotAllowed(
            _("“%(step)s” is not possible while it is “%(stage)s”. Possible now: %(possible)s.")
            % {"step": STEPS[step.name], "stage": loop.get_stage_display(), "possible": possible}
        )


def save(loop: Loop, this: Round, stage: str | None, *, actor: User | None, at: datetime) -> Loop:
    """Save both, the loop at its new stage."""
    loop.stage = stage or loop.stage
    loop.updated_at = at
    save_by(this, actor, at=at)
    save_by(loop, actor, at=at)
    loop.ticket.refresh_from_db()
    return loop


def needed(text: str, field: str, sentence: str) -> str:
    """Answer the words without their edges; refuse none by the name of their field."""
    words = text.strip()
    if not words:
        raise Invalid(sentence, field=field, code="required")
    return words


def shown(loop: Loop, actor: User | None) -> User | None:
    """Answer who stands in the record: nobody for a customer who is not to be named."""
    return None if loop.is_anonymous and actor is not None and actor.is_customer else actor


def word_of(loop: Loop, actor: User | None, name: str, how: str) -> tuple[str, str]:
    """Answer whose word it is and how it was given: a customer's own in the portal, or one that somebody of ours heard."""
    if actor is not None and actor.is_customer:
        return ("" if loop.is_anonymous else actor.name[:NAME_LENGTH]), How.PORTAL
    if how not in (How.CALL, How.MESSAGE, How.VISIT):
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": "call, message, visit"}, field="how", code="invalid_choice")
    return needed(name, "name", _("Write who of the customer's said it."))[:NAME_LENGTH], how


def record(loop: Loop, sentence: str, words: str, *, actor: User | None, at: datetime, how: str) -> None:
    """Put the customer's word into the ticket's record: as their own, or as a talk that one of ours had with them."""
    text = ": ".join(filter(None, (sentence, words)))
    if how == How.PORTAL:
        tickets.reply(loop.ticket, actor=shown(loop, actor), at=at, text=text)
    else:
        tickets.contact(loop.ticket, actor=actor, at=at, text=text, via="message" if how == How.MESSAGE else "call", in_loop=True)


def take_on(loop: Loop, *, actor: User | None, at: datetime) -> None:
    """Whoever asks or tells first has accepted it (P2: 受理): the clocks from acceptance begin."""
    ticket = loop.ticket
    if not ticket.events.filter(type=Event.Type.REGISTERED).exists():
        ticket = tickets.register(ticket, actor=actor, at=at)
    if ticket.status in (Status.NEW, Status.REOPENED):
        tickets.accept(ticket, actor=actor, at=at)
