"""Carrying out a visit: begin, record what is found, end it; each step one transaction under the visit's lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from core.errors import Invalid
from core.record import save_by
from inspections import selectors
from inspections.errors import NotYourVisit, Unfinished, VisitNotNow
from inspections.models import SEVERITIES, Inspection, InspectionResult, Outcome, Status
from inspections.services import telling
from tickets import services as tickets
from tickets.models import Channel, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from accounts.models import User
    from customers.models import Equipment
    from inspections.models import ChecklistItem
    from tickets.models import Ticket

COPIED = ("section", "position", "text", "text_en", "hint", "hint_en", "unit", "required")
SUBJECT_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found at one item."""

    position: int
    outcome: str
    note: str = ""
    measured: str = ""
    equipment: Equipment | None = None
    severity: int = 3


def locked(visit: Inspection) -> Inspection:
    """Answer the visit as it is now, locked until the transaction ends."""
    rows = Inspection.objects.select_for_update(of=("self",))
    return rows.select_related("organization", "site", "office", "engineer", "plan__template").get(pk=visit.pk)


def must_be(visit: Inspection, *states: str) -> None:
    """Refuse a step that the visit's state does not allow."""
    if visit.status not in states:
        raise VisitNotNow(_("This is not possible: the inspection is “%(state)s”.") % {"state": visit.get_status_display()})


def must_work(visit: Inspection, actor: User | None) -> None:
    """Refuse a step to who does not carry out the visit."""
    if actor is not None and not selectors.may_work_on(actor, visit):
        raise NotYourVisit(_("Only the engineers of this visit, its office and the dispatchers can do this."))


@transaction.atomic
def start(visit: Inspection, *, actor: User | None, at: datetime, admitted_by: str) -> Inspection:
    """Begin on site, once somebody of the customer has agreed; the checklist is fixed as it is now."""
    row = locked(visit)
    must_work(row, actor)
    must_be(row, Status.PLANNED)
    if not admitted_by.strip():
        raise Invalid(_("Write down who of the customer agreed to the inspection."), field="admitted_by")
    version = selectors.newest_version(row.plan.template)
    if version is None:
        raise VisitNotNow(_("The checklist “%(name)s” has no items yet.") % {"name": row.plan.template})
    row.checklist, row.admitted_by_name = version, admitted_by.strip()
    row.status, row.started_at = Status.UNDER_WAY, at
    save_by(row, actor, at=at)
    InspectionResult.objects.bulk_create([_blank(row, item) for item in version.items.order_by("position")])
    return row


def _blank(visit: Inspection, item: ChecklistItem) -> InspectionResult:
    return InspectionResult(inspection=visit, **{name: getattr(item, name) for name in COPIED})


@transaction.atomic
def record_result(visit: Inspection, finding: Finding, *, actor: User | None, at: datetime) -> InspectionResult:
    """Note what was found at one item; it may be changed until the visit is finished."""
    return record_results(visit, [finding], actor=actor, at=at)[0]


@transaction.atomic
def record_results(visit: Inspection, findings: Sequence[Finding], *, actor: User | None, at: datetime) -> list[InspectionResult]:
    """Note what was found at several items at once."""
    row = locked(visit)
    must_work(row, actor)
    must_be(row, Status.UNDER_WAY)
    results = {result.position: result for result in row.results.all()}
    return [_record(row, results.get(finding.position), finding, actor, at) for finding in findings]


def _record(visit: Inspection, result: InspectionResult | None, finding: Finding, actor: User | None, at: datetime) -> InspectionResult:
    if result is None:
        raise Invalid(_("The checklist has no item %(place)s.") % {"place": finding.position}, field="position")
    _check(visit, finding)
    now = {
        "outcome": finding.outcome,
        "note": finding.note.strip(),
        "measured": finding.measured.strip(),
        "equipment": finding.equipment,
        "severity": finding.severity,
    }
    if any(getattr(result, name) != value for name, value in now.items()):
        for name, value in now.items():
            setattr(result, name, value)
        result.recorded_at, result.recorded_by = at, actor
        save_by(result, actor, at=at)
    return result


def _check(visit: Inspection, finding: Finding) -> None:
    if finding.outcome not in {"", *Outcome.values}:
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": ", ".join(Outcome.values)}, field="outcome")
    if finding.severity not in SEVERITIES:
        raise Invalid(_("The severity is a number from 1 (worst) to 4."), field="severity")
    if finding.equipment is not None and finding.equipment.site_id != visit.site_id:
        raise Invalid(_("This equipment does not stand at that site."), field="equipment")


@transaction.atomic
def finish(visit: Inspection, *, actor: User | None, at: datetime, summary: str, advice: str = "", changes: str = "") -> Inspection:
    """End the visit: every finding becomes a fault linked to it, the report goes to the customer."""
    row = locked(visit)
    must_work(row, actor)
    must_be(row, Status.UNDER_WAY)
    results = list(row.results.select_related("equipment").order_by("position"))
    _must_be_complete(results)
    if not summary.strip():
        raise Invalid(_("Sum up in a sentence or two what was found."), field="summary")
    row.summary, row.advice, row.changes = summary.strip(), advice.strip(), changes.strip()
    row.status, row.finished_at = Status.DONE, at
    save_by(row, actor, at=at)
    failed = [result for result in results if result.outcome == Outcome.FAILED]
    for result in failed:
        result.ticket = _open_fault(row, result, actor=actor, at=at)
        save_by(result, actor, at=at, fields=["ticket"])
    telling.reported(row, len(failed), at=at)
    return row


def _must_be_complete(results: Sequence[InspectionResult]) -> None:
    still_open = [result for result in results if result.required and result.is_open]
    if still_open:
        words = ngettext("%(count)s item is still open: %(places)s.", "%(count)s items are still open: %(places)s.", len(still_open))
        raise Unfinished(words % {"count": len(still_open), "places": _places(still_open)}, field="results")
    silent = [result for result in results if result.outcome == Outcome.FAILED and not result.note]
    if silent:
        words = _("Write a note for what is not in order: %(places)s.")
        raise Unfinished(words % {"places": _places(silent)}, field="results")


def _places(results: Sequence[InspectionResult]) -> str:
    return ", ".join(str(result.position) for result in results)


def _open_fault(visit: Inspection, result: InspectionResult, *, actor: User | None, at: datetime) -> Ticket:
    with override(settings.LANGUAGE_CODE):  # one ticket, many readers: the service desk's own language
        subject = _("Inspection finding: %(item)s") % {"item": result}
        description = "\n".join(_finding_lines(visit, result))
    report = tickets.Report(
        kind=Kind.FAULT,
        severity=result.severity,
        subject=subject[:SUBJECT_LENGTH],
        description=description,
        site=visit.site,
        equipment=result.equipment,
        channel=Channel.ONSITE,
        contact_name=visit.admitted_by_name,
    )
    return tickets.report(report, actor=actor, at=at)


def _finding_lines(visit: Inspection, result: InspectionResult) -> list[str]:
    measured = _("Measured: %(value)s %(unit)s") % {"value": result.measured, "unit": result.unit} if result.measured else ""
    found = _("Found at the inspection %(number)s.") % {"number": visit.number}
    return [line.strip() for line in (result.note, measured, found) if line]


@transaction.atomic
def reschedule(visit: Inspection, *, actor: User | None, at: datetime, planned_on: date, engineer: User | None = None) -> Inspection:
    """Move a visit to another day or person, or plan a cancelled one again; everybody concerned is told."""
    row = locked(visit)
    must_work(row, actor)
    must_be(row, Status.PLANNED, Status.CANCELLED)
    if planned_on < timezone.localdate(at):
        raise Invalid(_("The day has passed."), field="planned_on")
    if engineer is not None and not (engineer.is_provider and engineer.is_active):
        raise Invalid(_("A visit is carried out by our own staff."), field="engineer")
    row.planned_on, row.engineer = planned_on, engineer or row.engineer
    row.status, row.cancel_reason = Status.PLANNED, ""
    save_by(row, actor, at=at)
    telling.planned(row, at=at)
    return row


@transaction.atomic
def cancel(visit: Inspection, *, actor: User | None, at: datetime, reason: str) -> Inspection:
    """Call a visit off; the period stays without one unless it is planned again."""
    row = locked(visit)
    if actor is not None and not actor.dispatches:
        raise NotYourVisit(_("Calling an inspection off is up to dispatchers and managers."))
    must_be(row, Status.PLANNED)
    if not reason.strip():
        raise Invalid(_("Say why the inspection is called off."), field="reason")
    row.status, row.cancel_reason = Status.CANCELLED, reason.strip()
    save_by(row, actor, at=at)
    telling.cancelled(row, at=at)
    return row
