"""What the dashboard says of inspections: whether the plan was kept, by contract."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from customers.models import Contract
from inspections import selectors
from tickets.figures.period import day_of
from tickets.figures.tables import Column, Table, Tile, tile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inspections.selectors import Kept
    from tickets.figures.period import Period
    from tickets.figures.tables import Asked

NAME = "inspections-kept"
COUNTS = ("owed", "in_time", "late", "missed", "called_off")
ASKED_AS = {"office": "office", "organization": "organization", "contract": "plan__contract"}


def plan_kept(asked: Asked, limit: int | None = None) -> tuple[Table, Tile]:
    """Answer the contracts, the least kept first, and the share of inspections done in time."""
    now, before = _kept(asked, asked.period), _kept(asked, asked.period.previous)
    columns = [Column(_("Contract"), "text"), Column(_("Customer"), "text"), Column(_("Owed")), Column(_("Done in time"))]
    columns += [Column(_("Done late")), Column(_("Not inspected")), Column(_("Called off")), Column(_("Share kept"), "share")]
    says = _("Inspections whose last possible day is one of these days. In time: begun on one of its days; called off is owed no more.")
    table = Table(NAME, _("Inspections kept"), says, tuple(columns))
    by = _by_contract(now)
    contracts = Contract.objects.select_related("organization").in_bulk(by)
    rows = sorted(by.items(), key=lambda item: (_share([item[1]]) if _share([item[1]]) is not None else 2, item[0]))
    for pk, sums in rows[:limit]:
        contract = contracts[pk]
        table.add(contract.number, str(contract.organization), *sums, _share([sums]))
    table.left_off = len(rows) - len(table.rows)
    shares = (_share(_by_contract(found).values()) for found in (now, before))
    return table, tile(_("Inspections kept"), "share", *shares, url=reverse("inspections:year"))


def _kept(asked: Asked, period: Period) -> list[Kept]:
    of = {ASKED_AS[name]: key for name, key in asked.scope.filters.items()}
    return selectors.plan_kept(period.first, period.last, today=day_of(asked.at), of=of)


def _by_contract(found: Iterable[Kept]) -> dict[int, list[int]]:
    by: dict[int, list[int]] = defaultdict(lambda: [0] * len(COUNTS))
    for row in found:
        by[row.contract] = [total + getattr(row, name) for total, name in zip(by[row.contract], COUNTS, strict=True)]
    return by


def _share(sums: Iterable[list[int]]) -> float | None:
    """Answer the share done in time, of what is decided."""
    done = decided = 0
    for _owed, in_time, late, missed, _off in sums:
        done, decided = done + in_time, decided + in_time + late + missed
    return done / decided if decided else None
