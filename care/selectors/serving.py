"""Who served: they do not ask the customer how it was, and who may instead."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import PROVIDER_ROLES, Role, User
from care.selectors import promised
from tickets.models import Event, Ticket
from visits.models import Status as Journey
from visits.models import Visit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from accounts.models import Office

SERVED, DEPARTMENT = "served", "department"
TYPE = Event.Type
SERVING = frozenset(
    {
        TYPE.ACCEPTED, TYPE.CONTACTED, TYPE.DIAGNOSIS_DELIVERED, TYPE.REMOTE_STARTED, TYPE.REMOTE_ENDED, TYPE.STOPGAP, TYPE.TIER_TAKEN,
        TYPE.DEPARTED, TYPE.CHECKED_IN, TYPE.LEFT, TYPE.RESOLVED,
    }
)  # fmt: skip
"""Lines of a record that are work on it. What is written after the solution is none: whoever asks how it was may write to the customer."""


NAMED = 5


def people_who_served(tickets: QuerySet[Ticket]) -> list[User]:
    """Answer who of ours worked on any of these tickets: whom their record names, who has them now, who travelled for them.

    One query, however many tickets there are.
    """
    found = tickets.order_by()
    before = Q(ticket__resolved_at=None) | Q(at__lte=F("ticket__resolved_at"))
    done = Event.objects.filter(before, ticket__in=found.values("pk"), type__in=SERVING).order_by()
    visits = Visit.objects.filter(ticket__in=found.values("pk"), status=Journey.DONE).order_by()
    who = [found.values("assignee"), done.values("actor"), visits.values("lead"), visits.values("helpers")]
    served = reduce(or_, (Q(pk__in=each) for each in who))
    return list(User.objects.filter(served, role__in=PROVIDER_ROLES).order_by("pk"))


def in_conflict(user: User, served: Sequence[User], *, other_department: bool) -> str:
    """Answer why a person does not ask how it was: ``served`` themselves, or their ``department`` did; nothing where they may."""
    if user in served:
        return SERVED
    return DEPARTMENT if other_department and _teams(user) & _teams(*served) else ""


def _teams(*people: User) -> set[int]:
    return set(User.teams.through.objects.filter(user__in=people).values_list("team_id", flat=True))


def free(office: Office, served: Sequence[User], *, other_department: bool) -> QuerySet[User]:
    """Answer the people of an office who may ask how it was."""
    keys = [person.pk for person in served]
    ours = User.objects.filter(is_active=True, office=office, role__in=[Role.ENGINEER, Role.DISPATCHER, Role.MANAGER]).exclude(pk__in=keys)
    if other_department:
        teams = User.teams.through.objects.filter(user__in=keys).values("team_id")
        ours = ours.exclude(pk__in=User.teams.through.objects.filter(team__in=teams).values("user_id"))
    return ours.order_by("name", "pk")


def why_not_follow_up(user: User, ticket: Ticket) -> str:
    """Answer in a sentence why a person does not ask the customer about a ticket, and who may; nothing where they may."""
    served = people_who_served(Ticket.objects.filter(pk=ticket.pk))
    other_department = promised.other_department(ticket.contract)
    why = in_conflict(user, served, other_department=other_department)
    if not why:
        return ""
    names = [person.name for person in free(ticket.office, served, other_department=other_department)[: NAMED + 1]]
    who = ", ".join([*names[:NAMED], *(["…"] if names[NAMED:] else [])]) or _("somebody of another office")
    if why == SERVED:
        return _("You served this customer yourself; somebody else asks how it was: %(names)s.") % {"names": who}
    return _("Another department asks than the one that served (the plan says so): %(names)s.") % {"names": who}
