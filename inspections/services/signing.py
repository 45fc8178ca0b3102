"""The customer's word under a report: signed by name, or declined with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.record import save_by
from inspections import selectors
from inspections.errors import NotYourVisit, VisitNotNow
from inspections.services.visits import locked

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from inspections.models import Inspection


@transaction.atomic
def sign(visit: Inspection, *, actor: User, at: datetime, name: str) -> Inspection:
    """Put the customer's name under the report: in the portal, or on the engineer's phone."""
    row = _awaiting(visit, actor)
    if not name.strip():
        raise Invalid(_("Write the name of who signs."), field="name")
    row.signed_by_name, row.signed_at, row.signed_with = name.strip(), at, actor
    save_by(row, actor, at=at)
    return row


@transaction.atomic
def decline(visit: Inspection, *, actor: User, at: datetime, reason: str, name: str = "") -> Inspection:
    """Note that the customer does not sign, and why; the report stands all the same."""
    row = _awaiting(visit, actor)
    if not reason.strip():
        raise Invalid(_("Write down why the report is not signed."), field="reason")
    row.refusal_reason, row.signed_by_name, row.signed_with = reason.strip(), name.strip(), actor
    save_by(row, actor, at=at)
    return row


def _awaiting(visit: Inspection, actor: User) -> Inspection:
    row = locked(visit)
    if not selectors.may_sign(actor, row):
        raise NotYourVisit(_("This report is signed by the customer, or on the device of an engineer of the visit."))
    if not row.awaits_signature:
        raise VisitNotNow(_("The report of this inspection does not wait for a signature."))
    return row
