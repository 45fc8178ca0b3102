"""The demo world's scores: the first customers are scored by the sheet that ships, one line was disputed, one sheet is signed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from accounts.models import Role, User
from documents import services as documents
from scoresheets import services
from scoresheets.models import Line, Score

if TYPE_CHECKING:
    from datetime import datetime

    from servicedesk.demo.world import World

SCORED, QUARTERS = 4, 3


def fill(made: World, at: datetime) -> None:
    """Score the first customers for three quarters."""
    version = services.load_shipped(at=at - relativedelta(months=3 * QUARTERS))[0]
    since = timezone.localdate(at - relativedelta(months=3 * QUARTERS))
    for customer in made.customers[:SCORED]:
        services.agree(customer.contract, version.sheet, since, actor=None, at=at - relativedelta(months=3 * QUARTERS))
    while services.fill_next_batch(at):
        pass
    rows = list(Score.objects.order_by("-first", "pk"))
    if rows:
        _dispute(rows[0], made, at)
    for row in rows[SCORED:]:
        services.issue(row, actor=made.manager, at=at - timedelta(days=2), name=made.manager.name)
    for row in rows[SCORED * 2 :]:
        _sign(row, at)


def _sign(row: Score, at: datetime) -> None:
    paper = Score.objects.select_related("document").get(pk=row.pk).document
    supervisor = User.objects.filter(role=Role.SUPERVISOR, membership__organization=row.organization_id).first()
    if paper and supervisor:
        said, seen = at - timedelta(days=1), paper.content_hash
        documents.sign(paper, name=supervisor.name, strokes=(), seen=seen, actor=supervisor, at=said)


def _dispute(row: Score, made: World, at: datetime) -> None:
    """The customer's supervisor holds two lines to be wrong; one is decided."""
    supervisor = User.objects.filter(role=Role.SUPERVISOR, membership__organization=row.organization_id).first()
    lines = Line.objects.filter(score=row, counted__gt=0).order_by("place")[:2]
    for place, line in enumerate(lines):
        if supervisor:
            said = services.dispute(
                line, actor=supervisor, at=at - timedelta(hours=30 - place), reason="当日机房停电检修，双方已书面确认顺延。"
            )
            if place == 0:
                half = Decimal(line.own) / 2
                text = "停电期间的一次予以扣除，其余情况属实。"
                services.answer(said, actor=made.manager, at=at - timedelta(hours=5), points=round(half, 1), text=text)
