"""Who stands on which rung of the ladder, for every office and team at once, and who stands in for them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts import selectors as staff
from accounts.models import Office, Role, Team, User
from tickets.services.concerning import barred

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from accounts.absences import Cover
    from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Directory:
    """Who stands on which rung, for every office and team at once."""

    people: dict[int, User]
    parents: dict[int, int | None]
    leads: dict[int, int]
    members: dict[int, list[int]]
    team_leads: dict[int, int]
    managers: dict[int, list[int]]
    dispatchers: dict[int, list[int]]
    director: int | None
    cover: Cover
    barred: dict[int, set[int]] = field(default_factory=dict)
    """For each ticket those it complains about: they are told nothing of it and given nothing to do."""

    @classmethod
    def load(cls, at: datetime, tickets: Iterable[Ticket] = ()) -> Directory:
        """Read everybody who can be told and who is away at that moment, in five queries; one more where tickets complain."""
        offices = list(Office.objects.values_list("id", "parent_id", "lead_id"))
        people = {
            user.pk: user
            for user in User.objects.filter(is_active=True, role__in=[Role.ENGINEER, Role.DISPATCHER, Role.MANAGER, Role.ADMIN])
        }
        by_role: dict[str, dict[int, list[int]]] = {Role.MANAGER: defaultdict(list), Role.DISPATCHER: defaultdict(list)}
        for user in people.values():
            if user.role in by_role and user.office_id:
                by_role[user.role][user.office_id].append(user.pk)
        members: dict[int, list[int]] = defaultdict(list)
        for team, user_id in User.teams.through.objects.order_by("id").values_list("team_id", "user_id"):
            members[team].append(user_id)
        return cls(
            people=people,
            parents={office: parent for office, parent, _lead in offices},
            leads={office: lead for office, _parent, lead in offices if lead is not None},
            members=members,
            team_leads=dict(Team.objects.exclude(lead=None).values_list("id", "lead_id")),
            managers=by_role[Role.MANAGER],
            dispatchers=by_role[Role.DISPATCHER],
            director=next((lead for _office, parent, lead in offices if parent is None), None),
            cover=staff.cover(at),
            barred=barred(tickets),
        )

    def find(self, roles: Iterable[str], ticket: Ticket) -> list[int]:
        """Answer the ids of the people of these roles for a ticket; a rung nobody stands on falls to the office lead.

        Whoever is away is replaced by their deputy. Where even the lead is away with nobody in their place, those who are
        meant are told all the same: better they than nobody.
        """
        named = self._named(roles, ticket)
        if found := self._free(self._there(named), ticket):
            return found
        leads = self._up(self.leads, ticket.office_id)
        for people in (self._there(leads), self._known(named), self._known(leads), self.above(ticket)):
            if found := self._free(people, ticket):
                return found
        return []

    def _free(self, people: list[int], ticket: Ticket) -> list[int]:
        """Leave out those the ticket complains about."""
        barred = self.barred.get(ticket.pk)
        return [person for person in people if person not in barred] if barred else people

    def people_of(self, roles: Iterable[str], ticket: Ticket) -> list[User]:
        """Answer the people of these roles for a ticket."""
        return [self.people[person] for person in self.find(roles, ticket)]

    def instead_of(self, roles: Iterable[str], ticket: Ticket, told: Iterable[int]) -> dict[int, list[str]]:
        """Answer for those of the people told who stand in for somebody, the names of whom."""
        if not self.cover.deputies:
            return {}
        named = self._named(roles, ticket)
        away = self.cover.reasons(named if self._there(named) else self._up(self.leads, ticket.office_id))
        return {person: [self.people[each].name for each in away[person] if each in self.people] for person in told if person in away}

    def _named(self, roles: Iterable[str], ticket: Ticket) -> list[int]:
        return [person for role in roles for person in self._role(role, ticket)]

    def _there(self, named: Sequence[int]) -> list[int]:
        known = self._known(named)
        return self.cover.present(known, self.people) if self.cover.deputies else known

    def _known(self, named: Sequence[int]) -> list[int]:
        return [person for person in dict.fromkeys(named) if person in self.people]

    def above(self, ticket: Ticket) -> list[int]:
        """Answer who stands above the work on a ticket, the nearest first: the lead of its team, of its office, of those above."""
        found = [*self._role("team_lead", ticket)]
        office: int | None = ticket.office_id
        while office is not None:
            found += [self.leads[office]] if office in self.leads else []
            office = self.parents.get(office)
        return self._free(self._there(found), ticket) or self._free(self._known(found), ticket)

    def _role(self, role: str, ticket: Ticket) -> list[int]:
        office = ticket.office_id
        if role == "assignee":
            return [ticket.assignee_id] if ticket.assignee_id else self._up_lists(self.dispatchers, office)
        if role == "team":
            return self.members.get(ticket.team_id, []) if ticket.team_id else []
        if role == "team_lead":
            return [self.team_leads[ticket.team_id]] if ticket.team_id in self.team_leads else []
        if role == "emergency_team":
            return [person for each in ("team_lead", "office_lead", "manager") for person in self._role(each, ticket)]
        return self._office_role(role, office)

    def _office_role(self, role: str, office: int | None) -> list[int]:
        if role == "office_lead":
            return self._up(self.leads, office)
        if role in ("manager", "dispatchers"):
            return self._up_lists(self.managers if role == "manager" else self.dispatchers, office)
        return [self.director] if self.director else []

    def _up(self, found: dict[int, int], office: int | None) -> list[int]:
        while office is not None:
            if office in found:
                return [found[office]]
            office = self.parents.get(office)
        return []

    def _up_lists(self, found: dict[int, list[int]], office: int | None) -> list[int]:
        while office is not None:
            if found.get(office):
                return found[office]
            office = self.parents.get(office)
        return []
