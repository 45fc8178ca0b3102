"""The catalogue, the depots, and how many of what should always be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.record import check, save_by
from parts.models import Depot, Fit, PartType, StockLevel
from parts.services.ledger import LARGEST, lock, must_manage, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def save_part(part: PartType | None, *, actor: User | None, at: datetime, fits: Iterable[str] | None = None, **facts: Any) -> PartType:
    """Take a part into the catalogue, or correct it; ``fits`` are the equipment models it fits."""
    must_manage(actor)
    row = PartType.objects.select_for_update().get(pk=part.pk) if part else PartType()
    if part and facts.get("is_serialised", row.is_serialised) != row.is_serialised and row.movements.exists():
        raise Invalid(_("It has moved already: whether it has serial numbers stays as it is."), field="is_serialised")
    _save(row, facts, actor, at)
    if fits is not None:
        _fit(row, {model.strip() for model in fits if model.strip()})
    return row


def _save(row: PartType | Depot, facts: dict[str, Any], actor: User | None, at: datetime) -> None:
    for name, value in facts.items():
        setattr(row, name, value)
    check(row)
    save_by(row, actor, at=at)


def _fit(part: PartType, models: set[str]) -> None:
    part.fits.exclude(model__in=models).delete()
    known = set(part.fits.values_list("model", flat=True))
    Fit.objects.bulk_create([Fit(part=part, model=model) for model in sorted(models - known)])


@transaction.atomic
def save_depot(depot: Depot | None, *, actor: User | None, at: datetime, **facts: Any) -> Depot:
    """Set up a depot, or correct it."""
    must_manage(actor)
    row = Depot.objects.select_for_update(of=("self",)).get(pk=depot.pk) if depot else Depot()
    keeper = facts.get("keeper")
    if keeper is not None and not (keeper.is_provider and keeper.is_active):
        raise Invalid(_("A depot is kept by our own staff."), field="keeper")
    _save(row, facts, actor, at)
    return row


@transaction.atomic
def set_minimum(part: PartType, *, actor: User | None, at: datetime, depot: Depot, minimum: int) -> StockLevel:
    """Say how many free ones there should always be; below that the keeper is told."""
    must_manage(actor)
    if not 0 <= minimum <= LARGEST:
        raise Invalid(_("Enter a whole number from 0 on."), field="minimum")
    level = lock([(depot, part)])[depot.pk, part.pk]
    level.minimum = minimum
    save_by(level, actor, at=at, fields=["minimum"])
    write(level, at=at)
    return level
