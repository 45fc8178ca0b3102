"""Disputes, line by line: either side says why a line is wrong, a manager decides, and the score follows with its trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role
from core.errors import Invalid, NotAllowed
from core.record import save_by
from scoresheets import engine
from scoresheets.errors import Answered, Settled
from scoresheets.models import Dispute, Line, Score
from scoresheets.services import telling

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from accounts.models import User

LONGEST = 500


@transaction.atomic
def dispute(line: Line, *, actor: User, at: datetime, reason: str) -> Dispute:
    """Say that a line is wrong, and why. Raises Settled once the sheet was issued, and Invalid where it is disputed already."""
    if not (actor.dispatches or actor.role == Role.SUPERVISOR):
        raise NotAllowed(_("A line is disputed by the customer's supervisor, or by our dispatchers and managers."))
    if not reason.strip():
        raise Invalid(_("Say why the line is wrong."), field="reason")
    score = locked(line.score_id)
    _must_be_open(score)
    row = Line.objects.select_related("score").get(pk=line.pk)
    if row.disputes.filter(answered_at=None).exists():
        raise Invalid(_("This line is disputed already; it is answered first."), field="reason")
    side = Dispute.Side.CUSTOMER if actor.is_customer else Dispute.Side.PROVIDER
    made = Dispute(line=row, side=side, reason=reason.strip()[:LONGEST], raised_at=at, raised_by=actor, before=row.own)
    made.save()
    telling.disputed(score, made, at=at)
    return made


@transaction.atomic
def answer(disputed: Dispute, *, actor: User, at: datetime, points: Decimal, text: str) -> Dispute:
    """Decide a dispute: how many points the line takes off from now on, and why; a manager who did not raise it."""
    if not actor.manages:
        raise NotAllowed(_("A dispute is decided by a manager."))
    score = locked(disputed.line.score_id)
    row = Dispute.objects.select_related("line").get(pk=disputed.pk)
    if row.answered_at is not None:
        raise Answered(_("This dispute was answered already."))
    if row.raised_by_id == actor.pk:
        raise NotAllowed(_("Who raised a dispute does not decide it; ask another manager."))
    if not text.strip():
        raise Invalid(_("Say why it is decided so: both sides read it."), field="text")
    if not 0 <= points <= row.line.most:
        raise Invalid(_("This line takes off between 0 and %(most)s points.") % {"most": row.line.most}, field="points")
    _must_be_open(score)
    row.after, row.answer, row.answered_at, row.answered_by = points, text.strip()[:LONGEST], at, actor
    row.save()
    _recount(score, row.line, points, actor, at)
    telling.answered(score, row, at=at)
    return row


def _recount(score: Score, changed: Line, points: Decimal, actor: User, at: datetime) -> None:
    """Let a line cost so much from now on; what counts of its group, and the score, follow."""
    lines = list(score.lines.all())
    for line in lines:
        if line.pk == changed.pk:
            line.own = points
    for line, counted in zip(lines, engine.counted_of([(line.group, line.own) for line in lines]), strict=True):
        if line.counted != counted or line.pk == changed.pk:
            line.counted = counted
            save_by(line, actor, at=at)
    score.score = engine.score(score.total, [line.counted for line in lines])
    save_by(score, actor, at=at)


def locked(pk: int) -> Score:
    """Answer a score that nobody else changes meanwhile."""
    return Score.objects.select_for_update(of=("self",)).select_related("contract", "organization", "sheet").get(pk=pk)


def _must_be_open(score: Score) -> None:
    if not score.is_movable:
        raise Settled(_("The sheet was issued to be signed; nothing in it moves any more."))
