"""The life of a ticket: which move leads from where to where, and who may make it. Pure: no Django, no now()."""

from __future__ import annotations

from dataclasses import dataclass

NEW, ACCEPTED, IN_PROGRESS, WAITING, RESOLVED, REOPENED, CLOSED, CANCELLED = (
    "new", "accepted", "in_progress", "waiting", "resolved", "reopened", "closed", "cancelled",
)  # fmt: skip
STATUSES = (NEW, ACCEPTED, IN_PROGRESS, WAITING, RESOLVED, REOPENED, CLOSED, CANCELLED)
OPEN = frozenset({NEW, ACCEPTED, IN_PROGRESS, WAITING, REOPENED})
WORKING = frozenset({ACCEPTED, IN_PROGRESS, REOPENED})
ENDED = frozenset({CLOSED, CANCELLED})

PROVIDER, CUSTOMER = "provider", "customer"
BOTH = frozenset({PROVIDER, CUSTOMER})
US = frozenset({PROVIDER})
THEM = frozenset({CUSTOMER})


@dataclass(frozen=True, slots=True)
class Move:
    """A step: the event it records, where it starts, where it leads (None: the status stays), whose it is."""

    name: str
    event: str
    sources: frozenset[str]
    target: str | None
    by: frozenset[str]


MOVES = {
    move.name: move
    for move in (
        Move("register", "registered", OPEN, None, US),
        Move("accept", "accepted", frozenset({NEW, REOPENED}), ACCEPTED, US),
        Move("assign", "assigned", OPEN, None, US),
        Move("contact", "contacted", OPEN | {RESOLVED}, None, US),
        Move("form-team", "team_formed", OPEN, None, US),
        Move("ask-department", "opinion_asked", OPEN, None, US),
        Move("give-opinion", "opinion_given", OPEN, None, US),
        Move("diagnose", "diagnosis_delivered", OPEN - {WAITING}, IN_PROGRESS, US),
        Move("reject-diagnosis", "diagnosis_rejected", OPEN, None, THEM),
        Move("agree-remote", "remote_agreed", OPEN, None, BOTH),
        Move("start-remote", "remote_started", OPEN - {WAITING}, IN_PROGRESS, US),
        Move("end-remote", "remote_ended", OPEN | {RESOLVED}, None, US),
        Move("request-onsite", "onsite_requested", OPEN, None, BOTH),
        Move("depart", "departed", OPEN - {WAITING}, IN_PROGRESS, US),
        Move("check-in", "checked_in", OPEN - {WAITING}, IN_PROGRESS, US),
        # Who is on site leaves it, also after the solution was written down there.
        Move("leave", "left", frozenset(STATUSES) - {CANCELLED}, None, US),
        Move("hold", "hold", frozenset({NEW, *WORKING}), WAITING, US),
        Move("resume", "resumed", frozenset({WAITING}), IN_PROGRESS, US),
        Move("move-arrival", "arrival_moved", frozenset({WAITING}), None, US),
        Move("object", "pause_objected", frozenset(STATUSES) - {CANCELLED}, None, THEM),
        Move("uphold-objection", "objection_upheld", frozenset(STATUSES) - {CANCELLED}, None, US),
        Move("refuse-objection", "objection_refused", frozenset(STATUSES) - {CANCELLED}, None, US),
        Move("set-severity", "severity_changed", OPEN, None, US),
        Move("stopgap", "stopgap", OPEN, None, US),
        Move("raise-tier", "tier_raised", OPEN, None, US),
        Move("take-over", "tier_taken", OPEN, None, US),
        Move("resolve", "resolved", OPEN, RESOLVED, US),
        Move("confirm", "confirmed", frozenset({RESOLVED}), CLOSED, BOTH),
        Move("reject", "rejected", frozenset({RESOLVED}), REOPENED, THEM),
        Move("reopen", "reopened", frozenset({RESOLVED, CLOSED}), REOPENED, BOTH),
        Move("close", "closed", frozenset({RESOLVED}), CLOSED, US),
        Move("cancel", "cancelled", OPEN, CANCELLED, BOTH),
        Move("follow-up", "followed_up", frozenset({RESOLVED, CLOSED}), None, US),
    )
}

DECISIONS = frozenset({"uphold-objection", "refuse-objection"})
"""Moves that a manager makes."""


VISITS = frozenset({"depart", "check-in", "leave"})
"""Moves that are made by a visit on site only: what stops the clocks of departure and arrival is somebody's journey."""


LOOPED = frozenset({"complaint", "inquiry"})
"""Kinds that go round until the customer is satisfied."""
ROUND = frozenset(
    {"resolve", "confirm", "reject", "reopen", "close", "cancel", "follow-up", "ask-department", "give-opinion", "reject-diagnosis"}
)
"""Moves that, for those kinds, are made by the closed loop only: nobody ends a complaint beside it."""


def belongs_to_loop(name: str, kind: str) -> bool:
    """Whether a move of a ticket of that kind is made by its loop and by nothing else."""
    return kind in LOOPED and name in ROUND


def allowed(status: str, side: str, kind: str = "") -> list[str]:
    """Answer the names of the moves that a person of that side may make now, with a ticket of that kind."""
    return [
        move.name
        for move in MOVES.values()
        if status in move.sources and side in move.by and move.name not in VISITS and not belongs_to_loop(move.name, kind)
    ]
