"""Levels that were reached become rows, lines of the record, deeds, and one message a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from accounts import selectors as staff
from accounts.models import Office, Role, Team, User
from core.bulk import insert_many
from notifications.kinds import ITEMS_SHOWN
from notifications.services import Draft, post
from sla import selectors as promises
from sla import services as sla
from sla.models import Escalation
from tickets.models import Event, Ticket
from tickets.services import deeds, log, telling
from tickets.services.telling import WORST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from accounts.absences import Cover
    from sla.engine.plan import Promise
    from sla.engine.settle import LevelTime
    from sla.models import Clock


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

    @classmethod
    def load(cls, at: datetime) -> Directory:
        """Read everybody who can be told and who is away at that moment, in five queries."""
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
        )

    def find(self, roles: Iterable[str], ticket: Ticket) -> list[int]:
        """Answer the ids of the people of these roles for a ticket; a rung nobody stands on falls to the office lead.

        Whoever is away is replaced by their deputy. Where even the lead is away with nobody in their place, those who are
        meant are told all the same: better they than nobody.
        """
        named, leads = self._named(roles, ticket), self._up(self.leads, ticket.office_id)
        return next((found for found in (self._there(named), self._there(leads), self._known(named), self._known(leads)) if found), [])

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
        return self.cover.present(self._known(named), self.people)

    def _known(self, named: Sequence[int]) -> list[int]:
        return [person for person in dict.fromkeys(named) if person in self.people]

    def above(self, ticket: Ticket) -> list[int]:
        """Answer who stands above the work on a ticket, the nearest first: the lead of its team, of its office, of those above."""
        found = [*self._role("team_lead", ticket)]
        office: int | None = ticket.office_id
        while office is not None:
            found += [self.leads[office]] if office in self.leads else []
            office = self.parents.get(office)
        return [person for person in dict.fromkeys(found) if person in self.people]

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


@dataclass(slots=True)
class _Batch:
    """What one round writes."""

    at: datetime
    directory: Directory
    standings: dict[int, deeds.Standing]
    """How the tickets stand that levels do something to."""
    before: set[tuple[int, str]]
    """Levels that did what they do already, under another due time."""
    rows: list[tuple[Ticket, Escalation, Promise | None]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    told: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """For each person the places in ``rows`` they are told of."""
    instead_of: dict[int, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    """For each deputy the names of those in whose place they are told."""
    customers: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """For each ticket the places in ``rows`` its customer is told of."""


def climb(changes: Sequence[tuple[Ticket, sla.Change]], *, at: datetime) -> int:
    """Write what was reached: escalations, lines of the record, and one message a person for all of it.

    Call under the tickets' locks; the caller saves ``event_count`` of the tickets, and then does what is left in their ``to_do``
    (``record.carry_out``). Answers how many levels fired.
    """
    if not any(change.fired or change.skipped for _ticket, change in changes):
        return 0
    _know_customers(changes)
    batch = _Batch(at, Directory.load(at), *_standings(changes))
    for ticket, change in changes:
        _collect(batch, ticket, change)
    insert_many([row for _ticket, row, _promise in batch.rows])
    insert_many(batch.events)
    items: dict[int, dict[str, Any]] = {}
    drafts = [_draft(batch, batch.directory.people[person], places, items, at) for person, places in batch.told.items()]
    drafts += [draft for places in batch.customers.values() for draft in _customers(batch, places)]
    drafts += [canary_draft(ticket) for ticket, _row, _promise in batch.rows if ticket.is_canary]
    post(drafts, at=at)
    return len(batch.events)


def _know_customers(changes: Sequence[tuple[Ticket, sla.Change]]) -> None:
    """Read whom to tell of the customer's, where a level says so: a sweep has not read that of its tickets."""
    telling_them = {ticket.pk: ticket for ticket, change in changes if any("contact" in level.tell for _clock, level in change.fired)}
    unknown = [pk for pk, ticket in telling_them.items() if ticket.get_deferred_fields()]
    if unknown:
        rows = Ticket.objects.filter(pk__in=unknown).select_related("reporter").only("reporter", "contact_name", "contact_email")
        for row in rows:
            ticket = telling_them[row.pk]
            ticket.reporter, ticket.contact_name, ticket.contact_email = row.reporter, row.contact_name, row.contact_email


def _standings(changes: Sequence[tuple[Ticket, sla.Change]]) -> tuple[dict[int, deeds.Standing], set[tuple[int, str]]]:
    """Read what has to be known of the tickets that levels do something to; mostly there are none, and nothing is asked."""
    doing = {ticket.pk: ticket for ticket, change in changes if any(level.do for _clock, level in change.fired)}
    if not doing:
        return {}, set()
    teams = deeds.with_team(doing.values())
    clocks = {clock.pk for _ticket, change in changes for clock, level in change.fired if level.do}
    fired = Escalation.objects.filter(clock__in=clocks, outcome=Escalation.Outcome.FIRED).values_list("clock_id", "level")
    return {pk: deeds.Standing.of(ticket, has_team=pk in teams) for pk, ticket in doing.items()}, set(fired)


def _collect(batch: _Batch, ticket: Ticket, change: sla.Change) -> None:
    plan = promises.engine_plan(ticket.commitment.plan_version_id)  # type: ignore[union-attr]
    for clock, level in change.skipped:
        batch.rows.append((ticket, sla.escalation(clock, level, at=batch.at, skipped=True), None))
    for clock, level in change.fired:
        _reach(batch, ticket, clock, level, plan.promise(clock.promise))


def _reach(batch: _Batch, ticket: Ticket, clock: Clock, level: LevelTime, promise: Promise | None) -> None:
    """Note one level: whom it tells, what it does, the line of the record."""
    place, found = len(batch.rows), _deeds(batch, ticket, clock, level)
    contact = [telling.reachable(ticket)] if "contact" in level.tell else []
    people = [] if ticket.is_canary else _people(batch.directory, ticket, level, [*found, *contact])
    away = batch.directory.instead_of([role for role in level.tell if role != "contact"], ticket, people)
    row = sla.escalation(clock, level, at=batch.at, told=people)
    if found or contact:
        row.done = [{name: value for name, value in deed.items() if name != "told"} for deed in (*found, *contact)]
    for person in people:
        batch.told[person].append(place)
        batch.instead_of[person].update(dict.fromkeys(away.get(person, ())))
    if contact:
        batch.customers[ticket.pk].append(place)
    if found:
        ticket.to_do = (*ticket.to_do, *((row, deed) for deed in found if deed["done"]))
    batch.rows.append((ticket, row, promise))
    facts = _facts(batch.directory, clock, level, people, away) | ({"done": list(row.done)} if row.done else {})
    batch.events.append(log.entry(ticket, Event.Type.ESCALATED, actor=None, at=batch.at, public=False, facts=facts))


def _deeds(batch: _Batch, ticket: Ticket, clock: Clock, level: LevelTime) -> list[deeds.Deed]:
    """Answer what a level does; never twice for one clock, though it is reached again when its due time has moved."""
    if not level.do:
        return []
    if (clock.pk, level.code) in batch.before:
        return [deeds.nothing(action, "done_before") for action in level.do]
    return deeds.decide(level.do, batch.standings[ticket.pk], batch.directory)


def _people(directory: Directory, ticket: Ticket, level: LevelTime, found: Sequence[deeds.Deed]) -> list[int]:
    """Answer the people of ours who are told: those the level names, and those whom what it does calls.

    Where it names the customer only, nobody of ours has to know, unless there is nobody of theirs to tell.
    """
    if not found:
        return directory.find(level.tell, ticket)
    ours = [role for role in level.tell if role != "contact"]
    called = [person for deed in found for person in deed.get("told", ())]
    told_customer = any(deed["do"] == "contact" and deed["done"] for deed in found)
    named = directory.find(ours, ticket) if ours or not (called or told_customer) else []
    return list(dict.fromkeys([*named, *called]))


def _facts(
    directory: Directory, clock: Clock, level: LevelTime, people: Sequence[int], away: Mapping[int, Sequence[str]]
) -> dict[str, Any]:
    instead = {directory.people[person].name: list(names) for person, names in away.items()}
    return {
        "promise": clock.promise,
        "cycle": clock.cycle,
        "level": level.code,
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
        "told": [directory.people[person].name for person in people],
        **({"instead_of": instead} if instead else {}),
        **({"unanswered": level.unanswered} if level.unanswered else {}),
    }


def _draft(batch: _Batch, person: User, places: Sequence[int], made: dict[int, dict[str, Any]], at: datetime) -> Draft:
    """One message for all that a person has to know of this round; ``made`` keeps the items, as several are told the same."""
    for place in places[:ITEMS_SHOWN]:
        if place not in made:
            made[place] = _item(*batch.rows[place], at)
    items = [made[place] for place in places[:ITEMS_SHOWN]]
    link = items[0]["link"] if len(places) == 1 else f"{reverse('tickets:queue')}?risk=late"
    key = f"escalation:{batch.rows[places[0]][1].pk}"
    context = {"items": items, "count": len(places), "instead_of": ", ".join(batch.instead_of[person.pk])}
    at_once = any(batch.rows[place][0].severity == WORST for place in places)
    return Draft(kind="escalation", recipient=person, context=context, key=key, link=link, urgent=True, at_once=at_once)


def canary_draft(ticket: Ticket) -> Draft:
    """The message that ends a canary's way: to the address that watches the desk, or as far as the mail server takes it."""
    context = {"ticket_number": ticket.number, "subject": ticket.subject}
    return Draft(kind="canary", address=settings.CANARY_ADDRESS, context=context, key=ticket.number, urgent=True)


def _item(ticket: Ticket, row: Escalation, promise: Promise | None, at: datetime) -> dict[str, Any]:
    words = _named(promise, row)
    item = {
        "ticket_number": ticket.number,
        "subject": ticket.subject,
        "promise": words["zh-hans"],
        "promise_en": words["en"],
        "level": row.level,
        "due_at": row.due_at,
        "late": row.due_at <= at,
        "link": ticket.get_absolute_url(),
        "escalation_id": row.pk,
    }
    did = [deed["do"] for deed in row.done if deed["done"] and deed["do"] != "contact"]
    return {**item, **({"unanswered": True} if row.unanswered else {}), **({"did": did} if did else {})}


def _named(promise: Promise | None, row: Escalation) -> Mapping[str, str]:
    return promise.name if promise else {"zh-hans": row.clock.promise, "en": row.clock.promise}


def _customers(batch: _Batch, places: Sequence[int]) -> list[Draft]:
    """One message to the customer for all that they are told of their ticket in this round."""
    ticket = batch.rows[places[0]][0]
    owed = [(_named(promise, row), row.due_at) for _ticket, row, promise in (batch.rows[place] for place in places)]
    return telling.late(ticket, owed, at=batch.at)
