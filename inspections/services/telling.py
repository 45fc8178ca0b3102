"""Who is told what about a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from inspections import selectors
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
    theirs = _drafts("inspection_planned", visit, _customers(visit), facts | {"for_customer": True}, key)
    ours = _drafts("inspection_planned", visit, _crew(visit), facts, key)
    post([*theirs, *ours], at=at)


def cancelled(visit: Inspection, *, at: datetime) -> None:
    """Tell everybody who expects a visit that it does not come, and why."""
    facts = {**_facts(visit), "planned_on": visit.planned_on, "text": visit.cancel_reason}
    key = f"inspection:{visit.pk}:{visit.planned_on}"
    post(_drafts("inspection_cancelled", visit, [*_customers(visit), *_crew(visit)], facts, key), at=at)


def reported(visit: Inspection, failed: int, *, at: datetime) -> None:
    """Tell the customer's people of the site that the report is ready to be read and signed."""
    visited_on = timezone.localdate(visit.started_at) if visit.started_at else visit.planned_on
    facts = {**_facts(visit), "visited_on": visited_on, "failed": failed}
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
