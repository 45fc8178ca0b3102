"""What surveys come to, counted by who was asked."""

from __future__ import annotations

from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import get_language

from surveys.models import SurveyAnswer, SurveyInvitation, SurveyValue

GROUPS = {
    "engineer": ("engineer__name",),
    "office": ("office__name", "office__name_en"),
    "contract": ("contract__number", "organization__name"),
}
GROUP_ROWS = 100
CONTENT = 4
"""Who gives this or more on average is satisfied."""
CODES = ("speed", "quality", "manner")
"""The three questions that stand in most templates and are compared everywhere."""

FIGURES = {
    "asked": Count("pk", filter=Q(sent_at__isnull=False)),
    "answered": Count("pk", filter=Q(answered_at__isnull=False)),
    "mean": Avg("answer__mean"),
    "low": Count("answer", filter=Q(answer__is_low=True)),
    "satisfied": Count("answer", filter=Q(answer__mean__gte=CONTENT)),
}


def figures(rows: QuerySet[SurveyInvitation]) -> dict[str, Any]:
    """Answer one line of figures over all of these surveys."""
    found: dict[str, Any] = rows.aggregate(**FIGURES)
    return found | dict.fromkeys(CODES) | _averages(rows).get(None, {})


def _averages(rows: QuerySet[SurveyInvitation], group: str = "") -> dict[Any, dict[str, float]]:
    """Answer the averages of the common questions, by group."""
    said = SurveyValue.objects.filter(answer__invitation__in=rows.order_by().values("pk"), question__code__in=CODES)
    keys = ([f"answer__{group}"] if group else []) + ["question__code"]
    found: dict[Any, dict[str, float]] = {}
    for row in said.order_by().values(*keys).annotate(average=Avg("value")):
        found.setdefault(row[keys[0]] if group else None, {})[row["question__code"]] = row["average"]
    return found


def figures_by(rows: QuerySet[SurveyInvitation], group: str) -> list[dict[str, Any]]:
    """Answer a line of figures for each engineer, office or contract, the least content first, named for the reader."""
    named = rows.filter(**{f"{group}__isnull": False}).order_by().values(group, *GROUPS[group]).annotate(**FIGURES)
    found, averages = named.order_by(F("mean").asc(nulls_last=True), group), _averages(rows, group)
    none = dict.fromkeys(CODES)
    return [{**row, **none, **averages.get(row[group], {}), "pk": row[group], "name": _name(row, group)} for row in found[:GROUP_ROWS]]


def _name(row: dict[str, Any], group: str) -> str:
    first, second = row[GROUPS[group][0]], row[GROUPS[group][-1]]
    if group == "contract":
        return f"{first} · {second}"
    return second or first if (get_language() or "").startswith("en") else first


def by_month(rows: QuerySet[SurveyInvitation]) -> list[dict[str, Any]]:
    """Answer the averages of each month in which there were answers."""
    answers = SurveyAnswer.objects.filter(invitation__in=rows.order_by().values("pk"))
    months = answers.order_by().annotate(month=TruncMonth("answered_at")).values("month")
    found = {row["month"]: {**row, **dict.fromkeys(CODES)} for row in months.annotate(mean=Avg("mean"), answered=Count("pk"))}
    said = SurveyValue.objects.filter(answer__in=answers.values("pk"), question__code__in=CODES).order_by()
    for row in said.annotate(month=TruncMonth("answer__answered_at")).values("month", "question__code").annotate(average=Avg("value")):
        found[row["month"]][row["question__code"]] = row["average"]
    return [found[month] for month in sorted(found)]
