"""Figures that programs send into a health check: all rows or none, and once however often they are sent."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError, Invalid
from core.record import touch
from inspections import selectors
from inspections.errors import BadReadings, BatchTaken
from inspections.models import Inspection, InspectionEvent, InspectionResult, Kind, Outcome, ReadingBatch, Status
from inspections.services.answering import Answer, record, value_of
from inspections.services.record import note
from inspections.services.steps import locked, must_be, must_work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from accounts.models import User
    from customers.models import Equipment

MOST = 500
"""Rows at once; no checklist has more items."""
KEY_LENGTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One figure of one item."""

    line: int
    """Where it stands in what was sent, for what is said of it."""
    code: str
    value: str
    unit: str = ""
    equipment: str = ""
    """A serial number, empty for the site as a whole."""


@transaction.atomic
def receive_readings(visit: Inspection, readings: Sequence[Reading], *, key: str, actor: User, at: datetime) -> tuple[ReadingBatch, bool]:
    """Write figures into the items of these codes; answer the batch, and whether it is new.

    The limits of the items apply. Raises BadReadings with what is wrong in each row, and BatchTaken where other figures came under
    the same key before.
    """
    row = locked(visit)
    must_work(row, actor)
    key = key.strip()
    if not key or len(key) > KEY_LENGTH:
        raise Invalid(
            _("Send a key for this batch (Idempotency-Key or batch), of at most %(limit)s characters.") % {"limit": KEY_LENGTH},
            field="batch",
        )
    checksum = sha256(json.dumps([asdict(reading) for reading in readings], sort_keys=True).encode()).hexdigest()
    known = row.batches.filter(key=key).first()
    if known is not None:
        if known.checksum != checksum:
            raise BatchTaken(_("Other readings were sent as “%(key)s” before; choose another key.") % {"key": key}, field="batch")
        return known, False
    must_be(row, Status.UNDER_WAY)
    _write(row, readings, actor, at)
    batch = ReadingBatch.objects.create(inspection=row, key=key, checksum=checksum, rows=len(readings), received_at=at, received_from=actor)
    note(row, InspectionEvent.Type.READINGS, actor=actor, at=at, facts={"batch": key, "rows": len(readings), "sha256": checksum})
    touch(row, actor, at=at)
    return batch, True


def _write(visit: Inspection, readings: Sequence[Reading], actor: User, at: datetime) -> None:
    if not readings:
        raise Invalid(_("No readings were sent."), field="readings")
    if len(readings) > MOST:
        raise Invalid(_("At most %(limit)s readings at once.") % {"limit": MOST}, field="readings")
    items = {result.code: result for result in visit.results.all() if result.code}
    devices = {each.serial_number: each for each in selectors.equipment_at(visit) if each.serial_number}
    wrong = sorted(_complaints(readings, items, devices))
    if wrong:
        raise BadReadings(_("Nothing was stored: at least one row cannot be taken."), wrong)
    for reading in readings:
        item = items[reading.code]
        answer = Answer(
            position=item.position,
            outcome=reading.value if item.kind == Kind.CHECK else "",
            measured=item.measured if item.kind == Kind.CHECK else reading.value,
            note=item.note,
            severity=item.severity,
            equipment=devices.get(reading.equipment) or item.equipment,
        )
        record(visit, item, answer, actor, at)


def _complaints(
    readings: Sequence[Reading], items: dict[str, InspectionResult], devices: dict[str, Equipment]
) -> Iterator[tuple[int, str, str]]:
    """Yield what is wrong: line, column, sentence."""
    seen: set[str] = set()
    for reading in readings:
        item = items.get(reading.code)
        if item is None or item.kind in {Kind.TEXT, Kind.PHOTO}:
            yield reading.line, "code", _("The checklist has no item “%(code)s” that takes a figure.") % {"code": reading.code[:40]}
            continue
        if reading.code in seen:
            yield reading.line, "code", _("The item “%(code)s” stands here twice.") % {"code": reading.code}
        seen.add(reading.code)
        if reading.unit and reading.unit != item.unit:
            said = {"unit": reading.unit[:20], "wanted": item.unit or _("no unit")}
            yield reading.line, "unit", _("The unit is “%(unit)s”; this item is measured in: %(wanted)s.") % said
        if reading.equipment and reading.equipment not in devices:
            yield (
                reading.line,
                "equipment",
                _("No equipment with the serial number “%(serial)s” is in service at this site.") % {"serial": reading.equipment[:80]},
            )
        yield from _wrong_value(reading, item)


def _wrong_value(reading: Reading, item: InspectionResult) -> Iterator[tuple[int, str, str]]:
    if item.kind == Kind.CHECK and reading.value not in {Outcome.OK, Outcome.FAILED, Outcome.NOT_APPLICABLE}:
        yield reading.line, "value", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Outcome.values)}
    elif len(reading.value) > 60 or not reading.value.strip():  # noqa: PLR2004 - what the column holds
        yield reading.line, "value", _("A value is missing, or longer than 60 characters.")
    else:
        try:
            value_of(item, reading.value)
        except DomainError as refusal:
            yield reading.line, "value", str(refusal)
