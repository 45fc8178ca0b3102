"""The papers of a visit: the request to work on site, signed on arrival, and the confirmation of what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.errors import Invalid
from documents import selectors as papers
from documents import services as documents
from documents.models import LANGUAGES, Kind
from documents.models import Status as Paper
from visits.errors import StepNotAllowed
from visits.models import Status, Visit, VisitEvent
from visits.services import record, sheets
from visits.services.record import locked, must_work, said

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from documents.models import Document

WHEN = {Kind.SERVICE_REQUEST: Status.ON_SITE, Kind.SERVICE_CONFIRMATION: Status.DONE}
"""In which state of the visit each paper is issued."""
ENDING = {Kind.SERVICE_REQUEST: "REQ", Kind.SERVICE_CONFIRMATION: "CNF"}
OUTCOMES = {
    (Kind.SERVICE_REQUEST, True): VisitEvent.Type.REQUEST_SIGNED,
    (Kind.SERVICE_REQUEST, False): VisitEvent.Type.REQUEST_REFUSED,
    (Kind.SERVICE_CONFIRMATION, True): VisitEvent.Type.CONFIRMED,
    (Kind.SERVICE_CONFIRMATION, False): VisitEvent.Type.NOT_CONFIRMED,
}


def about(visit: Visit) -> str:
    """Answer by which words documents know a visit."""
    return f"visit/{visit.pk}"


@transaction.atomic
def issue_paper(visit: Visit, kind: str, *, actor: User, at: datetime) -> Document:
    """Issue a paper of the visit, to be signed; one that was issued already is answered as it is."""
    row = locked(visit)
    must_work(row, actor)
    if kind not in WHEN:
        raise Invalid(_("A visit has no such paper."), field="kind", code="invalid_choice")
    known = papers.documents_about(about(row)).filter(kind=kind).first()
    if known is not None:
        return known
    if row.status != WHEN[Kind(kind)]:
        facts = {"paper": Kind(kind).label, "state": Status(WHEN[Kind(kind)]).label}
        raise StepNotAllowed(_("“%(paper)s” is issued while the visit is “%(state)s”.") % facts)
    return _issue(row, kind, actor=actor, at=at)


@transaction.atomic
def correct_confirmation(visit: Visit, *, work: str, reason: str, actor: User, at: datetime) -> Document:
    """Put right what a service confirmation says was done: a new version that names the old one and why, to be signed anew.

    The one that was signed, or refused, stays as it is. Raises Invalid, and StepNotAllowed where there is none to correct yet.
    """
    row = locked(visit)
    must_work(row, actor)
    old = papers.documents_about(about(row)).filter(kind=Kind.SERVICE_CONFIRMATION).first()
    if old is None or old.awaits_signature:
        raise StepNotAllowed(_("There is no finished service confirmation to correct; have it signed first."))
    row.work = said(work, "work", _("Write what was done."))
    facts = {"corrects": old.full_number, "reason": said(reason, "reason", _("Say why it is corrected: the customer reads it."))}
    record.append(row, VisitEvent.Type.WORKED, actor=actor, at=at, text=row.work, facts=facts)
    record.save(row, actor=actor, at=at)
    return _issue(row, Kind.SERVICE_CONFIRMATION, actor=actor, at=at, replaces=old, reason=reason)


def _issue(row: Visit, kind: str, *, actor: User, at: datetime, **correction: Any) -> Document:
    return documents.issue(
        kind,
        about=about(row),
        number=f"{row.number}-{ENDING[Kind(kind)]}",
        organization=row.organization,
        site=row.site,
        office=row.office,
        sheets={language: _sheet(row, kind, language, at) for language in LANGUAGES},
        awaits_signature=True,
        record={"of": about(row), "count": row.event_count, "head": row.head_hash},
        actor=actor,
        at=at,
        **correction,
    )


def _sheet(visit: Visit, kind: str, language: str, at: datetime) -> dict[str, Any]:
    make = sheets.request if kind == Kind.SERVICE_REQUEST else sheets.confirmation
    with override(language):
        return make(visit, at=at)


def sealed(document: Document, *, actor: User, at: datetime) -> None:
    """Put down in the visit's record that a paper of it was signed, or was not and why; called as the paper is sealed."""
    kind, _slash, pk = document.about.partition("/")
    if kind != "visit" or not pk.isdecimal():
        return
    row = locked(Visit(pk=int(pk)))
    signature = document.signature
    facts = {"document": document.full_number, "hash": document.content_hash, "name": signature.name}
    outcome = OUTCOMES[Kind(document.kind), document.status == Paper.SIGNED]
    record.append(row, outcome, actor=actor, at=at, text=signature.refusal, facts=facts)
    record.save(row, actor=actor, at=at)
