"""Finding people: who leads, who manages, who holds a key."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from accounts.absences import Cover
from accounts.models import PROVIDER_ROLES, Absence, ApiToken, Office, Role, User
from core import languages

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

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


# --- Who is away ----------------------------------------------------------------------------------


def cover(at: datetime) -> Cover:
    """Answer who stands in for whom at an instant, in one query however many are away."""
    return Cover(dict(_away(at).values_list("person_id", "deputy_id")))


def away_now(at: datetime) -> dict[int, Absence]:
    """Answer everybody who is away at an instant, with their deputies, in one query."""
    return {absence.person_id: absence for absence in _away(at).select_related("deputy")}


def _away(at: datetime) -> QuerySet[Absence]:
    return Absence.objects.filter(starts_at__lte=at, ends_at__gt=at)


def answered_for(user: User) -> QuerySet[User]:
    """Answer the colleagues whose absences a person may enter.

    Themselves; as manager those of the own office and the ones below it (a manager of no office: all), as lead those of the
    offices they lead and the ones below, as administrator all.
    """
    staff = User.objects.filter(is_active=True, role__in=PROVIDER_ROLES).order_by("name", "pk")
    if user.role == Role.ADMIN or (user.role == Role.MANAGER and user.office_id is None):
        return staff
    return staff.filter(Q(pk=user.pk) | Q(office__in=_offices_of(user)))


def _offices_of(user: User) -> set[int]:
    """Answer the offices a person manages or leads, and those below them."""
    rows = list(Office.objects.values_list("pk", "parent_id", "lead_id"))
    found = {pk for pk, _parent, lead in rows if lead == user.pk and user.is_provider}
    if user.role == Role.MANAGER and user.office_id:
        found.add(user.office_id)
    while below := {pk for pk, parent, _lead in rows if parent in found and pk not in found}:
        found |= below
    return found


def absences_for(user: User) -> QuerySet[Absence]:
    """Answer the absences that a person may end: their own and those of the colleagues they answer for."""
    return Absence.objects.filter(person__in=answered_for(user).order_by().values("pk")).select_related("person", "deputy", "created_by")


def head_office() -> Office | None:
    """Answer the office without a parent."""
    return Office.objects.filter(parent=None).order_by("pk").first()


def company(head: Office | None) -> str:
    """Answer the provider's name as letterheads carry it, in the active language: the head office's, else that of the settings."""
    named = head and ((head.letterhead_en if languages.active() == languages.ENGLISH else "") or head.letterhead)
    return str(named or settings.PROVIDER_NAME or settings.SITE_NAME)
