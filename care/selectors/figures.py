"""What is owed, done and late, month by month, by kind, office and person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import get_language

from care.models import OPEN, Call, Kind, Status

if TYPE_CHECKING:
    from datetime import datetime

DONE = Q(status=Status.DONE)
IN_TIME = DONE & Q(ended_at__lte=F("due_at"))
FIGURES = {
    "owed": Count("pk"),
    "in_time": Count("pk", filter=IN_TIME),
    "done_late": Count("pk", filter=DONE & ~Q(ended_at__lte=F("due_at"))),
    "not_reached": Count("pk", filter=Q(status=Status.NOT_REACHED)),
    "came_back": Count("pk", filter=Q(came_back=True)),
    "dissatisfied": Count("pk", filter=Q(satisfied=False)),
    "tries": Avg("tries"),
    "minutes": Avg("minutes"),
}
GROUPS = {"kind": ("kind",), "office": ("office__name", "office__name_en")}
ROWS = 100


def _owed(rows: QuerySet[Call]) -> QuerySet[Call]:
    """Leave out what was called off: it is owed no more."""
    return rows.exclude(status=Status.DROPPED).order_by()


def figures(rows: QuerySet[Call], at: datetime) -> dict[str, Any]:
    """Answer one line of figures over these calls."""
    return _owed(rows).aggregate(**FIGURES, **_late(at))


def _late(at: datetime) -> dict[str, Any]:
    return {"open_late": Count("pk", filter=Q(status__in=OPEN, due_at__lt=at)), "open": Count("pk", filter=Q(status__in=OPEN))}


def figures_by(rows: QuerySet[Call], group: str, at: datetime) -> list[dict[str, Any]]:
    """Answer a line of figures for each kind, office or person (who called, else for whom it is planned), the most late first."""
    found = _by_person(rows, at) if group == "person" else _by(rows, group, at)
    named = [{**row, "name": _name(row, group)} for row in found]
    return sorted(named, key=lambda row: (-row["open_late"] - row["done_late"], row["name"]))[:ROWS]


def _by(rows: QuerySet[Call], group: str, at: datetime) -> list[dict[str, Any]]:
    return list(_owed(rows).values(group, *GROUPS[group]).annotate(**FIGURES, **_late(at)))


def _by_person(rows: QuerySet[Call], at: datetime) -> list[dict[str, Any]]:
    made = _owed(rows).filter(ended_by__isnull=False).values(person_name=F("ended_by__name"), who=F("ended_by"))
    planned = _owed(rows).filter(ended_by__isnull=True).values(person_name=F("person__name"), who=F("person"))
    found: dict[int | None, dict[str, Any]] = {}
    for row in [*made.annotate(**FIGURES, **_late(at)), *planned.annotate(**FIGURES, **_late(at))]:
        if row["who"] not in found:
            found[row["who"]] = dict(row)
            continue
        known = found[row["who"]]
        for name, value in row.items():
            if name in ("tries", "minutes"):
                known[name] = value if known[name] is None else known[name]
            elif name not in ("who", "person_name"):
                known[name] += value
    return list(found.values())


def _name(row: dict[str, Any], group: str) -> str:
    if group == "kind":
        return str(Kind(row["kind"]).label)
    if group == "person":
        return row["person_name"] or "—"
    english = (get_language() or "").startswith("en")
    return str((row["office__name_en"] or row["office__name"]) if english else row["office__name"])


def months(rows: QuerySet[Call], at: datetime) -> list[dict[str, Any]]:
    """Answer the figures of each month in which something was due."""
    found = _owed(rows).annotate(month=TruncMonth("due_at")).values("month").annotate(**FIGURES, **_late(at))
    return [dict(row) for row in found.order_by("month")]
