"""Making a report: counted once, stored, and from then on only corrected by a new revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from documents import services as documents
from documents.models import Document, Kind
from obligations import services as obligations
from obligations.models import Kind as Owed
from reports import figures, pdf, selectors
from reports.errors import MonthNotOver, NotInForce, Superseded
from reports.models import MonthlyReport, month_of
from surveys import selectors as surveys

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User
    from customers.models import Contract

REASON_LENGTH = 300


@transaction.atomic
def make_report(contract: Contract, month: date, *, actor: User | None, at: datetime) -> MonthlyReport:
    """Answer the report of the month a day is in, made now unless it was made before.

    Raises MonthNotOver, NotInForce, and NotAllowed for a person who is no manager (nobody is the system).
    """
    _check_actor(actor)
    period = month_of(month)
    if at < period.ends:
        raise MonthNotOver(_("%(month)s is not over yet; its report is made on the first of the next month.") % _said(month), field="month")
    if not selectors.in_force_in(contract, period):
        facts = {**_said(month), "number": contract.number}
        raise NotInForce(_("Contract %(number)s was not in force in %(month)s.") % facts, field="month")
    known = selectors.current(contract, period.first)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _freeze(contract, period.first, actor=actor, at=at)
    except IntegrityError:  # somebody else was first
        return MonthlyReport.objects.get(contract=contract, month=period.first, is_current=True)


@transaction.atomic
def correct(report: MonthlyReport, *, reason: str, actor: User | None, at: datetime) -> MonthlyReport:
    """Count the month anew as the next revision and say why; the old one stays as it was.

    Raises Superseded when it is not the current one, Invalid without a reason, NotAllowed.
    """
    _check_actor(actor)
    words = reason.strip()
    if not words:
        raise Invalid(_("Say why the report is corrected: the customer reads it."), field="reason", code="required")
    old = MonthlyReport.objects.select_for_update(of=("self",)).select_related("contract__organization", "contract__plan").get(pk=report.pk)
    if not old.is_current:
        raise Superseded(_("This report has been corrected already; correct its newest revision."))
    old.is_current = False
    old.save(update_fields=["is_current"])
    return _freeze(old.contract, old.month, actor=actor, at=at, revision=old.revision + 1, reason=words[:REASON_LENGTH])


def _freeze(contract: Contract, month: date, *, actor: User | None, at: datetime, revision: int = 1, reason: str = "") -> MonthlyReport:
    found = figures.count(contract, month_of(month), at)
    row = MonthlyReport.objects.create(
        contract=contract,
        organization_id=contract.organization_id,
        month=month,
        revision=revision,
        figures=found,
        kept=found["totals"]["kept"],
        missed=found["totals"]["missed"],
        made_at=at,
        made_by=actor,
        reason=reason,
    )
    row.document = _issue(row, actor=actor, at=at)
    row.save(update_fields=["document"])
    last = row.period.last  # a report counts for the period it is about, not for the day on which it is made
    obligations.meet_for(Owed.REPORT, contract, last, actor=actor, at=at, proof=row.number, link=row.get_absolute_url())
    return row


def _issue(row: MonthlyReport, *, actor: User | None, at: datetime) -> Document:
    """Put the customer's copy on record; a correction names the one it replaces."""
    about = f"month/{row.contract_id}-{row.month:%Y%m}"
    last = Document.objects.filter(kind=Kind.MONTHLY_REPORT, about=about).order_by("-version").first()
    return documents.issue(
        Kind.MONTHLY_REPORT,
        about=about,
        number=f"{row.contract.number}-{row.month:%Y%m}",
        organization=row.organization,
        office=surveys.office_of(row.contract),
        sheets=pdf.sheets(row, for_staff=False),
        actor=actor,
        at=at,
        replaces=last,
        reason=row.reason if last else "",
    )


def _check_actor(actor: User | None) -> None:
    if actor is not None and not actor.manages:
        raise NotAllowed(_("Monthly reports are made and sent by managers."))


def _said(month: date) -> dict[str, str]:
    return {"month": f"{month:%Y-%m}"}
