"""What the dashboard says of complaints and feedback: how often they go round, how soon customers are satisfied, who answers in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import languages
from loops.models import Opinion, Stage
from loops.selectors import loops_for, opinions_for
from sla.models import Clock, ClockState
from tickets.figures.tables import Column, Table

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from loops.models import Loop
    from tickets.figures.tables import Asked

NAME, DEPARTMENTS = "complaints", "complaint-opinions"
LEVELS = (1, 2, 3, 4)


def rounds(asked: Asked, limit: int | None = None) -> tuple[Table, None]:
    """Answer, level by level, what became of what was said in the period."""
    columns = [
        Column(pgettext("complaint", "Level"), "text"),
        Column(_("Said")),
        Column(_("Satisfied")),
        Column(_("Satisfied in the first round"), "share"),
    ]
    columns += [
        Column(_("Rounds on average"), "text"),
        Column(_("Time to satisfaction"), "span"),
        Column(_("First reply in time"), "share"),
    ]
    says = _("Complaints and feedback that were said in these days, by the level they were said at, and what has become of them so far.")
    table = Table(NAME, _("Complaints and feedback"), says, tuple(columns))
    found = _said(asked)
    figures = {row["level"]: row for row in _figures(found)}
    replies = _replies(found)
    for level in LEVELS:
        if row := figures.get(level):
            took = row["took"].total_seconds() if row["took"] else None
            first = row["first"] / row["satisfied"] if row["satisfied"] else None
            mean = f"{row['mean']:.1f}"
            table.add(_("Level %(level)s") % {"level": level}, row["said"], row["satisfied"], first, mean, took, replies.get(level))
    return table, None


def departments(asked: Asked, limit: int | None = None) -> tuple[Table, None]:
    """Answer which departments were asked in the period, and how many of their opinions came in time (P2 1.1.2)."""
    columns = (Column(_("Department"), "text"), Column(_("Asked")), Column(_("Answered")), Column(_("In time"), "share"))
    table = Table(DEPARTMENTS, _("Opinions of departments"), _("Tracking forms that were sent in these days."), columns)
    english = languages.active() == languages.ENGLISH
    rows = _opinions(asked).order_by().values("department__name", "department__name_en")
    in_time = Q(answered_at__lte=F("due_at"))
    counted = rows.annotate(asked=Count("pk"), answered=Count("answered_at"), kept=Count("pk", filter=in_time)).order_by("-asked")
    for row in counted[:limit]:
        name = (english and row["department__name_en"]) or row["department__name"]
        table.add(name, row["asked"], row["answered"], row["kept"] / row["asked"])
    return table, None


def _within(asked: Asked, column: str) -> dict[str, Any]:
    return {f"{column}__gte": asked.period.starts, f"{column}__lt": asked.period.ends}


def _said(asked: Asked) -> QuerySet[Loop]:
    facts = {f"ticket__{name}": key for name, key in asked.scope.filters.items()}
    return loops_for(asked.user).filter(**_within(asked, "created_at"), **facts)


def _opinions(asked: Asked) -> QuerySet[Opinion]:
    facts = {f"round__loop__ticket__{name}": key for name, key in asked.scope.filters.items()}
    return opinions_for(asked.user).filter(**_within(asked, "asked_at"), **facts)


def _figures(found: QuerySet[Loop]) -> Any:
    satisfied = Q(stage=Stage.SATISFIED)
    took = ExpressionWrapper(F("satisfied_at") - F("created_at"), output_field=DurationField())
    return (
        found.order_by()
        .values("level")
        .annotate(
            said=Count("pk"),
            satisfied=Count("pk", filter=satisfied),
            first=Count("pk", filter=satisfied & Q(rounds=1)),
            mean=Avg("rounds"),
            took=Avg(took),
        )
    )


def _replies(found: QuerySet[Loop]) -> dict[int, float]:
    """Answer by level which share of the first replies that were decided came in time."""
    clocks = Clock.objects.filter(measure="response", state__in=[ClockState.MET, ClockState.MISSED], is_strictest=True)
    rows = clocks.filter(commitment__ticket__loop__in=found.values("pk")).order_by().values("commitment__ticket__loop__level")
    counted = rows.annotate(decided=Count("pk"), kept=Count("pk", filter=Q(state=ClockState.MET)))
    return {row["commitment__ticket__loop__level"]: row["kept"] / row["decided"] for row in counted}
