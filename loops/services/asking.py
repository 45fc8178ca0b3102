"""The tracking form goes to the departments concerned, and their opinions come back within their clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.queue import claim
from core.record import save_by
from loops import selectors, workflow
from loops.errors import NotIndependent, StepNotAllowed
from loops.models import Opinion
from loops.services import papers, telling
from loops.services.steps import locked, needed, save, take_on
from tickets import services as tickets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import Team, User
    from loops.models import Loop

BATCH = 200


@transaction.atomic
def ask(loop: Loop, *, actor: User | None, at: datetime, departments: Sequence[Team], question: str = "") -> Loop:
    """Send the tracking form 投诉跟踪单 to departments; each has its own clock (P2 1.1.2: two hours).

    A department is asked once, and once more each time the customer has not agreed: it may revise its opinion. Raises Invalid where
    nobody is left to ask.
    """
    row, this = locked(loop, "ask", actor)
    known = set(this.opinions.filter(asking=this.asking).values_list("department", flat=True))
    asked = [each for each in dict.fromkeys(departments) if each.pk not in known]
    if not asked:
        raise Invalid(_("Choose a department that was not asked about this plan yet."), field="departments", code="required")
    take_on(row, actor=actor, at=at)
    row.ticket.refresh_from_db()
    due = selectors.opinion_due(row.ticket, at)
    for department in asked:
        facts = {"asking": this.asking, "question": question.strip(), "asked_at": at, "asked_by": actor, "due_at": due}
        opinion = Opinion(round=this, department=department, **facts)
        save_by(opinion, actor, at=at)
        tickets.ask_department(row.ticket, actor=actor, at=at, department=department.name, text=question, in_loop=True)
        telling.asked(row, opinion, actor=actor, at=at)
    save(row, this, workflow.ASKED, actor=actor, at=at)
    papers.tracking(row, this, actor=actor, at=at)
    return row


@transaction.atomic
def answer(opinion: Opinion, *, actor: User | None, at: datetime, text: str) -> Opinion:
    """Give the department's opinion; with the last one the ticket's own clock stops."""
    row, this = locked(opinion.round.loop, "answer", actor)
    rows = this.opinions.select_for_update(of=("self",))  # the sweep that tells of late ones may write to it as well
    mine = rows.select_related("department").filter(pk=opinion.pk).first()
    if mine is None or mine.answered_at is not None:
        raise StepNotAllowed(_("This department has answered already."), code="answered")
    if actor is not None and not selectors.may_answer(mine, actor):
        raise NotAllowed(_("The department itself answers, or a dispatcher writes down what it said."))
    mine.text = needed(text, "text", _("Write what the department intends."))
    mine.answered_at, mine.answered_by = at, actor
    save_by(mine, actor, at=at)
    waiting = this.opinions.filter(answered_at=None).count()
    name = mine.department.name
    tickets.give_opinion(row.ticket, actor=actor, at=at, department=name, text=mine.text, in_loop=True, is_last=not waiting)
    save(row, this, workflow.answered(row.stage, waiting), actor=actor, at=at)
    if not waiting:
        papers.tracking(row, this, actor=actor, at=at)
    return mine


@transaction.atomic
def watch_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Tell once of each opinion that turned late by now; answer how many there were, 0 when none is left."""
    waiting = Opinion.objects.filter(answered_at=None, late_at=None, due_at__lt=at, round__loop__stage__in=sorted(workflow.OPEN))
    rows = claim(waiting.select_related("department", "round__loop__ticket__organization").order_by("due_at", "pk"), limit, of=("self",))
    for row in rows:
        row.late_at = at
        save_by(row, None, at=at, fields=["late_at"])
        telling.opinion_late(row.round.loop, row, at=at)
    return len(rows)


def check_independent(loop: Loop, actor: User, barred: set[int]) -> None:
    """Refuse to have a round judged by somebody who had a hand in it."""
    if actor.pk in barred:
        raise NotIndependent(_("You had a hand in this round; somebody else asks the customer whether they are satisfied."))
