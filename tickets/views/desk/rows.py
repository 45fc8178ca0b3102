"""Rows of the queue: a ticket with the promises that come next, ready to be drawn.

The queue is the page that is asked for most, by everybody and every few seconds: its rows are read as plain values,
and what many of them share (a severity, a state, a person) is drawn once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Office, Team
from core.templatetags.inline import badge, person, severity_badge, status_badge
from core.templatetags.moments import clock_chip, moment
from core.time import FAR
from sla import selectors as promises
from sla.words import spoken
from tickets import selectors, workflow
from tickets.models import Kind, Status, Ticket, WaitOwner
from tickets.words import PLAIN_SEVERITIES, waits_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from tickets.selectors import ClockView, TicketRow

SHOWN = 2
"""Promises shown in a row; the rest are on the ticket's page."""
COLUMNS = (
    "pk", "number", "kind", "severity", "status", "subject", "wait_owner", "wait_cause", "wait_code", "created_at", "updated_at",
    "event_count", "queue_at", "vendor_called_at", "commitment_id", "organization__name", "organization__short_name", "site__name",
    "assignee_id", "assignee__name", "assignee__email", "office_id", "team_id",
)  # fmt: skip


class Named(NamedTuple):
    """Somebody or something that has a key and a name."""

    pk: int
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket of the queue, its parts drawn."""

    key: int
    version: str
    """Changes when anything in the row does."""
    url: str
    number: str
    subject: str
    under: str
    choose: str
    severity: str
    status: str
    clocks: list[str]
    hidden_clocks: int
    wait: str
    vendor: str
    assignee: str
    office: str
    team: str
    age: str


def next_clocks(clocks: Iterable[ClockView]) -> list[ClockView]:
    """Answer the promises that are still owed, the most urgent first; paused ones last."""
    owed = [clock for clock in clocks if clock.is_live and clock.is_strictest]
    return sorted(owed, key=lambda clock: (clock.due_at or FAR, clock.id))


class Upcoming(NamedTuple):
    """A ticket and the promises that come next."""

    ticket: Ticket
    clocks: list[ClockView]


def row(ticket: Ticket, at: datetime) -> Upcoming:
    """Answer a ticket that was read by ``selectors.listed`` with what comes next; for lists that draw themselves."""
    return Upcoming(ticket, next_clocks(selectors.clock_views(ticket, at)) if ticket.is_open else [])


def values(tickets: QuerySet[Ticket]) -> QuerySet[Any]:
    """Answer the tickets as the plain values that a row shows."""
    return tickets.values_list(*COLUMNS, named=True)


def drawn(found: Sequence[Any], at: datetime) -> list[Row]:
    """Answer the rows of tickets that were read by :func:`values`; three more queries, for their clocks and the few offices and teams."""
    pen = Pen()
    return [pen.row(row) for row in selectors.with_clocks(found, at)]


def digest(rows: Iterable[Row]) -> str:
    """Answer a word that changes when any row or their order does."""
    return f"{crc32(' '.join(row.version for row in rows).encode()):08x}"


class Pen:
    """Draws rows in the active language; what it has drawn once it does not draw again."""

    def __init__(self) -> None:
        self.parts: dict[Any, str] = {}
        self.offices, self.teams = ({row.pk: str(row) for row in model._default_manager.all()} for model in (Office, Team))
        self.address = reverse("tickets:ticket", args=["NUMBER"])
        self.choose = _("Choose %(number)s")

    def row(self, given: TicketRow) -> Row:
        """Answer the row of one ticket."""
        ticket = given.ticket
        clocks = next_clocks(given.clocks) if ticket.status in workflow.OPEN else []
        return Row(
            key=ticket.pk,
            version=f"{ticket.pk}.{ticket.event_count}.{int(ticket.updated_at.timestamp())}",
            url=self.address.replace("NUMBER", ticket.number),
            number=ticket.number,
            subject=ticket.subject,
            under=self._under(ticket),
            choose=self.choose % {"number": ticket.number},
            severity=self._severity(ticket.severity, given.plan_version),
            status=self._once(status_badge, ticket.status, Status(ticket.status).label),
            clocks=[clock_chip(clock) for clock in clocks[:SHOWN]],
            hidden_clocks=max(0, len(clocks) - SHOWN),
            wait=self._wait(ticket, given.plan_version) if ticket.wait_owner else "",
            vendor=self._once(badge, _("vendor called on"), "risk", "building") if ticket.vendor_called_at else "",
            assignee=self._assignee(ticket),
            office=self.offices[ticket.office_id],
            team=self.teams.get(ticket.team_id, ""),
            age=moment(ticket.created_at, "relative"),
        )

    @staticmethod
    def _wait(ticket: Any, version: int | None) -> str:
        plan = promises.engine_plan(version) if version is not None else None
        return f"{WaitOwner(ticket.wait_owner).label}: {waits_for(plan, ticket.wait_code, ticket.wait_cause)}"

    def _once(self, draw: Callable[..., str], *given: Any, **more: Any) -> str:
        key = (draw, given)
        if key not in self.parts:
            self.parts[key] = draw(*given, **more)
        return self.parts[key]

    def _severity(self, level: int, plan: int | None) -> str:
        key = (level, plan)
        if key not in self.parts:
            name = spoken(promises.engine_plan(plan).severity(level).name) if plan else PLAIN_SEVERITIES[level][0]
            self.parts[key] = severity_badge(level, name)
        return self.parts[key]

    def _assignee(self, ticket: Any) -> str:
        if ticket.assignee_id is None:
            return ""
        return self._once(person, Named(ticket.assignee_id, ticket.assignee__name or ticket.assignee__email), size="sm")

    def _under(self, ticket: Any) -> str:
        words = [ticket.organization__short_name or ticket.organization__name, ticket.site__name]
        return " · ".join(words if ticket.kind == Kind.FAULT else [*words, str(Kind(ticket.kind).label)])
