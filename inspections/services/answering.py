"""Noting what was found at each item, while the visit is under way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.record import save_by, touch
from inspections import engine
from inspections.errors import BadAnswer
from inspections.models import SEVERITIES, CarriedFinding, Inspection, InspectionResult, Kind, Outcome, Status
from inspections.services.steps import locked, must_be, must_work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from accounts.models import User
    from customers.models import Equipment


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found at one item. A number and a choice have no outcome of their own but *does not apply*."""

    position: int
    outcome: str = ""
    note: str = ""
    measured: str = ""
    equipment: Equipment | None = None
    severity: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a finding of an earlier inspection is still there."""

    finding: int
    verdict: str
    note: str = ""


@transaction.atomic
def record_result(visit: Inspection, answer: Answer, *, actor: User | None, at: datetime) -> InspectionResult:
    """Note what was found at one item; it may be changed until the visit is finished."""
    return record_results(visit, [answer], actor=actor, at=at)[0]


@transaction.atomic
def record_results(visit: Inspection, answers: Sequence[Answer], *, actor: User | None, at: datetime) -> list[InspectionResult]:
    """Note what was found at several items at once."""
    row = _under_way(visit, actor)
    results = {result.position: result for result in row.results.all()}
    before = {place: result.recorded_at for place, result in results.items()}
    kept = []
    for place, answer in enumerate(answers):
        try:
            kept.append(record(row, results.get(answer.position), answer, actor, at))
        except Invalid as refusal:
            raise BadAnswer(refusal, place=place) from refusal
    if any(result.recorded_at != before[result.position] for result in kept):
        touch(row, actor, at=at)
    return kept


def _under_way(visit: Inspection, actor: User | None) -> Inspection:
    row = locked(visit)
    must_work(row, actor)
    must_be(row, Status.UNDER_WAY)
    return row


def record(visit: Inspection, result: InspectionResult | None, answer: Answer, actor: User | None, at: datetime) -> InspectionResult:
    """Note one answer of a visit whose row is locked."""
    if result is None:
        raise Invalid(_("The checklist has no item %(place)s.") % {"place": answer.position}, field="position")
    _check(visit, answer)
    value = value_of(result, answer.measured)
    now = {
        "outcome": _outcome(result, answer, value),
        "note": answer.note.strip(),
        "measured": answer.measured.strip(),
        "value": value,
        "equipment": answer.equipment,
        "severity": answer.severity,
    }
    if any(getattr(result, name) != value for name, value in now.items()):
        for name, each in now.items():
            setattr(result, name, each)
        result.recorded_at, result.recorded_by = at, actor
        save_by(result, actor, at=at)
    return result


def _check(visit: Inspection, answer: Answer) -> None:
    if answer.outcome not in {"", *Outcome.values}:
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": ", ".join(Outcome.values)}, field="outcome")
    if answer.severity not in SEVERITIES:
        raise Invalid(_("The severity is a number from 1 (worst) to 4."), field="severity")
    if answer.equipment is not None and answer.equipment.site_id != visit.site_id:
        raise Invalid(_("This equipment does not stand at that site."), field="equipment")


def value_of(result: InspectionResult, measured: str) -> Decimal | None:
    """Answer what was typed as the number an item asks for, None where it asks for none; refuse what it cannot be."""
    if result.kind == Kind.CHOICE and measured.strip() and result.option(measured.strip()) is None:
        codes = ", ".join(row["code"] for row in result.options)
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": codes}, field="measured")
    if result.kind != Kind.NUMBER or not measured.strip():
        return None
    value = engine.read_number(measured)
    if value is None:
        raise Invalid(_("“%(words)s” is not a number.") % {"words": measured[:40]}, field="measured")
    return value


def _outcome(result: InspectionResult, answer: Answer, value: Decimal | None) -> str:
    """Answer the outcome: of a number by its limits, of a choice by its option, of words and photos once they are there."""
    if answer.outcome == Outcome.NOT_APPLICABLE:
        return Outcome.NOT_APPLICABLE.value
    if result.kind == Kind.NUMBER:
        return _judged(value is not None, value is not None and engine.within(value, result.low, result.high))
    if result.kind == Kind.CHOICE:
        chosen = result.option(answer.measured.strip())
        return _judged(chosen is not None, chosen is not None and not chosen["bad"])
    if result.kind == Kind.TEXT and not answer.outcome:
        return _judged(bool(answer.note.strip()), True)  # noqa: FBT003 - words alone say nothing bad
    return answer.outcome


def _judged(is_there: bool, is_good: bool) -> str:  # noqa: FBT001
    return (Outcome.OK if is_good else Outcome.FAILED).value if is_there else ""


@transaction.atomic
def record_verdicts(visit: Inspection, verdicts: Sequence[Verdict], *, actor: User | None, at: datetime) -> list[CarriedFinding]:
    """Note which findings of earlier inspections are still there and which are gone."""
    row = _under_way(visit, actor)
    asked: dict[int, Any] = {carried.finding_id: carried for carried in row.carried.all()}
    before = {finding: carried.recorded_at for finding, carried in asked.items()}
    kept = []
    for place, verdict in enumerate(verdicts):
        try:
            kept.append(_verdict(asked.get(verdict.finding), verdict, actor, at))
        except Invalid as refusal:
            raise BadAnswer(refusal, place=place) from refusal
    if any(carried.recorded_at != before[carried.finding_id] for carried in kept):
        touch(row, actor, at=at)
    return kept


def _verdict(carried: CarriedFinding | None, verdict: Verdict, actor: User | None, at: datetime) -> CarriedFinding:
    if carried is None:
        raise Invalid(_("This finding is not asked about at this inspection."), field="finding")
    if verdict.verdict not in {"", *CarriedFinding.Verdict.values}:
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": ", ".join(CarriedFinding.Verdict.values)}, field="verdict")
    if (carried.verdict, carried.note) != (verdict.verdict, verdict.note.strip()):
        carried.verdict, carried.note = verdict.verdict, verdict.note.strip()
        carried.recorded_at, carried.recorded_by = at, actor
        carried.save()
    return carried
