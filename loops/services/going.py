"""From the opinions to the customer and back: told, agreed or not, carried out, verified; and round again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.record import save_by
from loops import selectors, workflow
from loops.errors import StepNotAllowed
from loops.models import How, Measure, Round, Verdict
from loops.services import papers, telling
from loops.services.asking import check_independent
from loops.services.reminding import await_word
from loops.services.steps import check_side, locked, needed, record, save, shown, take_on, word_of
from tickets import services as tickets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User
    from loops.models import Loop


@transaction.atomic
def tell(loop: Loop, *, actor: User | None, at: datetime, plan: str, how: str = How.MESSAGE) -> Loop:
    """Tell the customer what we intend: the first reply to a complaint, the relay of a department's plan (P2 1.1.1, 1.1.2)."""
    if how not in (How.CALL, How.MESSAGE, How.VISIT):
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": "call, message, visit"}, field="how", code="invalid_choice")
    row, this = locked(loop, "tell", actor)
    this.plan = needed(plan, "plan", _("Write what we intend to do."))
    this.told_at, this.told_by, this.told_how = at, actor, how
    await_word(this, at)
    take_on(row, actor=actor, at=at)
    via = "message" if how == How.MESSAGE else "call"
    tickets.contact(row.ticket, actor=actor, at=at, text=this.plan, via=via, in_loop=True)
    save(row, this, workflow.TOLD, actor=actor, at=at)
    telling.turn(row, this, "agree", at=at)
    return row


@transaction.atomic
def agree(loop: Loop, *, actor: User | None, at: datetime, name: str = "", how: str = How.CALL, words: str = "") -> Loop:
    """The customer agrees to what we intend: only now is it carried out."""
    row, this = locked(loop, "agree", actor)
    this.agreed_name, this.agreed_how = word_of(row, actor, name, how)
    this.agreed_at = at
    this.agreed_heard_by = actor if actor is not None and actor.is_provider else None
    sentence = _("%(name)s agrees to what we intend") % {"name": this.agreed_name or _("The customer")}
    record(row, sentence, words.strip(), actor=actor, at=at, how=this.agreed_how)
    return save(row, this, workflow.AGREED, actor=shown(row, actor), at=at)


@transaction.atomic
def disagree(loop: Loop, *, actor: User | None, at: datetime, words: str, name: str = "", how: str = How.CALL) -> Loop:
    """The customer does not agree: they are asked again with another plan, until they do."""
    row, this = locked(loop, "disagree", actor)
    who, heard = word_of(row, actor, name, how)
    this.objection = needed(words, "words", _("Write what the customer wants otherwise."))
    this.disagreed += 1
    sentence = _("%(name)s does not agree") % {"name": who or _("The customer")}
    record(row, sentence, this.objection, actor=actor, at=at, how=heard)
    return save(row, this, workflow.ANSWERED, actor=shown(row, actor), at=at)


@transaction.atomic
def carry_out(
    loop: Loop, *, actor: User | None, at: datetime, cause: str, result: str, measure: str, measure_kind: str, treatment: str = ""
) -> Loop:
    """Record the result, with the measure that improves it (P0) and the treatment of who was responsible (P2; staff only)."""
    row, this = locked(loop, "carry-out", actor)
    this.cause = needed(cause, "cause", _("Write what the cause was."))
    this.result = needed(result, "result", _("Write what was done."))
    this.measure = needed(measure, "measure", _("Write what improves it for the future."))
    if measure_kind not in Measure.values:
        choices = {"choices": ", ".join(Measure.values)}
        raise Invalid(_("Choose one of: %(choices)s.") % choices, field="measure_kind", code="invalid_choice")
    this.measure_kind, this.treatment = measure_kind, treatment.strip()
    this.carried_out_at, this.carried_out_by = at, actor
    tickets.note(row.ticket, actor=actor, at=at, text=_("Carried out: %(result)s") % {"result": this.result})
    return save(row, this, workflow.CARRIED_OUT, actor=actor, at=at)


@transaction.atomic
def request_close(loop: Loop, *, actor: User | None, at: datetime) -> Loop:
    """Ask to close it: the customer is asked whether they are satisfied, and nobody closes it before."""
    row, this = locked(loop, "request-close", actor)
    this.close_requested_at, this.close_requested_by = at, actor
    await_word(this, at)
    tickets.resolve(row.ticket, actor=actor, at=at, cause=this.cause, solution=this.result, prevention=this.measure, in_loop=True)
    save(row, this, workflow.VERIFYING, actor=actor, at=at)
    telling.turn(row, this, "verdict", at=at)
    return row


@transaction.atomic
def satisfied(loop: Loop, *, actor: User | None, at: datetime, name: str = "", how: str = How.CALL, words: str = "") -> Loop:
    """The customer is satisfied: said by themselves, or heard by somebody who had no hand in the round. It is closed."""
    row, this = locked(loop, "satisfied", actor)
    _judge(row, this, Verdict.SATISFIED, actor=actor, at=at, name=name, how=how, words=words)
    text = ": ".join(filter(None, (_("%(name)s is satisfied") % {"name": this.verdict_name or _("The customer")}, this.verdict_words)))
    tickets.confirm(row.ticket, actor=shown(row, actor), at=at, text=text, in_loop=True)
    row.satisfied_at = row.ended_at = at
    save(row, this, workflow.SATISFIED, actor=shown(row, actor), at=at)
    papers.result(row, this, actor=shown(row, actor), at=at)
    telling.closed(row, this, at=at)
    return row


@transaction.atomic
def not_satisfied(loop: Loop, *, actor: User | None, at: datetime, words: str, name: str = "", how: str = How.CALL) -> Loop:
    """The customer is not satisfied: a new round begins as a priority, and why the last one did not do is looked into."""
    row, this = locked(loop, "not-satisfied", actor)
    reason = needed(words, "words", _("Write what the customer is not satisfied with."))
    _judge(row, this, Verdict.NOT_SATISFIED, actor=actor, at=at, name=name, how=how, words=reason)
    save_by(this, shown(row, actor), at=at)
    ticket = tickets.reopen(row.ticket, actor=shown(row, actor), at=at, reason=reason, in_loop=True)
    worse = workflow.raised(ticket.severity)
    row.rounds += 1
    if worse != ticket.severity:
        ours = actor if actor is not None and actor.is_provider else None
        why = _("Round %(number)s: the customer is not satisfied.") % {"number": row.rounds}
        tickets.set_severity(ticket, actor=ours, at=at, severity=worse, reason=why)
    again = Round(loop=row, number=row.rounds, opened_at=at)
    save(row, again, workflow.SAID, actor=shown(row, actor), at=at)
    telling.again(row, this, at=at)
    return row


def _judge(loop: Loop, this: Round, verdict: Verdict, *, actor: User | None, at: datetime, name: str, how: str, words: str) -> None:
    if actor is None:
        raise NotAllowed(_("Only a person hears whether the customer is satisfied."))
    if actor.is_provider:
        check_independent(loop, actor, selectors.handlers(this))
    this.verdict_name, this.verified_how = word_of(loop, actor, name, how)
    this.verdict, this.verified_at, this.verdict_words = verdict, at, words.strip()
    this.verified_by = actor if actor.is_provider else None


@transaction.atomic
def look_into(loop: Loop, *, actor: User | None, at: datetime, why: str) -> Loop:
    """Say why the round before did not do (P2 1.1.1: the reason is looked into)."""
    row, this = locked(loop, "look-into", actor)
    if this.number == 1:
        raise StepNotAllowed(_("It has not come back."))
    this.why_again = needed(why, "why", _("Write why the last round did not do."))
    this.looked_into_at, this.looked_into_by = at, actor
    tickets.note(row.ticket, actor=actor, at=at, text=this.why_again)
    return save(row, this, None, actor=actor, at=at)


@transaction.atomic
def withdraw(loop: Loop, *, actor: User | None, at: datetime, words: str = "") -> Loop:
    """The customer withdraws what they said: theirs to say, and nobody else's."""
    row, this = locked(loop, "withdraw", actor)
    tickets.cancel(row.ticket, actor=shown(row, actor), at=at, reason=words.strip(), in_loop=True)
    row.ended_at = at
    return save(row, this, workflow.WITHDRAWN, actor=shown(row, actor), at=at)


@transaction.atomic
def concern(loop: Loop, *, actor: User, at: datetime, people: Sequence[User], confidential: bool | None = None) -> Loop:
    """Say whom it is about and whether they may not read it (left out: as it is): for those who dispatch, and not by one of them."""
    check_side("concern", actor)
    if tickets.is_barred(loop.ticket, actor):
        raise NotAllowed(_("You are concerned by this complaint yourself; somebody else handles it."), code="concerned")
    tickets.concern(loop.ticket, list(people), actor=actor, at=at, confidential=confidential)
    loop.ticket.refresh_from_db()
    return loop
