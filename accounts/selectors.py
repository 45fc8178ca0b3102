"""Finding people: who leads, who manages, who holds a key."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.models import ApiToken, Office, Role, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


def fresh(user: User) -> User:
    """Answer the person's row anew."""
    return User.objects.get(pk=user.pk)


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Answer the keys made for a person's programs that still open something."""
    return ApiToken.objects.filter(user=user, revoked_at=None)


def people(*roles: str, office: Office | int | None = None) -> QuerySet[User]:
    """Answer active people with one of these roles, of one office if it is given."""
    found = User.objects.filter(is_active=True, role__in=roles).order_by("name", "pk")
    return found if office is None else found.filter(office=office)


def office_lead(office: Office | None) -> User | None:
    """Answer who leads an office, if that person still works here."""
    lead = office.lead if office else None
    return lead if lead and lead.is_active else None


def managers(office: Office | None) -> list[User]:
    """Answer the managers of an office; where it has none of its own, all managers."""
    own = list(people(Role.MANAGER, office=office)) if office else []
    return own or list(people(Role.MANAGER))


def director() -> User | None:
    """Answer the lead of the head office."""
    return office_lead(Office.objects.filter(parent=None).select_related("lead").order_by("pk").first())


@dataclass(frozen=True, slots=True)
class Ladder:
    """Whom to tell, step by step, when a promise of an office runs late (ids of people)."""

    lead: int | None
    managers: tuple[int, ...]
    director: int | None


def _director_id(offices: Iterable[Office]) -> int | None:
    heads = [office for office in offices if office.parent_id is None]
    return _lead_id(heads[0]) if heads else None


def _lead_id(office: Office) -> int | None:
    return office.lead_id if office.lead and office.lead.is_active else None


def ladder_directory() -> dict[int | None, Ladder]:
    """Answer the ladder of every office in two queries; the key None is for work without an office."""
    offices = list(Office.objects.select_related("lead").order_by("pk"))
    by_office: defaultdict[int | None, list[int]] = defaultdict(list)
    every = []
    for pk, office_id in people(Role.MANAGER).values_list("pk", "office_id"):
        by_office[office_id].append(pk)
        every.append(pk)
    top = _director_id(offices)
    ladders: dict[int | None, Ladder] = {None: Ladder(None, tuple(every), top)}
    for office in offices:
        ladders[office.pk] = Ladder(_lead_id(office), tuple(by_office[office.pk] or every), top)
    return ladders
