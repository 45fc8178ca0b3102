"""Filling: for each agreement every period that is over, once, with the evidence frozen behind each line."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from core import periods
from core.record import save_by
from scoresheets import engine, rules
from scoresheets.models import Agreement, Line, Score
from scoresheets.services import telling
from tickets.figures.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from customers.models import Contract
    from scoresheets.models import SheetVersion

logger = logging.getLogger(__name__)

BATCH = 20
PATIENCE = timedelta(days=3)
"""How long after a period's end it is filled: reports, late work and clocks of its last days have settled by then."""
A_DAY = timedelta(days=1)


def fill_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Fill what is over and not filled; answer how many scores this call made, 0 when none is left.

    Each is a transaction of its own: two workers at once, or one that is killed, leave each period filled once.
    """
    made = 0
    for agreement in Agreement.objects.select_related("contract__organization", "sheet").order_by("pk"):
        try:
            for first in _missing(agreement, at):
                made += _fill(agreement, first, at)
                if made >= limit:
                    return made
        except Exception:  # one that cannot be filled does not keep the others waiting
            logger.exception("The score sheet of contract %s could not be filled", agreement.contract_id)
    return made


def _missing(agreement: Agreement, at: datetime) -> Iterator[date]:
    """Yield the first days of the periods that are over, in force and not filled, the oldest first."""
    version = agreement.sheet.versions.first()
    if version is None:
        return
    every, contract = version.data["every"], agreement.contract
    done = set(Score.objects.filter(contract=contract, sheet=agreement.sheet).values_list("period", flat=True))
    over = timezone.localdate(at - PATIENCE)
    first = periods.first_day(every, max(agreement.starts_on, contract.accepted_on))
    until = min(agreement.ends_on or contract.in_force_until, contract.in_force_until)
    while (last := periods.last_day(every, first)) < over and first <= until:
        if periods.key(every, first) not in done:
            yield first
        first = last + A_DAY


def _fill(agreement: Agreement, first: date, at: datetime) -> int:
    version = agreement.sheet.versions.first()
    if version is None:
        return 0
    definition, lines = counted(version, agreement.contract, first)
    score = Score(
        contract=agreement.contract,
        organization=agreement.contract.organization,
        sheet=agreement.sheet,
        version=version,
        every=definition.every,
        period=periods.key(definition.every, first),
        first=first,
        total=definition.total,
        score=engine.score(definition.total, [line.counted for line in lines]),
        made_at=at,
    )
    try:
        with transaction.atomic():
            save_by(score, None, at=at)
            for place, line in enumerate(lines, start=1):
                save_by(_line(score, place, line), None, at=at)
            telling.filled(score, at=at)
    except IntegrityError:
        if Score.objects.filter(contract=score.contract, sheet=score.sheet, period=score.period).exists():
            return 0  # another worker was first
        raise
    return 1


def counted(version: SheetVersion, contract: Contract, first: date) -> tuple[engine.Definition, list[engine.Sum]]:
    """Answer what a version of a sheet comes to for a contract in the period that begins on a day."""
    definition = engine.Definition.read(version.data)
    return definition, preview(definition, contract, first)


def preview(definition: engine.Definition, contract: Contract, first: date) -> list[engine.Sum]:
    """Answer the lines a definition would come to; nothing is stored."""
    period = Period(first, periods.last_day(definition.every, first))
    found = {item.code: rules.cases_of(item.rule, contract, period, item.options) for item in definition.items}
    return engine.settle(definition, found)


def _line(score: Score, place: int, line: engine.Sum) -> Line:
    item = line.item
    return Line(
        score=score,
        place=place,
        code=item.code,
        name=item.name["zh-hans"],
        name_en=item.name["en"],
        clause=item.clause,
        group=item.group,
        each=item.points,
        most=item.most,
        cases=line.times,
        own=line.own,
        counted=line.counted,
        evidence=[asdict(case) | {"label": dict(case.label)} for case in line.cases],
    )
