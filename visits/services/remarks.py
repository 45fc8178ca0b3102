"""What is said about a visit beside its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from visits import selectors
from visits.errors import NotYourVisit
from visits.models import VisitEvent
from visits.services import record
from visits.services.record import locked, must_work

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.models import User
    from visits.models import Visit


@transaction.atomic
def remark(visit: Visit, *, actor: User, at: datetime, text: str, facts: Mapping[str, Any] | None = None) -> Visit:
    """Add a note to the record: it changes nothing about the visit, and whoever sees the visit reads it.

    Open to who works on the visit or planned it, and to the customer whose visit it is.
    """
    row = locked(visit)
    if not actor.is_customer:
        if row.created_by_id != actor.pk:
            must_work(row, actor)
    elif not selectors.visits_for(actor).filter(pk=row.pk).exists():
        raise NotYourVisit(_("Only the engineers of this visit and the dispatchers can do this."))
    record.append(row, VisitEvent.Type.NOTED, actor=actor, at=at, text=text, facts=facts)
    record.save(row, actor=actor, at=at)
    return row
