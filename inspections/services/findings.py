"""What is not in order stays with the site: as a new finding, found again, gone; and as a fault where that is wanted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.errors import Invalid
from core.record import save_by
from inspections import selectors
from inspections.errors import NotYourVisit, Unfinished, VisitNotNow
from inspections.models import Becomes, CarriedFinding, Finding, InspectionResult, Kind, Outcome
from inspections.services.papers import measured_words
from tickets import services as tickets
from tickets.models import Channel
from tickets.models import Kind as TicketKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User
    from inspections.models import Inspection
    from inspections.services.visits import Conclusion
    from tickets.models import Ticket

SUBJECT_LENGTH = 200
WORST = 1
RAISED_AT = 2
"""Found so many times, a finding is taken a step more seriously."""


@dataclass(slots=True)
class Settled:
    """What became of the findings of one inspection."""

    failed: int = 0
    new: list[Finding] = field(default_factory=list)
    again: list[Finding] = field(default_factory=list)
    gone: list[Finding] = field(default_factory=list)
    faults: list[Ticket] = field(default_factory=list)

    def counted(self) -> dict[str, Any]:
        """Answer it in numbers, for the record."""
        raised = [row.pk for row in self.again if row.times_found == RAISED_AT]
        numbers = [ticket.number for ticket in self.faults]
        return {"new": len(self.new), "again": len(self.again), "gone": len(self.gone), "raised": raised, "faults": numbers}


def settle(
    visit: Inspection, results: Sequence[InspectionResult], asked: Sequence[CarriedFinding], said: Conclusion, *, actor: User | None, at: datetime
) -> Settled:
    """Open, count up and close findings at the end of a visit, and open the faults that are wanted; inside its transaction."""
    done = Settled()
    known = selectors.known_as(visit)
    gone = {row.finding_id for row in asked if row.verdict == CarriedFinding.Verdict.GONE}
    for result in results:
        if result.outcome == Outcome.FAILED:
            done.failed += 1
            _found(visit, result, known, gone, said, done, actor, at)
    for row in asked:
        _seen(visit, row, said, done, actor, at)
    return done


def _found(
    visit: Inspection,
    result: InspectionResult,
    known: dict[tuple[str, int | None], Finding],
    gone: set[int],
    said: Conclusion,
    done: Settled,
    actor: User | None,
    at: datetime,
) -> None:
    """Keep an item that is not in order: as the finding it was before, or as a new one."""
    finding = known.get((result.code, result.equipment_id))
    if finding is not None and finding.pk in gone:
        words = _("Item %(place)s is not in order, yet “%(finding)s” was said to be gone.")
        raise Unfinished(words % {"place": result.position, "finding": finding}, field="results")
    if finding is None:
        finding = _new(visit, result, actor, at)
        known[(result.code, result.equipment_id)] = finding
        done.new.append(finding)
    else:
        _count(visit, finding, result, actor, at)
        done.again.append(finding)
    result.finding, result.becomes = finding, said.becomes.get(result.position, Becomes.FAULT)
    if result.becomes == Becomes.FAULT and not _is_followed(finding):
        result.ticket = _open_fault(visit, finding, actor=actor, at=at)
        done.faults.append(result.ticket)
    save_by(result, actor, at=at, fields=["finding", "becomes", "ticket"])


def _seen(visit: Inspection, row: CarriedFinding, said: Conclusion, done: Settled, actor: User | None, at: datetime) -> None:
    """Act on what was said of a finding of an earlier inspection."""
    finding = next((each for each in done.again if each.pk == row.finding_id), row.finding)
    if not finding.is_open:
        return  # closed by somebody while the visit was under way
    if row.verdict == CarriedFinding.Verdict.GONE:
        _close(finding, row.note or _("Gone at the inspection %(number)s.") % {"number": visit.number}, actor, at)
        done.gone.append(finding)
        return
    if finding not in done.again:
        _count(visit, finding, None, actor, at)
        done.again.append(finding)
    row.becomes = said.carried.get(finding.pk, Becomes.ADVICE)
    row.save(update_fields=["becomes"])
    if row.becomes == Becomes.FAULT and not _is_followed(finding):
        done.faults.append(_open_fault(visit, finding, actor=actor, at=at))


def _new(visit: Inspection, result: InspectionResult, actor: User | None, at: datetime) -> Finding:
    finding = Finding(
        organization=visit.organization, site=visit.site, equipment=result.equipment, template=visit.plan.template, code=result.code,
        text=result.text, text_en=result.text_en, advice=_advice(result), severity=result.severity, photo=result.photos.first(),
        first_found=visit, last_found=visit, opened_at=at,
    )  # fmt: skip
    save_by(finding, actor, at=at)
    return finding


def _advice(result: InspectionResult) -> str:
    with override(settings.LANGUAGE_CODE):  # one finding, many readers: the service desk's own language
        lines = [result.note if result.kind != Kind.TEXT or result.note else "", measured_words(result)]
    return "\n".join(line for line in lines if line)


def _count(visit: Inspection, finding: Finding, result: InspectionResult | None, actor: User | None, at: datetime) -> None:
    """Note that a finding was found again; the second time it is raised by one step."""
    finding.times_found += 1
    finding.last_found = visit
    if finding.times_found == RAISED_AT:
        finding.severity = max(WORST, finding.severity - 1)
    if result is not None:
        finding.severity = min(finding.severity, result.severity)
        finding.advice = _advice(result) or finding.advice
        finding.photo = result.photos.first() or finding.photo
    save_by(finding, actor, at=at)


def _is_followed(finding: Finding) -> bool:
    """Whether a fault was opened for it that is still worked on."""
    return finding.ticket is not None and finding.ticket.is_open


def _open_fault(visit: Inspection, finding: Finding, *, actor: User | None, at: datetime) -> Ticket:
    with override(settings.LANGUAGE_CODE):
        subject = _("Inspection finding: %(item)s") % {"item": finding}
        description = "\n".join(_lines(visit, finding))
    report = tickets.Report(
        kind=TicketKind.FAULT,
        severity=finding.severity,
        subject=subject[:SUBJECT_LENGTH],
        description=description,
        site=visit.site,
        equipment=finding.equipment,
        channel=Channel.ONSITE,
        contact_name=visit.admitted_by_name,
    )
    finding.ticket = tickets.report(report, actor=actor, at=at)
    save_by(finding, actor, at=at, fields=["ticket"])
    return finding.ticket


def _lines(visit: Inspection, finding: Finding) -> list[str]:
    found = _("Found at the inspection %(number)s.") % {"number": visit.number}
    contract = _("Contract: %(number)s") % {"number": visit.plan.contract.number}
    again = _("Found %(times)s times since %(number)s.") % {"times": finding.times_found, "number": finding.first_found.number}
    return [line for line in (finding.advice, found, again if finding.is_raised else "", contract) if line]


def _close(finding: Finding, reason: str, actor: User | None, at: datetime) -> None:
    finding.state, finding.closed_at, finding.closed_by, finding.closed_because = Finding.State.CLOSED, at, actor, reason[:300]
    save_by(finding, actor, at=at)


@transaction.atomic
def close_finding(finding: Finding, *, actor: User, at: datetime, reason: str) -> Finding:
    """Close a finding between two inspections: it was put in order, or it was none."""
    row = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    if not actor.is_provider:
        raise NotYourVisit(_("Findings are closed by the service provider's staff."))
    if not row.is_open:
        raise VisitNotNow(_("This finding is closed already."))
    if not reason.strip():
        raise Invalid(_("Say why it is closed."), field="reason")
    _close(row, reason.strip(), actor, at)
    return row
