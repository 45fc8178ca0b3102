"""How long equipment runs between failures, and how long it is down: by device and by model.

A failure is a fault that was reported and not cancelled. The time between failures (MTBF) is the time in service less the
unplanned downtime, divided by the failures; the time to repair (MTTR) is the mean from report to solution. Down is what a fault of
severity 1 keeps from its report to its solution; planned downtime is what was entered for the equipment.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, F, Q
from django.utils.translation import gettext as _

from customers.models import Downtime, Equipment
from tickets.figures.period import midnight
from tickets.figures.tables import Column, Table, Tile, tile
from tickets.models import Kind, Status, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from tickets.figures.period import Period, Scope
    from tickets.figures.tables import Asked

    Span = tuple[datetime, datetime]

BY_EQUIPMENT, BY_MODEL = "reliability", "reliability-by-model"
DOWN = 1
"""The severity at which a system counts as down (P2 level 1, P3 major: the whole system, or its core function, is lost)."""
ZERO = timedelta()


def covered(spans: Iterable[Span], first: datetime, last: datetime) -> timedelta:
    """Answer how much of first … last these stretches of time cover; where they overlap it counts once."""
    total, reached = ZERO, first
    for start, end in sorted(spans):
        since, until = max(start, reached), min(end, last)
        if until > since:
            total, reached = total + (until - since), until
    return total


def between_failures(in_service: timedelta, down: timedelta, failures: int) -> float | None:
    """Answer the mean time between failures in seconds: time in service less downtime, by failures; None without a failure."""
    return max((in_service - down).total_seconds(), 0) / failures if failures else None


@dataclass(slots=True)
class Reliability:
    """What is known of one device, or of all of a model, in a period."""

    in_service: timedelta = ZERO
    failures: int = 0
    repairs: int = 0
    repairing: float = 0.0
    """Seconds of all repairs together."""
    unplanned: timedelta = ZERO
    planned: timedelta = ZERO

    def add(self, other: Reliability) -> None:
        """Take another one's figures in."""
        for name in ("in_service", "failures", "repairs", "repairing", "unplanned", "planned"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def mtbf(self) -> float | None:
        """Answer the mean time between failures in seconds."""
        return between_failures(self.in_service, self.unplanned, self.failures)

    @property
    def mttr(self) -> float | None:
        """Answer the mean time to repair in seconds."""
        return self.repairing / self.repairs if self.repairs else None

    @property
    def available(self) -> float | None:
        """Answer which share of the time in service it was not down unplanned."""
        return 1 - self.unplanned / self.in_service if self.in_service else None


@dataclass(slots=True)
class Found:
    """The figures of a period: by equipment, and of all together."""

    by: dict[int, Reliability]
    things: dict[int, Equipment]
    total: Reliability = field(default_factory=Reliability)


def read(period: Period, scope: Scope, at: datetime) -> tuple[Found, Found]:
    """Answer the figures of a period and of the one before it, of all equipment in service that the scope names: four queries."""
    things = {thing.pk: thing for thing in _equipment(scope)}
    faults = Ticket.objects.filter(kind=Kind.FAULT, equipment__isnull=False, is_canary=False, **scope.filters)
    faults = faults.exclude(status=Status.CANCELLED).order_by()
    first, ends = period.previous.starts, min(period.ends, at)
    open_or_later = Q(resolved_at__gte=first) | Q(resolved_at=None)
    down = faults.filter(open_or_later, severity=DOWN, created_at__lt=ends).values_list("equipment", "created_at", "resolved_at")
    planned = Downtime.objects.filter(starts_at__lt=ends, ends_at__gt=first).values_list("equipment", "starts_at", "ends_at")
    stretches = {"unplanned": _by_thing(down, ends), "planned": _by_thing(planned, ends)}
    counted = _counted(faults, (period, period.previous))
    return _found(things, counted[0], stretches, period, at), _found(things, counted[1], stretches, period.previous, at)


def _found(
    things: dict[int, Equipment], counted: dict[int, Reliability], stretches: dict[str, dict[int, list[Span]]], period: Period, at: datetime
) -> Found:
    ends = min(period.ends, at)
    found = Found({pk: counted.get(pk, Reliability()) for pk in things}, things)
    for pk, row in found.by.items():
        row.in_service = _in_service(things[pk], period.starts, ends)
        for name, spans in stretches.items():
            setattr(row, name, covered(spans.get(pk, ()), period.starts, ends))
        found.total.add(row)
    return found


def _equipment(scope: Scope) -> Sequence[Equipment]:
    rows = Equipment.objects.filter(is_active=True).select_related("site__organization").order_by("pk")
    if scope.office is not None:
        rows = rows.filter(site__region__office=scope.office)
    if scope.organization is not None:
        rows = rows.filter(site__organization=scope.organization)
    if scope.contract is not None:
        named = scope.contract.equipment.all()
        rows = rows.filter(pk__in=named) if named.exists() else rows.filter(site__organization=scope.contract.organization_id)
    return list(rows)


def _in_service(thing: Equipment, starts: datetime, ends: datetime) -> timedelta:
    began = max(starts, midnight(thing.accepted_on)) if thing.accepted_on else starts
    return max(ends - began, ZERO)


def _counted(faults: Any, periods: tuple[Period, Period]) -> list[dict[int, Reliability]]:
    """Answer for each period what was reported and repaired, by equipment, in one query."""
    sums: dict[str, Any] = {}
    anywhere = Q()
    for place, period in enumerate(periods):
        reported = Q(created_at__gte=period.starts, created_at__lt=period.ends)
        solved = Q(resolved_at__gte=period.starts, resolved_at__lt=period.ends)
        sums[f"failures_{place}"], sums[f"repairs_{place}"] = Count("pk", filter=reported), Count("pk", filter=solved)
        sums[f"mean_{place}"] = Avg(F("resolved_at") - F("created_at"), filter=solved)
        anywhere |= reported | solved
    found: list[dict[int, Reliability]] = [{} for _period in periods]
    for row in faults.filter(anywhere).values("equipment").annotate(**sums):
        for place in range(len(periods)):
            repairs, mean = row[f"repairs_{place}"], row[f"mean_{place}"]
            spent = mean.total_seconds() * repairs if mean else 0.0
            found[place][row["equipment"]] = Reliability(failures=row[f"failures_{place}"], repairs=repairs, repairing=spent)
    return found


def _by_thing(rows: Iterable[tuple[int, datetime, datetime | None]], ends: datetime) -> dict[int, list[Span]]:
    spans: dict[int, list[Span]] = defaultdict(list)
    for pk, start, end in rows:
        spans[pk].append((start, end or ends))
    return spans


def by_equipment(asked: Asked, shown: int | None) -> tuple[Table, Tile | None]:
    """Answer the devices, those that failed most first, and the time between failures of all of them."""
    found, before = asked.once(BY_EQUIPMENT, lambda: read(asked.period, asked.scope, asked.at))
    heads = [Column(_("Equipment"), "text"), Column(_("Customer"), "text"), Column(_("Model"), "text")]
    table = Table(BY_EQUIPMENT, _("Failures and downtime by equipment"), _says(), (*heads, *_columns()), wide=True)
    rows = sorted(found.by.items(), key=lambda item: (-item[1].failures, -item[1].unplanned, item[0]))
    told = [(pk, row) for pk, row in rows if row.failures or row.repairs or row.unplanned or row.planned]
    for pk, row in told[:shown]:
        thing = found.things[pk]
        table.add(thing.name, str(thing.site.organization), _model(thing), *_figures(row), urls={0: thing.get_absolute_url()})
    table.left_off = len(told) - len(table.rows)
    failing = [(pk, row) for pk, row in told[: shown or len(told)] if row.unplanned]
    if failing:
        drawn = {
            "name": _("Unplanned downtime"),
            "values": [row.unplanned.total_seconds() / 3600 for _pk, row in failing],
            "look": "missed",
        }
        table.chart = {"kind": "span", "labels": [found.things[pk].name for pk, _row in failing], "series": [drawn]}
    return table, tile(
        _("Mean time between failures"), "span", found.total.mtbf, before.total.mtbf, url=asked.behind("reported", kind="fault")
    )


def by_model(asked: Asked, shown: int | None) -> tuple[Table, Tile | None]:
    """Answer the models, those that failed most for each device in service first, and the mean time to repair."""
    found, before = asked.once(BY_EQUIPMENT, lambda: read(asked.period, asked.scope, asked.at))
    models: dict[str, Reliability] = defaultdict(Reliability)
    counts: dict[str, int] = defaultdict(int)
    for pk, row in found.by.items():
        models[_model(found.things[pk])].add(row)
        counts[_model(found.things[pk])] += 1
    heads = [Column(_("Model"), "text"), Column(_("In service"))]
    table = Table(BY_MODEL, _("Failures and downtime by model"), _says(), (*heads, *_columns()), wide=True)
    rows = sorted(models.items(), key=lambda item: (-item[1].failures / counts[item[0]], item[0]))
    told = [(name, row) for name, row in rows if row.failures or row.repairs]
    for name, row in told[:shown]:
        table.add(name, counts[name], *_figures(row))
    table.left_off = len(told) - len(table.rows)
    solved = asked.behind("resolved", kind="fault")
    return table, tile(_("Mean time to repair"), "span", found.total.mttr, before.total.mttr, good="less", url=solved)


def _says() -> str:
    return _(
        "Between failures (MTBF): time in service less unplanned downtime, by faults reported. To repair (MTTR): mean from report to "
        "solution. Unplanned downtime: faults of severity 1, from report to solution; planned: as entered for the equipment."
    )


def _columns() -> list[Column]:
    return [
        Column(_("Faults")),
        Column(_("Between failures"), "span"),
        Column(_("To repair"), "span"),
        Column(_("Unplanned downtime"), "span"),
        Column(_("Planned downtime"), "span"),
        Column(_("Available"), "share"),
    ]


def _figures(row: Reliability) -> list[Any]:
    return [row.failures, row.mtbf, row.mttr, row.unplanned.total_seconds(), row.planned.total_seconds(), row.available]


def _model(thing: Equipment) -> str:
    return " ".join(filter(None, (thing.maker, thing.model))) or _("no model named")
