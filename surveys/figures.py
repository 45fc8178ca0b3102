"""What the dashboard says of satisfaction: a tile and a table, from the surveys a person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from surveys import selectors
from tickets.figures.tables import Column, Table, Tile, tile

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from surveys.models import SurveyInvitation
    from tickets.figures.period import Period
    from tickets.figures.tables import Asked

NAME = "satisfaction"


def satisfaction(asked: Asked, limit: int | None = None) -> tuple[Table, Tile]:
    """Answer the averages of the surveys sent in a period, by office, the least content first."""
    now, before = (_asked_in(asked, period) for period in (asked.period, asked.period.previous))
    score = tile(_("Satisfaction"), "score", _mean(now), _mean(before), note=_("average of 5"), url=_answers(asked))
    says = _("Averages of the three scores from 1 to 5, over the surveys that were sent in these days and have been answered.")
    scores = [Column(_("Average"), "score"), Column(_("Speed"), "score"), Column(_("Quality"), "score"), Column(_("The engineer"), "score")]
    table = Table(NAME, _("Satisfaction"), says, (Column(_("Office"), "text"), Column(_("Asked")), Column(_("Answered")), *scores))
    rows = selectors.figures_by(now, "office")
    for row in rows:
        urls = {2: _answers(asked, office=row["pk"])} if row["answered"] else {}
        table.add(row["name"], row["asked"], row["answered"], row["mean"], row["speed"], row["quality"], row["manner"], urls=urls)
    answered = [row for row in rows if row["answered"]]
    if answered:
        drawn = {"name": _("Average"), "values": [row["mean"] for row in answered], "look": "kept"}
        table.chart = {"kind": "score", "labels": [row["name"] for row in answered], "series": [drawn]}
    return table, score


def _asked_in(asked: Asked, period: Period) -> QuerySet[SurveyInvitation]:
    days = {"created_at__gte": period.starts, "created_at__lt": period.ends}
    return selectors.surveys_for(asked.user).filter(**days, **asked.scope.filters)


def _mean(rows: QuerySet[SurveyInvitation]) -> float | None:
    mean: float | None = selectors.figures(rows)["mean"]
    return mean


def _answers(asked: Asked, **facts: Any) -> str:
    days = {"since": asked.period.first.isoformat(), "until": asked.period.last.isoformat()}
    return f"{reverse('surveys:answers')}?{urlencode({**days, **asked.scope.filters, **facts})}"
