"""Reading tickets: who sees which, lists with constant queries, how the promises of a ticket stand."""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, CharField, Count, Exists, F, Func, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Concat
from django.utils.translation import get_language

from accounts.models import Office, Team
from core.time import epoch
from sla import selectors as promises
from sla.models import Clock, Commitment, Escalation
from tickets import search, workflow
from tickets.models import Attachment, Concerned, Event, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from accounts.models import User
    from sla.engine.plan import Plan


LISTED = (
    "number",
    "kind",
    "severity",
    "status",
    "subject",
    "channel",
    "external_id",
    "in_warranty",
    "is_free",
    "reporter_id",
    "contact_name",
    "wait_cause",
    "wait_owner",
    "wait_code",
    "wait_until",
    "solved_remotely",
    "created_at",
    "updated_at",
    "resolved_at",
    "closed_at",
    "event_count",
    "queue_at",
    "last_public_at",
    "organization__name",
    "organization__short_name",
    "site__name",
    "site__organization_id",
    "equipment__name",
    "equipment__site_id",
    "assignee__name",
    "assignee__email",
    "assignee__role",
    "office__name",
    "office__name_en",
    "team__name",
    "team__name_en",
    "contract__number",
    "commitment__plan_version_id",
)
"""The columns that a row of a list shows."""
ROW = (
    "pk",
    "number",
    "kind",
    "severity",
    "status",
    "subject",
    "description",
    "organization_id",
    "organization__name",
    "site_id",
    "site__name",
    "equipment_id",
    "equipment__name",
    "assignee_id",
    "assignee__name",
    "contract__number",
    "in_warranty",
    "is_free",
    "channel",
    "external_id",
    "contact_name",
    "contact_phone",
    "contact_email",
    "created_at",
    "updated_at",
    "resolved_at",
    "closed_at",
    "commitment_id",
    "office_id",
    "team_id",
    "wait_cause",
    "wait_code",
    "wait_owner",
    "wait_until",
    "tier",
    "resolution",
    "queue_at",
)
CLOCK_ROW = (
    "pk",
    "cycle",
    "promise",
    "measure",
    "state",
    "is_strictest",
    "started_at",
    "due_at",
    "stopped_at",
    "missed_at",
    "paused_at",
    "target_seconds",
    "remaining_seconds",
    "waited_seconds",
    "disputed_seconds",
    "withdrawn_seconds",
    "pause_is_disputed",
    "calendar_version_id",
)


_TicketValues = namedtuple("_TicketValues", ROW)  # type: ignore[misc]  # noqa: PYI024 - its names are the columns above
_ClockValues = namedtuple("_ClockValues", CLOCK_ROW)  # type: ignore[misc]  # noqa: PYI024 - its names are the columns above


def hidden_from(user: User) -> QuerySet[Concerned]:
    """Answer, as rows that name tickets, what complains about a person and is confidential: they do not know of it."""
    return Concerned.objects.filter(person=user, ticket__is_confidential=True)


def kept_from(user: User) -> QuerySet[Any]:
    """Answer what documents are about that a person is not to read, as their ``about`` has it."""
    named = Concat(Value("ticket/"), Cast("ticket_id", CharField()), output_field=CharField())
    return hidden_from(user).annotate(named=named).values("named")


def tickets_for(user: User) -> QuerySet[Ticket]:
    """Answer the tickets a person may know of: ours see all, a supervisor the organization's, a customer their sites' and own ones."""
    if user.is_provider:
        return Ticket.objects.filter(is_canary=False).exclude(pk__in=hidden_from(user).values("ticket"))
    membership = getattr(user, "membership", None)
    if membership is None:
        return Ticket.objects.none()
    theirs = Ticket.objects.filter(organization=membership.organization_id)
    if user.role == "supervisor":
        return theirs
    return theirs.filter(Q(reporter=user) | Q(site__in=membership.sites.values("pk")))


def listed(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Answer the tickets with all that a row shows, in a constant number of queries, without their long texts."""
    return (
        tickets.select_related("organization", "site", "equipment", "assignee", "office", "team", "commitment", "contract")
        .only(*LISTED)
        .prefetch_related(Prefetch("commitment__clocks", queryset=Clock.objects.order_by("cycle", "id")))
    )


def detailed(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Answer a ticket with all that its page shows around the record."""
    return tickets.select_related(
        "organization", "site__region", "equipment", "assignee", "office", "team", "commitment__plan_version__plan", "contract", "reporter"
    ).prefetch_related(Prefetch("commitment__clocks", queryset=Clock.objects.order_by("cycle", "id")), "tags", "watchers")


def with_promises(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Answer a ticket with its clocks of all cycles and the plan version that holds, without the version's content."""
    return (
        tickets.select_related("organization", "commitment__plan_version__plan")
        .defer("commitment__plan_version__data")
        .prefetch_related(Prefetch("commitment__clocks", queryset=Clock.objects.order_by("cycle", "id")))
    )


def record(ticket: Ticket, user: User) -> QuerySet[Event]:
    """Answer the lines of the record that a person may read, oldest first."""
    events = ticket.events.select_related("actor").prefetch_related("attachments").order_by("seq")
    if not user.is_provider:
        return events.filter(is_public=True)
    kept = hidden_from(user).filter(ticket__number=OuterRef("other"))
    return events.annotate(other=KT("facts__other")).exclude(Exists(kept), type=Event.Type.LINKED)


def last_public(tickets: Iterable[Ticket]) -> dict[int, Event]:
    """Answer for each of these tickets the last line that its customer may read, in one query."""
    newest = Event.objects.filter(ticket=OuterRef("pk"), is_public=True).order_by("-seq").values("pk")[:1]
    wanted = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).values_list(Subquery(newest))
    return {event.ticket_id: event for event in Event.objects.filter(pk__in=wanted).select_related("actor")}


def is_diagnosed(ticket: Ticket) -> bool:
    """Whether a diagnosis report lies with the customer: delivered, neither rejected nor followed by a solution."""
    verdicts = (Event.Type.DIAGNOSIS_DELIVERED, Event.Type.DIAGNOSIS_REJECTED, Event.Type.RESOLVED)
    last = ticket.events.filter(type__in=verdicts).order_by("-seq").values_list("type", flat=True).first()
    return last == Event.Type.DIAGNOSIS_DELIVERED


def attachments_for(user: User) -> QuerySet[Attachment]:
    """Answer the files a person may fetch."""
    files = Attachment.objects.filter(ticket__in=tickets_for(user))
    return files if user.is_provider else files.filter(is_public=True)


def escalations_for(user: User) -> QuerySet[Escalation]:
    """Answer the levels that were reached, of the tickets that are not kept from one of our people, each with its ticket."""
    rows = Escalation.objects.filter(outcome=Escalation.Outcome.FIRED, clock__commitment__ticket__is_canary=False)
    rows = rows.exclude(clock__commitment__ticket__in=hidden_from(user).values("ticket"))
    return rows.select_related("acknowledged_by", "clock__commitment__ticket").order_by("-id")


def escalations_of(ticket: Ticket) -> QuerySet[Escalation]:
    """Answer the levels that were reached for a ticket, newest first."""
    return Escalation.objects.filter(clock__commitment=ticket.commitment_id).select_related("clock", "acknowledged_by").order_by("-id")


class _Matches(Func):
    """Whether the words of a text meet a query of PostgreSQL; written as the index ``ticket_search`` has it."""

    template = "to_tsvector('simple', %(expressions)s)"
    arg_joiner = ") @@ to_tsquery('simple', "
    output_field = BooleanField()


def matching(tickets: QuerySet[Ticket], query: str) -> QuerySet[Ticket]:
    """Keep the tickets that contain every word of a query, Chinese or not."""
    words = search.wanted(query)
    if connection.vendor == "postgresql":
        if not words:
            return tickets
        terms = " & ".join("'" + word.replace("'", "''").replace("\\", "\\\\") + "'" for word in words)
        return tickets.filter(_Matches(F("search_text"), Value(terms)))
    for word in words:
        tickets = tickets.filter(search_text__icontains=word)
    return tickets


class ClockView(NamedTuple):
    """How a promise stands at the moment somebody looks; durations in seconds of open time, negative when late."""

    id: int
    promise: str
    measure: str
    name: str
    clause: str
    cycle: int
    state: str
    started_at: datetime | None
    due_at: datetime | None
    target_seconds: int | None
    remaining_seconds: int | None
    met_at: datetime | None
    missed_at: datetime | None
    paused_at: datetime | None
    is_strictest: bool
    gross_seconds: int | None = None
    """Open time since its start with no pause taken out; until its end, or now."""
    net_seconds: int | None = None
    """The same without the pauses that both sides agree to, and those that stand after an objection."""
    disputed_seconds: int = 0
    """How much of it lies in pauses that are under an objection, or were withdrawn after the clock had ended."""

    @property
    def share(self) -> float | None:
        """Answer how much of the target is used up, from 0 to 1 (and no further)."""
        if not self.target_seconds or self.remaining_seconds is None:
            return None
        return min(1.0, max(0.0, 1 - self.remaining_seconds / self.target_seconds))

    @property
    def has_pauses(self) -> bool:
        """Whether any time was left out for a pause, or is disputed."""
        return self.gross_seconds != self.net_seconds or bool(self.disputed_seconds)

    @property
    def is_kept_by_dispute(self) -> bool:
        """Whether it was kept only thanks to a pause that is disputed, or that was withdrawn since."""
        return self.state == "met" and self.disputed_seconds > (self.remaining_seconds or 0)

    @property
    def is_live(self) -> bool:
        """Whether something is still owed."""
        return self.state in ("running", "paused") or (self.state == "missed" and self.met_at is None)


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def clock_views(ticket: Ticket, now: datetime, *, all_cycles: bool = False) -> list[ClockView]:
    """Answer the clocks of a ticket as they stand now, in the order of the plan; the last cycle unless asked for all."""
    if ticket.commitment is None:
        return []
    clocks = list(ticket.commitment.clocks.all())
    if not all_cycles and clocks:
        last = max(clock.cycle for clock in clocks)
        clocks = [clock for clock in clocks if clock.cycle == last]
    return _views(clocks, ticket.commitment.plan_version_id, now)


def _views(clocks: Iterable[Any], plan_version: int | None, now: datetime) -> list[ClockView]:
    if plan_version is None:  # no contract, no promises
        return []
    plan, language = promises.engine_plan(plan_version), _language()
    return [_view(clock, plan, language, now) for clock in clocks]


class TicketRow(NamedTuple):
    """A ticket as plain values and its clocks: what programs read, without the cost of model instances."""

    ticket: Any
    clocks: list[ClockView]
    plan_version: int | None
    office: str | None = None
    team: str | None = None
    """The names of who handles it, where they were asked for (:func:`with_names`)."""


def ticket_rows(tickets: QuerySet[Ticket]) -> QuerySet[Any]:
    """Answer the tickets as named values, a row each with the names of what it refers to."""
    return tickets.values_list(*ROW, named=True)


def new_row(ticket: Ticket, now: datetime) -> TicketRow:
    """Answer the row of a ticket that a report has just made, from what is at hand."""
    values = _TicketValues(*(_walk(ticket, name.split("__")) for name in ROW))
    plan = ticket.commitment.plan_version_id if ticket.commitment else None
    return TicketRow(values, _views(ticket.new_clocks, plan, now), plan, ticket.office.name, ticket.team.name if ticket.team else None)


def _walk(row: Any, path: Sequence[str]) -> Any:
    for name in path:
        row = None if row is None else getattr(row, name)
    return row


def with_clocks(rows: Sequence[Any], now: datetime) -> list[TicketRow]:
    """Answer rows of :func:`ticket_rows` with the clocks of their last cycle and the plan version that holds, in one query.

    The commitments are not joined to the tickets: with each table more, planning the statement costs PostgreSQL twice the time.
    """
    clocks: dict[int, list[Any]] = {}
    plans: dict[int, int] = {}
    held = Commitment.objects.filter(pk__in=[row.commitment_id for row in rows]).order_by("pk", "clocks__cycle", "clocks__id")
    for commitment, plan, *values in held.values_list("pk", "plan_version_id", *(f"clocks__{name}" for name in CLOCK_ROW)):
        clock: Any = _ClockValues(*values)
        plans[commitment], known = plan, clocks.setdefault(commitment, [])
        if known and known[-1].cycle != clock.cycle:
            known.clear()
        if clock.pk is not None:
            known.append(clock)
    found = ((row, clocks.get(row.commitment_id, ()), plans.get(row.commitment_id)) for row in rows)
    return [TicketRow(row, _views(its, plan, now), plan) for row, its, plan in found]


def with_names(rows: Sequence[TicketRow]) -> list[TicketRow]:
    """Answer the rows with the names of the offices and teams that handle them, in one query.

    They are not joined to the tickets, as in :func:`with_clocks`.
    """
    offices = Office.objects.filter(pk__in={row.ticket.office_id for row in rows}).order_by()
    teams = Team.objects.filter(pk__in={row.ticket.team_id for row in rows}).order_by()
    found = offices.values_list(Value("office"), "pk", "name").union(teams.values_list(Value("team"), "pk", "name"), all=True)
    names = {(kind, pk): name for kind, pk, name in found} if rows else {}
    return [row._replace(office=names.get(("office", row.ticket.office_id)), team=names.get(("team", row.ticket.team_id))) for row in rows]


def _view(clock: Any, plan: Plan, language: str, now: datetime) -> ClockView:
    """Answer how a clock stands; ``clock`` is a :class:`Clock` or a row of its columns."""
    promise = plan.promise(clock.promise)
    late = clock.state == "running" and clock.due_at is not None and now > clock.due_at
    remaining = _remaining(clock, now)
    gross, net, disputed = _left_out(clock, remaining, now)
    return ClockView(
        id=clock.pk,
        promise=clock.promise,
        measure=clock.measure,
        name=promise.name[language] if promise else clock.promise,
        clause=promise.clause if promise else "",
        cycle=clock.cycle,
        state="missed" if late else clock.state,
        started_at=clock.started_at,
        due_at=clock.due_at,
        target_seconds=clock.target_seconds,
        remaining_seconds=remaining,
        met_at=clock.stopped_at,
        missed_at=clock.due_at if late else clock.missed_at,
        paused_at=clock.paused_at,
        is_strictest=clock.is_strictest,
        gross_seconds=gross,
        net_seconds=net,
        disputed_seconds=disputed,
    )


def _left_out(clock: Any, remaining: int | None, now: datetime) -> tuple[int | None, int | None, int]:
    """Answer the open time in all, as both sides agree to it, and in dispute; a pause that lasts counts up to now."""
    if clock.target_seconds is None or remaining is None:
        return None, None, 0
    agreed, disputed = clock.waited_seconds or 0, (clock.disputed_seconds or 0) + (clock.withdrawn_seconds or 0)
    if clock.state == "paused" and clock.paused_at is not None and clock.calendar_version_id is not None:
        lasts = promises.engine_calendar(clock.calendar_version_id).elapsed_s(
            epoch(clock.paused_at), max(epoch(now), epoch(clock.paused_at))
        )
        agreed, disputed = (agreed, disputed + lasts) if clock.pause_is_disputed else (agreed + lasts, disputed)
    net = clock.target_seconds - remaining + disputed
    return net + agreed, net, disputed


def _remaining(clock: Any, now: datetime) -> int | None:
    if clock.due_at is None or clock.stopped_at is not None or clock.state not in ("running", "missed"):
        return clock.remaining_seconds
    left, due = epoch(now), epoch(clock.due_at)
    if clock.calendar_version_id is None:
        return due - left
    calendar = promises.engine_calendar(clock.calendar_version_id)
    return calendar.elapsed_s(left, due) if left <= due else -calendar.elapsed_s(due, left)


def open_tickets() -> Count:
    """Answer what counts, for each of some people, the open tickets they have."""
    return Count("assigned_tickets", filter=Q(assigned_tickets__status__in=workflow.OPEN), distinct=True)


def queue_for(user: User) -> QuerySet[Ticket]:
    """Answer the open tickets a person may work on, least slack first."""
    # what is open is no canary: nothing to read beside the index
    tickets = Ticket.objects.exclude(pk__in=hidden_from(user).values("ticket")) if user.is_provider else tickets_for(user)
    return tickets.filter(status__in=workflow.OPEN).order_by("queue_at", "id")
