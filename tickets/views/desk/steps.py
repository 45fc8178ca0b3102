"""What to do next: the main button of a ticket, and the other moves in an orderly menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from core.time import now
from tickets import words, workflow
from tickets.consent import EXPIRED, GIVEN, NONE, RUNNING, USED_UP, consent_state
from tickets.forms.moves import MOVE_FORMS, Step
from tickets.models import Event, Kind, Tier
from tickets.pauses import told_by
from tickets.views.desk.rows import next_clocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.utils.functional import _StrPromise

    from accounts.models import User
    from tickets.models import Ticket
    from tickets.selectors import ClockView

ACTS = {
    Event.Type.REGISTERED: "register",
    Event.Type.TEAM_FORMED: "form-team",
    Event.Type.CONTACTED: "contact",
    "called": "contact",
    Event.Type.OPINION_GIVEN: "give-opinion",
    Event.Type.REMOTE_STARTED: "start-remote",
    Event.Type.DIAGNOSIS_DELIVERED: "diagnose",
    "taken_by_expert": "take-over",
    "taken_by_vendor": "take-over",
    Event.Type.RESOLVED: "resolve",
    Event.Type.CONFIRMED: "confirm",
    Event.Type.FOLLOWED_UP: "follow-up",
}
"""The move that makes each event, in the order in which work is done: a promise is kept by the first that fits."""
GROUPS: tuple[tuple[_StrPromise, tuple[str, ...]], ...] = (
    (_("Work"), ("accept", "form-team", "diagnose", "stopgap", "hold", "resume", "move-arrival", "resolve")),
    (_("Objection"), ("uphold-objection", "refuse-objection")),
    (_("Remote support"), ("agree-remote", "start-remote", "end-remote")),
    (_("On site"), ("request-onsite",)),
    (_("Tiers of support"), ("raise-tier", "take-over")),
    (_("Departments"), ("ask-department", "give-opinion")),
    (_("Sort"), ("register", "set-severity", "assign", "tag", "link")),
    (_("End"), ("follow-up", "confirm", "close", "reopen", "cancel")),
)
NEAR = ("end-remote", "diagnose", "hold", "resolve", "follow-up")
"""Moves worth a button of their own beside the main one."""
ALWAYS = ("tag", "link")
REMOTE = frozenset({"agree-remote", "start-remote", "end-remote"})
REMOTE_NEXT = {GIVEN: "start-remote", RUNNING: "end-remote", NONE: "agree-remote", EXPIRED: "agree-remote", USED_UP: "agree-remote"}
OF_KINDS = {
    **dict.fromkeys(("form-team", "stopgap"), (Kind.FAULT,)),
    **dict.fromkeys(("raise-tier", "take-over"), (Kind.FAULT, Kind.CONSULTATION, Kind.REQUEST)),
    **dict.fromkeys(("agree-remote", "start-remote", "end-remote"), (Kind.FAULT, Kind.CONSULTATION)),
    **dict.fromkeys(("ask-department", "give-opinion"), (Kind.COMPLAINT, Kind.INQUIRY)),
}
"""Moves that only some kinds of work have a use for; elsewhere they would only be in the way."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The moves that can be made now."""

    main: Step | None
    clock: ClockView | None
    """The promise that the main one keeps."""
    near: list[Step]
    groups: list[tuple[_StrPromise, list[Step]]]


def steps(ticket: Ticket, user: User, clocks: Iterable[ClockView], events: Sequence[Event]) -> Steps:
    """Answer what to do next and what else can be done."""
    allowed = _allowed(ticket, user, events)
    main, clock = _main(ticket, user, clocks, allowed)
    # what nobody has taken on yet is taken on first
    near = [] if "accept" in allowed else [name for name in NEAR if name in allowed and name != main][:2]
    rest = allowed - {main, *near}
    menu = [(label, [MOVE_FORMS[name] for name in names if name in rest]) for label, names in GROUPS]
    return Steps(
        main=MOVE_FORMS[main] if main else None,
        clock=clock,
        near=[MOVE_FORMS[name] for name in near],
        groups=[(label, found) for label, found in menu if found],
    )


def _allowed(ticket: Ticket, user: User, events: Sequence[Event]) -> set[str]:
    """Answer the moves of our side; nobody logs in unasked."""
    allowed = {*workflow.allowed(ticket.status, workflow.PROVIDER, ticket.kind), *ALWAYS}
    allowed -= {name for name, kinds in OF_KINDS.items() if ticket.kind not in kinds}
    allowed -= REMOTE - {REMOTE_NEXT[consent_state(events, now())]}
    allowed -= {"take-over"} if ticket.raised_at is None or _handed_up(ticket, user, events) else set()
    allowed -= {"raise-tier"} if ticket.tier == Tier.VENDOR else set()
    if ticket.wait_until is None:
        allowed.discard("move-arrival")
    if not (user.manages and any(held.is_disputed for held in told_by(events, ticket.updated_at))):
        allowed -= {"uphold-objection", "refuse-objection"}
    return allowed


def _handed_up(ticket: Ticket, user: User, events: Sequence[Event]) -> bool:
    """Whether it waits for an expert since this person handed it up: somebody else takes it over."""
    raised = [event.actor_id for event in events if event.type == Event.Type.TIER_RAISED]
    return ticket.tier == Tier.EXPERT and raised[-1:] == [user.pk]


def _main(ticket: Ticket, user: User, clocks: Iterable[ClockView], allowed: set[str]) -> tuple[str, ClockView | None]:
    owed = next_clocks(clocks)
    first = owed[0] if owed else None
    if ticket.status == workflow.WAITING:
        return "resume", first
    if "accept" in allowed:
        unassigned = ticket.assignee_id is None and user.dispatches
        return ("assign" if unassigned else "accept"), first
    for clock in owed:
        if act := _act(ticket, clock, allowed):
            return act, clock
    if ticket.status == workflow.RESOLVED:
        return ("confirm" if "confirm" in allowed else ""), None
    return ("resolve" if "resolve" in allowed else ""), None


def _act(ticket: Ticket, clock: ClockView, allowed: set[str]) -> str:
    """Answer the move that keeps a promise, if it can be made here; departure and arrival are up to a visit."""
    plan = words.plan_of(ticket)
    promise = plan.promise(clock.promise) if plan else None
    stops = promise.stops if promise else frozenset()
    return next((act for event, act in ACTS.items() if event in stops and act in allowed), "")
