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


@dataclass(slots=True, kw_only=True)
class _Ending:
    """The end of one visit, while its findings are settled."""

    visit: Inspection
    said: Conclusion
    known: dict[tuple[str, int | None], Finding]
    gone: set[int]
    actor: User | None
    at: datetime
    done: Settled = field(default_factory=Settled)


def settle(
    visit: Inspection,
    results: Sequence[InspectionResult],
    asked: Sequence[CarriedFinding],
    said: Conclusion,
    *,
    actor: User | None,
    at: datetime,
) -> Settled:
    """Open, count up and close findings at the end of a visit, and open the faults that are wanted; inside its transaction."""
    gone = {row.finding_id for row in asked if row.verdict == CarriedFinding.Verdict.GONE}
    ending = _Ending(visit=visit, said=said, known=selectors.known_as(visit), gone=gone, actor=actor, at=at)
    for result in results:
        if result.outcome == Outcome.FAILED:
            _found(ending, result)
    for row in asked:
        _seen(ending, row)
    return ending.done


def _found(ending: _Ending, result: InspectionResult) -> None:
    """Keep an item that is not in order: as the finding it was before, or as a new one."""
    ending.done.failed += 1
    place = (result.code, result.equipment_id)
    finding = ending.known.get(place)
    if finding is not None and finding.pk in ending.gone:
        words = _("Item %(place)s is not in order, yet “%(finding)s” was said to be gone.")
        raise Unfinished(words % {"place": result.position, "finding": finding}, field="results")
    if finding is None:
        finding = ending.known[place] = _new(ending.visit, result, ending.actor, ending.at)
        ending.done.new.append(finding)
    else:
        _count(ending, finding, result)
    result.finding, result.becomes = finding, ending.said.becomes.get(result.position, Becomes.FAULT)
    if result.becomes == Becomes.FAULT and not is_followed(finding):
        result.ticket = _open_fault(ending, finding)
    save_by(result, ending.actor, at=ending.at, fields=["finding", "becomes", "ticket"])


def _seen(ending: _Ending, row: CarriedFinding) -> None:
    """Act on what was said of a finding of an earlier inspection."""
    finding = next((each for each in ending.done.again if each.pk == row.finding_id), row.finding)
    if not finding.is_open:
        return  # closed by somebody while the visit was under way
    if row.verdict == CarriedFinding.Verdict.GONE:
        _close(finding, row.note or _("Gone at the inspection %(number)s.") % {"number": ending.visit.number}, ending.actor, ending.at)
        ending.done.gone.append(finding)
        return
    if finding not in ending.done.again:
        _count(ending, finding, None)
    row.becomes = ending.said.carried.get(finding.pk, Becomes.ADVICE)
    row.save(update_fields=["becomes"])
    if row.becomes == Becomes.FAULT and not is_followed(finding):
        _open_fault(ending, finding)


def _new(visit: Inspection, result: InspectionResult, actor: User | None, at: datetime) -> Finding:
    finding = Finding(
        organization=visit.organization, site=visit.site, equipment=result.equipment, template=visit.plan.template, code=result.code,
        text=result.text, text_en=result.text_en, advice=_advice(result), severity=result.severity, photo=_picture(result),
        first_found=visit, last_found=visit, opened_at=at,
    )  # fmt: skip
    save_by(finding, actor, at=at)
    return finding


def _picture(result: InspectionResult) -> Any:
    return next(iter(result.photos.all()), None)


def _advice(result: InspectionResult) -> str:
    with override(settings.LANGUAGE_CODE):  # one finding, many readers: the service desk's own language
        lines = [result.note if result.kind != Kind.TEXT or result.note else "", measured_words(result)]
    return "\n".join(line for line in lines if line)


def _count(ending: _Ending, finding: Finding, result: InspectionResult | None) -> None:
    """Note that a finding was found again; the second time it is raised by one step."""
    finding.times_found += 1
    finding.last_found = ending.visit
    if finding.times_found == RAISED_AT:
        finding.severity = max(WORST, finding.severity - 1)
    if result is not None:
        finding.severity = min(finding.severity, result.severity)
        finding.advice = _advice(result) or finding.advice
        finding.photo = _picture(result) or finding.photo
    save_by(finding, ending.actor, at=ending.at)
    ending.done.again.append(finding)


def is_followed(finding: Finding | None) -> bool:
    """Whether a fault was opened for it that is still worked on."""
    return finding is not None and finding.ticket is not None and finding.ticket.is_open


def _open_fault(ending: _Ending, finding: Finding) -> Ticket:
    ticket = _fault(finding, ending.visit, ending.actor, ending.at)
    ending.done.faults.append(ticket)
    return ticket


def _fault(finding: Finding, visit: Inspection, actor: User | None, at: datetime) -> Ticket:
    """Report what was found at a visit as a fault."""
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


def _open(finding: Finding, actor: User) -> Finding:
    """Answer a finding that is still open, locked, for one of ours to do something about."""
    related = ("ticket", "equipment", "site", "first_found", "last_found__plan__contract")
    row = Finding.objects.select_for_update(of=("self",)).select_related(*related).get(pk=finding.pk)
    if not actor.is_provider:
        raise NotYourVisit(_("Findings are closed by the service provider's staff."))
    if not row.is_open:
        raise VisitNotNow(_("This finding is closed already."))
    return row


@transaction.atomic
def raise_finding(finding: Finding, *, actor: User, at: datetime) -> Finding:
    """Open a fault for a finding that was left as advice; one that is worked on is not opened twice."""
    row = _open(finding, actor)
    if is_followed(row):
        raise VisitNotNow(_("A fault is worked on for this finding already."))
    _fault(row, row.last_found, actor, at)
    return row


@transaction.atomic
def close_finding(finding: Finding, *, actor: User, at: datetime, reason: str) -> Finding:
    """Close a finding between two inspections: it was put in order, or it was none."""
    row = _open(finding, actor)
    if not reason.strip():
        raise Invalid(_("Say why it is closed."), field="reason")
    _close(row, reason.strip(), actor, at)
    return row
