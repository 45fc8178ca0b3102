"""Who is told that something was not done in time: once, what turned late together in one message."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts import selectors as staff
from accounts.models import User
from notifications.services import Draft, post

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import Office
    from obligations.models import Obligation

KIND = "obligation_late"


def late(rows: Sequence[Obligation], *, at: datetime) -> None:
    """Tell the lead of each office and its managers what turned late there."""
    by_office: defaultdict[Office | None, list[Obligation]] = defaultdict(list)
    for row in rows:
        by_office[row.office].append(row)
    drafts = []
    for office, found in by_office.items():
        context = {"items": [_item(row) for row in found], "count": len(found)}
        key = "obligations:" + ",".join(str(row.pk) for row in found)
        link = found[0].get_absolute_url() if len(found) == 1 else reverse("obligations:list") + "?show=late"
        drafts += [Draft(kind=KIND, recipient=person, context=context, key=key, link=link) for person in _answerable(office, at)]
    post(drafts, at=at)


def _item(row: Obligation) -> dict[str, Any]:
    title = {"title": row.title, "title_en": row.title_en or row.title}
    contract = {"contract": row.contract.number} if row.contract else {}
    return {**title, "customer": str(row.organization), "due_at": row.due_at, "link": row.get_absolute_url(), **contract}


def _answerable(office: Office | None, at: datetime) -> list[User]:
    """Answer the lead of an office and its managers; who is away has their deputy told in their place."""
    lead = staff.office_lead(office)
    meant = list({person.pk: person for person in (lead, *staff.managers(office)) if person}.values())
    cover = staff.cover(at)
    if not cover.deputies.keys() & {person.pk for person in meant}:
        return meant
    return list(User.objects.filter(pk__in=[cover.instead_of(person.pk) or person.pk for person in meant], is_active=True))
