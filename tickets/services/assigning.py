"""Who does it: by hand, by office and team, or "the next one" with the least slack that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.models import PROVIDER_ROLES, Role, User
from core.errors import Invalid, NotAllowed
from core.queue import claim
from tickets import selectors, workflow
from tickets.errors import NothingToTake
from tickets.models import Concerned, Event, Ticket
from tickets.services import concerning, log, telling
from tickets.services.record import check, locked, move, save, settle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import Office, Team


@transaction.atomic
def assign(
    ticket: Ticket,
    *,
    actor: User | None,
    at: datetime,
    assignee: User | None = None,
    team: Team | None = None,
    office: Office | None = None,
) -> Ticket:
    """Give the ticket to a person, a team or an office; an engineer may take it or hand over their own."""
    row = locked(ticket)
    _check_assign(row, actor, assignee, team, office)
    if office is not None:
        row.office, row.team, row.assignee = office, team, assignee
    row.team = team or row.team
    row.assignee = assignee if assignee is not None or team is not None or office is not None else row.assignee
    facts = {
        "assignee": assignee.name if assignee else None,
        "team": team.name if team else None,
        "office": office.name if office else None,
    }
    check(row, "assign", actor)
    event = log.append(row, Event.Type.ASSIGNED, actor=actor, at=at, facts=facts)
    settle(row, at=at)
    save(row, actor=actor, at=at)
    telling.assigned(row, event, actor=actor, at=at)
    return row


def check_person(ticket: Ticket, assignee: User) -> None:
    """Refuse somebody who cannot be given this ticket."""
    if assignee.role not in PROVIDER_ROLES or not assignee.is_active:
        raise Invalid(_("%(name)s cannot be given tickets.") % {"name": assignee.name}, field="assignee", code="not_ours")
    if concerning.is_barred(ticket, assignee):
        raise Invalid(
            _("%(name)s is concerned by this complaint; choose somebody else.") % {"name": assignee.name},
            field="assignee",
            code="concerned",
        )


def _check_assign(ticket: Ticket, actor: User | None, assignee: User | None, team: Team | None, office: Office | None) -> None:
    if assignee is None and team is None and office is None:
        raise Invalid(_("Choose a person, a team or an office."), field="assignee", code="required")
    if assignee is not None:
        check_person(ticket, assignee)
    if actor is None or actor.dispatches or ticket.assignee_id == actor.pk:
        return
    if assignee is None or assignee.pk != actor.pk:
        raise NotAllowed(_("Engineers may take tickets and hand over their own; ask a dispatcher to assign this one."))


@transaction.atomic
def assign_many(tickets: Sequence[Ticket], *, actor: User, at: datetime, assignee: User) -> int:
    """Give several tickets to one person; all or none."""
    for ticket in sorted(tickets, key=lambda row: row.pk):
        assign(ticket, actor=actor, at=at, assignee=assignee)
    return len(tickets)


def fitting(engineer: User) -> QuerySet[Ticket]:
    """Answer the unassigned open tickets an engineer may take, least slack first: their teams' and office's, within their skills."""
    skills = list(engineer.skills.values_list("pk", flat=True))
    teams = list(engineer.teams.values_list("pk", flat=True))
    near = Q(office=engineer.office_id) | Q(team__in=teams)
    concerned = Concerned.objects.filter(person=engineer).values("ticket")
    able = Q(equipment__isnull=True) | Q(equipment__skill__isnull=True) | Q(equipment__skill__in=skills)
    waiting = Ticket.objects.filter(near, able, assignee__isnull=True, status__in=workflow.OPEN - {workflow.WAITING})
    return waiting.exclude(pk__in=concerned).order_by("queue_at", "id")


@transaction.atomic
def take_next(*, actor: User, at: datetime) -> Ticket:
    """Take the ticket with the least slack that fits; two who ask at once get two different ones."""
    found = claim(fitting(actor), 1, of=("self",))
    if not found:
        raise NothingToTake(_("No ticket that fits you is waiting; well done."))
    ticket = assign(found[0], actor=actor, at=at, assignee=actor)
    if ticket.status in workflow.MOVES["accept"].sources:
        return move(ticket, "accept", actor=actor, at=at)[0]
    return ticket


def suggestions(ticket: Ticket, limit: int = 5) -> list[User]:
    """Answer who could do it: of its office or team, with the skill asked for first, then by how little they have open."""
    barred = concerning.barred([ticket]).get(ticket.pk, set())
    people = (
        User.objects.filter(is_active=True, role=Role.ENGINEER)
        .exclude(pk__in=barred)
        .filter(Q(office=ticket.office_id) | Q(teams=ticket.team_id))
    )
    skill = ticket.equipment.skill_id if ticket.equipment is not None else None
    able = Case(When(skills=skill, then=Value(0)), default=Value(1), output_field=IntegerField()) if skill else Value(0)
    return list(people.annotate(lacks_skill=able, load=selectors.open_tickets()).order_by("lacks_skill", "load", "name").distinct()[:limit])
