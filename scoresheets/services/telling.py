"""Who is told of a score: both sides when it is filled, the other side of a dispute, and who raised it of its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts import selectors as staff
from accounts.models import Role, User
from notifications.services import Draft, post
from obligations import selectors as obligations
from scoresheets.models import Dispute

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from scoresheets.models import Line, Score


def filled(score: Score, *, at: datetime) -> None:
    """Tell the customer's supervisors, and the lead and managers of the office."""
    said = {"period": score.period, "score": str(score.score), "total": str(score.total), "customer": str(score.organization)}
    said["contract"] = score.contract.number
    _post("score_filled", score, [*_supervisors(score), *_ours(score)], said | {"key": f"score:{score.pk}"}, at=at)


def disputed(score: Score, row: Dispute, *, at: datetime) -> None:
    """Tell who decides and, where we dispute it, the customer as well."""
    people = _ours(score) if row.side == Dispute.Side.CUSTOMER else [*_supervisors(score), *_ours(score)]
    said = {**_named(row.line), "reason": row.reason, "name": str(row.raised_by)}
    _post("score_disputed", score, people, said | {"key": f"score:{score.pk}:dispute:{row.pk}"}, at=at)


def answered(score: Score, row: Dispute, *, at: datetime) -> None:
    """Tell who raised it and the customer's supervisors."""
    said = {**_named(row.line), "before": str(row.before), "after": str(row.after), "text": row.answer}
    _post("score_answered", score, [row.raised_by, *_supervisors(score)], said | {"key": f"score:{score.pk}:answer:{row.pk}"}, at=at)


def _named(line: Line) -> dict[str, str]:
    return {"item": line.name, "item_en": line.name_en}


def _post(kind: str, score: Score, people: Iterable[User], said: dict[str, Any], *, at: datetime) -> None:
    meant = {person.pk: person for person in people}.values()
    key, link = said.pop("key"), score.get_absolute_url()
    context = {"number": score.number, **said}
    post([Draft(kind=kind, recipient=person, context=context, key=key, link=link) for person in meant], at=at)


def _supervisors(score: Score) -> list[User]:
    theirs = User.objects.filter(role=Role.SUPERVISOR, is_active=True, membership__organization=score.organization_id)
    return list(theirs.order_by("pk"))


def _ours(score: Score) -> list[User]:
    site = obligations.site_of(score.contract)
    office = site.region.office if site else None
    return [person for person in (staff.office_lead(office), *staff.managers(office)) if person]
