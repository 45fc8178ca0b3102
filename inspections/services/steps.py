"""What every step of a visit begins with: its row under a lock, its state, and who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections import selectors
from inspections.errors import NotYourVisit, VisitNotNow
from inspections.models import Inspection

if TYPE_CHECKING:
    from accounts.models import User


NOT_YOURS = gettext_lazy("Only the engineers of this visit, its office and the dispatchers can do this.")


def locked(visit: Inspection) -> Inspection:
    """Answer the visit as it is now, locked until the transaction ends."""
    rows = Inspection.objects.select_for_update(of=("self",))
    return rows.select_related("organization", "site", "office__lead", "engineer", "plan__template", "plan__contract", "visit").get(
        pk=visit.pk
    )


def must_be(visit: Inspection, *states: str) -> None:
    """Refuse a step that the visit's state does not allow."""
    if visit.status not in states:
        raise VisitNotNow(_("This is not possible: the inspection is “%(state)s”.") % {"state": visit.get_status_display()})


def must_work(visit: Inspection, actor: User | None) -> None:
    """Refuse a step to who does not carry out the visit."""
    if actor is not None and not selectors.may_work_on(actor, visit):
        raise NotYourVisit(NOT_YOURS)
