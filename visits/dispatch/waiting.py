"""What waits for somebody to go: visits without engineer or time, and tickets that asked for work on site; least slack first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from core.time import FAR
from sla.models import Clock
from tickets import workflow
from tickets.models import Event, Ticket
from visits import engine
from visits.models import OPEN, Result, Status, Visit

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import Region, Skill
    from customers.models import Organization, Site

MOST = 50
"""So many cards are shown; how many more there are is said."""
COUNTED = 500
"""So far is counted; beyond, it is "more than"."""
LIVE = ("running", "paused", "missed")


@dataclass(frozen=True, slots=True)
class Card:
    """Something that waits to be given to somebody."""

    thing: Visit | Ticket
    due: datetime | None
    remaining: int | None
    slack: timedelta | None

    @property
    def is_visit(self) -> bool:
        """Whether the visit exists already."""
        return isinstance(self.thing, Visit)

    @property
    def key(self) -> str:
        """Answer the card's id on the page."""
        return f"{'visit' if self.is_visit else 'ticket'}-{self.thing.pk}"

    @property
    def ticket(self) -> Ticket | None:
        """Answer the ticket it is about; an inspection has none."""
        return self.thing.ticket if isinstance(self.thing, Visit) else self.thing

    @property
    def organization(self) -> Organization:
        """Answer the customer."""
        return self.thing.organization

    @property
    def site(self) -> Site:
        """Answer where somebody has to go."""
        return self.thing.site

    @property
    def region(self) -> Region:
        """Answer the region of the site."""
        return self.thing.site.region

    @property
    def skill(self) -> Skill | None:
        """Answer what whoever goes has to be able to do."""
        if isinstance(self.thing, Visit):
            return self.thing.skill
        return self.thing.equipment.skill if self.thing.equipment else None

    @property
    def clock(self) -> dict[str, object]:
        """Answer how the promise to be there stands, as a chip shows it."""
        state = "running" if self.due is not None else "paused" if self.remaining is not None else ""
        return {"state": state, "due_at": self.due, "remaining_seconds": self.remaining, "name": ""}


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first cards, and how many there are in all."""

    cards: list[Card]
    count: int
    is_more: bool

    @property
    def hidden(self) -> int:
        """Answer how many are not shown."""
        return self.count - len(self.cards)


def _promised(commitment: str, column: str) -> Subquery:
    """Answer a column of the on-site clock that is due first, of those nobody has met."""
    clocks = Clock.objects.filter(commitment=OuterRef(commitment), measure="onsite", stopped_at=None, state__in=LIVE)
    return Subquery(clocks.order_by(F("due_at").asc(nulls_last=True), "remaining_seconds").values(column)[:1])


def _with_promise(rows: QuerySet, commitment: str) -> QuerySet:
    return rows.annotate(onsite_due=_promised(commitment, "due_at"), onsite_left=_promised(commitment, "remaining_seconds"))


def visits_waiting() -> QuerySet[Visit]:
    """Answer the planned visits that lack engineer or time."""
    return Visit.objects.filter(Q(lead__isnull=True) | Q(starts_at__isnull=True), status=Status.PLANNED)


def tickets_waiting() -> QuerySet[Ticket]:
    """Answer the open tickets that somebody has to go to again or at all, and no visit is planned for.

    Work on site was asked for and nobody has been there since, or the last visit did not settle it.
    """
    turns = Event.objects.filter(ticket=OuterRef("pk"), type__in=[Event.Type.ONSITE_REQUESTED, Event.Type.CHECKED_IN]).order_by("-seq")
    visits = Visit.objects.filter(ticket=OuterRef("pk")).order_by("-id")
    asked = Q(last_turn=Event.Type.ONSITE_REQUESTED)
    again = Q(last_status=Status.FAILED) | Q(last_status=Status.DONE, last_result=Result.UNFINISHED)
    found = Ticket.objects.filter(Exists(turns.order_by()), status__in=workflow.OPEN, is_confidential=False).annotate(
        last_turn=Subquery(turns.values("type")[:1]),
        last_status=Subquery(visits.exclude(status=Status.CANCELLED).values("status")[:1]),
        last_result=Subquery(visits.exclude(status=Status.CANCELLED).values("result")[:1]),
    )
    return found.filter(asked | again).filter(~Exists(visits.filter(status__in=OPEN)))


def waiting(at: datetime, *, office: int | None = None, team: int | None = None, skill: int | None = None) -> Waiting:
    """Answer what waits, least slack first, in four queries; the filters are those of the board."""
    visits, tickets = _narrowed(office, team, skill)
    related = ("organization", "site__region")
    by_due = Coalesce("onsite_due", "starts_at", FAR)
    rows = _with_promise(visits, "ticket__commitment").order_by(by_due, "onsite_left", "id").select_related("ticket", "skill", *related)
    cards = [_card(visit, visit.onsite_due or visit.starts_at, visit.onsite_left, at) for visit in rows[:MOST]]
    held = _with_promise(tickets, "commitment").order_by(Coalesce("onsite_due", FAR), "onsite_left", "queue_at", "id")
    cards += [
        _card(ticket, ticket.onsite_due, ticket.onsite_left, at) for ticket in held.select_related("equipment__skill", *related)[:MOST]
    ]
    cards.sort(key=lambda card: (card.slack is None, card.slack or timedelta(), card.thing.pk))
    count = len(visits.values("pk")[:COUNTED]) + len(tickets.values("pk")[:COUNTED]) if len(cards) >= MOST else len(cards)
    return Waiting(cards[:MOST], min(count, COUNTED), count >= COUNTED)


def _narrowed(office: int | None, team: int | None, skill: int | None) -> tuple[QuerySet[Visit], QuerySet[Ticket]]:
    visits, tickets = visits_waiting(), tickets_waiting()
    if office:
        visits, tickets = visits.filter(office=office), tickets.filter(office=office)
    if team:
        visits, tickets = visits.filter(ticket__team=team), tickets.filter(team=team)
    if skill:
        visits, tickets = visits.filter(skill=skill), tickets.filter(equipment__skill=skill)
    return visits, tickets


def _card(thing: Visit | Ticket, due: datetime | None, remaining: int | None, at: datetime) -> Card:
    left = None if due is not None else remaining
    return Card(thing, due, left, engine.slack(due, left, at))


def due_on_site(ticket: Ticket | None) -> datetime | None:
    """Answer by when somebody was promised to be at the site of a ticket, and is not yet."""
    if ticket is None or ticket.commitment_id is None:
        return None
    clocks = Clock.objects.filter(commitment=ticket.commitment_id, measure="onsite", stopped_at=None, due_at__isnull=False)
    return clocks.order_by("due_at").values_list("due_at", flat=True).first()


def due_of(visits: list[Visit]) -> dict[int, datetime]:
    """Answer by when somebody was promised to be at the site of each of these visits' tickets, by commitment; one query."""
    wanted = [visit.ticket.commitment_id for visit in visits if visit.ticket is not None]
    clocks = Clock.objects.filter(commitment__in=wanted, measure="onsite", stopped_at=None, due_at__isnull=False)
    return {commitment: due for commitment, due in clocks.order_by("-due_at").values_list("commitment_id", "due_at") if due is not None}
