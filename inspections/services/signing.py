"""The customer's word: under the request to inspect on arrival, and under the report at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.record import save_by
from documents import services as documents
from documents.models import Status as Paper
from inspections import selectors
from inspections.errors import NotYourVisit, VisitNotNow
from inspections.models import Inspection, InspectionEvent, Status
from inspections.services import papers, travelling, visits
from inspections.services.record import note
from inspections.services.steps import locked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User
    from documents.models import Document


@transaction.atomic
def sign(
    visit: Inspection, *, actor: User, at: datetime, name: str, strokes: Sequence[Sequence[Sequence[float]]] = (), seen: str = ""
) -> Inspection:
    """Put the customer's name under the report: in the portal, or on the engineer's phone.

    ``seen``: the hash of what was shown, where it was not shown just now.
    """
    paper = report_to_sign(visit, actor=actor, at=at)
    documents.sign(paper, name=name, strokes=strokes, seen=seen or paper.content_hash, actor=actor, at=at)
    return Inspection.objects.get(pk=visit.pk)


@transaction.atomic
def decline(visit: Inspection, *, actor: User, at: datetime, reason: str, name: str = "") -> Inspection:
    """Note that the customer does not sign, and why; the report stands all the same."""
    paper = report_to_sign(visit, actor=actor, at=at)
    documents.refuse(paper, name=name, reason=reason, actor=actor, at=at)
    return Inspection.objects.get(pk=visit.pk)


@transaction.atomic
def report_to_sign(visit: Inspection, *, actor: User, at: datetime) -> Document:
    """Answer the report that waits for the customer's signature; of a visit from before there were documents it is issued now."""
    row = locked(visit)
    _must_sign(row, actor)
    if not row.awaits_signature:
        raise VisitNotNow(_("The report of this inspection does not wait for a signature."))
    return papers.report(row, actor=actor, at=at)


def _must_sign(row: Inspection, actor: User) -> None:
    if not selectors.may_sign(actor, row):
        raise NotYourVisit(_("This report is signed by the customer, or on the device of an engineer of the visit."))


def request_sealed(document: Document, *, actor: User, at: datetime) -> None:
    """Go on when the request to inspect was signed or refused: on the engineer's device the visit begins, a refusal ends it."""
    row = _of(document, actor)
    if not row.may_begin:
        raise VisitNotNow(_("This is not possible: the inspection is “%(state)s”.") % {"state": row.get_status_display()})
    signature = document.signature
    if document.status == Paper.REFUSED:
        row.status, row.cancel_reason = Status.REFUSED, signature.refusal
        save_by(row, actor, at=at)
        note(row, InspectionEvent.Type.NOT_CONSENTED, actor=actor, at=at, text=signature.refusal, facts=_told(document))
        travelling.refused(row, at=at)
        return
    row.admitted_by_name = signature.name
    save_by(row, actor, at=at)
    note(row, InspectionEvent.Type.CONSENTED, actor=actor, at=at, facts=_told(document))
    if actor.is_provider:
        visits.begin(row, actor=actor, at=at)


def report_sealed(document: Document, *, actor: User, at: datetime) -> None:
    """Keep the visit in step with its report: signed, or not and why."""
    row = _of(document, actor)
    signature = document.signature
    row.signed_by_name, row.signed_with = signature.name, actor
    kind = InspectionEvent.Type.SIGNED
    if document.status == Paper.REFUSED:
        row.refusal_reason, kind = signature.refusal, InspectionEvent.Type.NOT_SIGNED
    else:
        row.signed_at = at
    save_by(row, actor, at=at)
    note(row, kind, actor=actor, at=at, text=signature.refusal, facts=_told(document))


def _told(document: Document) -> dict[str, str]:
    return {"name": document.signature.name, "paper": document.full_number}


def _of(document: Document, actor: User) -> Inspection:
    row = locked(Inspection(pk=int(document.about.rpartition("/")[2])))
    _must_sign(row, actor)
    return row
