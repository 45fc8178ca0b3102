"""The life of a visit: asked for on arrival, begun, finished, planned anew, called off; each step one transaction under its lock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Invalid
from core.record import save_by
from customers import services as customers
from documents import services as documents
from inspections import selectors
from inspections.errors import NotYourVisit, Unfinished, VisitNotNow
from inspections.models import CarriedFinding, Inspection, InspectionEvent, InspectionResult, Kind, Outcome, Status
from inspections.models.visits import NOT_BEGUN
from inspections.services import findings, owed, papers, telling, travelling
from inspections.services.record import note
from inspections.services.steps import locked, must_be, must_work

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from accounts.models import User
    from customers.models import Equipment
    from documents.models import Document
    from inspections.models import ChecklistItem

COPIED = (
    "code", "kind", "section", "part", "position", "text", "text_en", "hint", "hint_en", "unit", "low", "high", "options", "required",
)  # fmt: skip
SPEAKS_FOR_ITSELF = frozenset({Kind.NUMBER, Kind.CHOICE})
"""What is wrong there, the figure or the option says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of one equipment's configuration."""

    equipment: Equipment
    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What is said at the end of a visit. Findings that are not named become a fault, those found before stay advice."""

    summary: str
    advice: str = ""
    changes: str = ""
    becomes: Mapping[int, str] = field(default_factory=dict)
    """By position of the item."""
    carried: Mapping[int, str] = field(default_factory=dict)
    """By id of the finding."""
    configuration: Sequence[Change] = ()


@transaction.atomic
def ask_consent(visit: Inspection, *, actor: User, at: datetime) -> Document:
    """Issue the request to inspect (现场巡检申请报告), which the customer signs on arrival, or answer the one that waits."""
    row = locked(visit)
    must_work(row, actor)
    if not row.may_begin:
        must_be(row, Status.PLANNED)
    if selectors.newest_version(row.plan.template) is None:
        raise VisitNotNow(_("The checklist “%(name)s” has no items yet.") % {"name": row.plan.template})
    return papers.request(row, actor=actor, at=at)


@transaction.atomic
def start(visit: Inspection, *, actor: User, at: datetime, admitted_by: str) -> Inspection:
    """Begin on site at once: the request is issued and signed by the name of who agreed."""
    if not admitted_by.strip():
        raise Invalid(_("Write down who of the customer agreed to the inspection."), field="admitted_by")
    paper = ask_consent(visit, actor=actor, at=at)
    documents.sign(paper, name=admitted_by, strokes=(), seen=paper.content_hash, actor=actor, at=at)
    return Inspection.objects.get(pk=visit.pk)


@transaction.atomic
def begin(visit: Inspection, *, actor: User | None, at: datetime) -> Inspection:
    """Open the checklist of a visit that the customer agreed to; it is fixed as it is now, with what is still open at the site."""
    row = locked(visit)
    must_work(row, actor)
    if not row.may_begin:
        must_be(row, Status.PLANNED)
    if not row.admitted_by_name:
        raise VisitNotNow(_("The customer has not signed the request to inspect yet."))
    version = selectors.newest_version(row.plan.template)
    if version is None:
        raise VisitNotNow(_("The checklist “%(name)s” has no items yet.") % {"name": row.plan.template})
    row.checklist, row.status, row.started_at = version, Status.UNDER_WAY, at
    save_by(row, actor, at=at)
    InspectionResult.objects.bulk_create([_blank(row, item) for item in version.items.order_by("position")])
    CarriedFinding.objects.bulk_create([CarriedFinding(inspection=row, finding=each) for each in selectors.open_at(row.site_id)])
    travelling.arrive(row, at=at)
    note(row, InspectionEvent.Type.STARTED, actor=actor, at=at, facts={"checklist": str(version), "admitted_by": row.admitted_by_name})
    return row


def _blank(visit: Inspection, item: ChecklistItem) -> InspectionResult:
    return InspectionResult(inspection=visit, **{name: getattr(item, name) for name in COPIED})


@transaction.atomic
def finish(visit: Inspection, *, actor: User | None, at: datetime, said: Conclusion) -> Inspection:
    """End the visit: findings stay with the site, as faults or advice; the report is issued and awaits the customer's signature."""
    row = locked(visit)
    must_work(row, actor)
    must_be(row, Status.UNDER_WAY)
    results = list(row.results.select_related("equipment").prefetch_related("photos").order_by("position"))
    asked = list(row.carried.select_related("finding__ticket", "finding__equipment").order_by("finding"))
    _must_be_complete(results, asked)
    if not said.summary.strip():
        raise Invalid(_("Sum up in a sentence or two what was found."), field="summary")
    row.summary, row.advice, row.changes = said.summary.strip(), said.advice.strip(), said.changes.strip()
    row.status, row.finished_at = Status.DONE, at
    save_by(row, actor, at=at)
    settled = findings.settle(row, results, asked, said, actor=actor, at=at)
    _keep_configuration(row, said.configuration, actor, at)
    note(row, InspectionEvent.Type.FINISHED, actor=actor, at=at, text=row.summary, facts=settled.counted())
    travelling.leave(row, at=at)
    papers.report(row, actor=actor, at=at)
    telling.reported(row, settled.failed, len(settled.faults), at=at)
    owed.fulfil(row, actor=actor, at=at)
    return row


def _must_be_complete(results: Sequence[InspectionResult], asked: Sequence[CarriedFinding]) -> None:
    still_open = [result for result in results if result.required and result.is_open]
    if still_open:
        words = ngettext("%(count)s item is still open: %(places)s.", "%(count)s items are still open: %(places)s.", len(still_open))
        raise Unfinished(words % {"count": len(still_open), "places": _places(still_open)}, field="results")
    unseen = [str(row.finding) for row in asked if not row.verdict]
    if unseen:
        raise Unfinished(_("Say of each finding carried forward whether it is still there: %(names)s.") % {"names": "; ".join(unseen)})
    bare = [row for row in results if _lacks_photo(row)]
    if bare:
        raise Unfinished(_("Take a photo, or say that it does not apply: %(places)s.") % {"places": _places(bare)}, field="results")
    silent = [row for row in results if row.outcome == Outcome.FAILED and not row.note and row.kind not in SPEAKS_FOR_ITSELF]
    if silent:
        words = _("Write a note for what is not in order: %(places)s.")
        raise Unfinished(words % {"places": _places(silent)}, field="results")


def _lacks_photo(row: InspectionResult) -> bool:
    return row.kind == Kind.PHOTO and row.outcome in {Outcome.OK, Outcome.FAILED} and not row.photos.all()


def _places(results: Sequence[InspectionResult]) -> str:
    return ", ".join(str(result.position) for result in results)


def _keep_configuration(visit: Inspection, changes: Sequence[Change], actor: User | None, at: datetime) -> None:
    for change in changes:
        if change.equipment.site_id != visit.site_id:
            raise Invalid(_("This equipment does not stand at that site."), field="equipment")
        customers.record_configuration(
            change.equipment, what=change.what, before=change.before, after=change.after, source=visit.number, actor=actor, at=at
        )


@transaction.atomic
def reschedule(visit: Inspection, *, actor: User | None, at: datetime, planned_on: date, engineer: User | None = None) -> Inspection:
    """Move a visit to another day or person, or make up for one that did not take place; everybody concerned is told."""
    row = locked(visit)
    must_work(row, actor)
    must_be(row, *NOT_BEGUN)
    if planned_on < timezone.localdate(at):
        raise Invalid(_("The day has passed."), field="planned_on")
    if engineer is not None and not (engineer.is_provider and engineer.is_active):
        raise Invalid(_("A visit is carried out by our own staff."), field="engineer")
    before = row.planned_on
    row.planned_on, row.engineer = planned_on, engineer or row.engineer
    row.status, row.cancel_reason, row.late_at, row.admitted_by_name = Status.PLANNED, "", None, ""
    save_by(row, actor, at=at)
    note(
        row,
        InspectionEvent.Type.RESCHEDULED,
        actor=actor,
        at=at,
        facts={"before": before, "planned_on": planned_on, "engineer": str(row.engineer)},
    )
    travelling.move(row, actor=actor, at=at)
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
    note(row, InspectionEvent.Type.CANCELLED, actor=actor, at=at, text=row.cancel_reason)
    travelling.call_off(row, at=at)
    telling.cancelled(row, at=at)
    return row
