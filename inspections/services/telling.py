"""Who is told what about a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from accounts import selectors as staff
from inspections import selectors
from inspections.models import InspectionEvent
from inspections.services.record import note
from notifications.services import Draft, post

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User
    from inspections.models import Inspection


def planned(visit: Inspection, *, at: datetime) -> None:
    """Announce a visit to the customer's people of the site and to who carries it out; again for another day."""
    key = f"inspection:{visit.pk}:{visit.planned_on}:{visit.engineer_id}"
    facts = {**_facts(visit), "planned_on": visit.planned_on, "engineer": str(visit.engineer)}
    customers = _customers(visit)
    theirs = _drafts("inspection_planned", visit, customers, facts | {"for_customer": True}, key)
    ours = _drafts("inspection_planned", visit, _crew(visit), facts, key)
    post([*theirs, *ours], at=at)
    if customers:
        names = [person.name for person in customers]
        note(visit, InspectionEvent.Type.TOLD, actor=None, at=at, facts={"planned_on": visit.planned_on, "people": names})


def cancelled(visit: Inspection, *, at: datetime) -> None:
    """Tell everybody who expects a visit that it does not come, and why."""
    facts = {**_facts(visit), "planned_on": visit.planned_on, "text": visit.cancel_reason}
    key = f"inspection:{visit.pk}:{visit.planned_on}"
    post(_drafts("inspection_cancelled", visit, [*_customers(visit), *_crew(visit)], facts, key), at=at)


def late(visit: Inspection, *, at: datetime) -> None:
    """Tell who carries it out, their office's lead and the managers that the planned day passed."""
    facts = {**_facts(visit), "planned_on": visit.planned_on, "due_on": visit.due_to, "engineer": str(visit.engineer)}
    post(_drafts("inspection_late", visit, _answerable(visit, at), facts, f"inspection:{visit.pk}:{visit.planned_on}"), at=at)


def missed(visit: Inspection, *, at: datetime) -> None:
    """Tell the same people that the days within which it was owed are over."""
    facts = {**_facts(visit), "planned_on": visit.planned_on, "due_on": visit.due_to, "engineer": str(visit.engineer)}
    contract = visit.plan.contract
    post(
        _drafts("inspection_missed", visit, _answerable(visit, at), facts | {"contract": contract.number}, f"inspection:{visit.pk}"), at=at
    )


def reported(visit: Inspection, failed: int, opened: int, *, at: datetime) -> None:
    """Tell the customer's people of the site that the report is ready to be read and signed."""
    visited_on = timezone.localdate(visit.started_at) if visit.started_at else visit.planned_on
    facts = {**_facts(visit), "visited_on": visited_on, "failed": failed, "opened": opened}
    post(_drafts("inspection_report", visit, _customers(visit), facts, f"inspection:{visit.pk}"), at=at)


def _drafts(kind: str, visit: Inspection, people: Iterable[User], context: dict[str, Any], key: str) -> list[Draft]:
    link = reverse("inspections:visit", args=[visit.pk])
    return [Draft(kind=kind, recipient=person, context=context, key=key, link=link) for person in people]


def _facts(visit: Inspection) -> dict[str, Any]:
    template = visit.plan.template
    title = {"inspection": template.name, "inspection_en": template.name_en or template.name}
    return {**title, "customer": str(visit.organization), "site": visit.site.name}


def _customers(visit: Inspection) -> list[User]:
    return list(selectors.customers_at(visit))


def _crew(visit: Inspection) -> list[User]:
    return list({person.pk: person for person in (visit.engineer, *visit.helpers.all())}.values())


def _answerable(visit: Inspection, at: datetime) -> list[User]:
    """Answer the engineer, the lead of the office and its managers; who is away has their deputy told in their place."""
    lead = staff.office_lead(visit.office)
    meant = {person.pk: person for person in (visit.engineer, lead, *staff.managers(visit.office)) if person}
    cover = staff.cover(at)
    if not cover.deputies.keys() & meant.keys():
        return list(meant.values())
    return list(selectors.colleagues(cover.instead_of(person) or person for person in meant))
