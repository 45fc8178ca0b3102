"""How a ticket and its record are spoken of, in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core.time import instant
from sla import selectors as promises
from sla.causes import cause_words
from sla.engine.plan import DEFAULT_CAUSES
from sla.words import EVENTS, length, spoken, target_words
from tickets import workflow
from tickets.deed_words import deed_words
from tickets.models import Channel, Event, Kind, Ticket, TicketLink, Tier, WaitOwner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from accounts.models import User
    from sla.engine.plan import Plan
    from tickets.selectors import ClockView

PLAIN_SEVERITIES = {
    1: (gettext_lazy("Severe"), gettext_lazy("Everything stands still, or the core of the business has stopped")),
    2: (gettext_lazy("Major"), gettext_lazy("An important function cannot be used; the business clearly suffers")),
    3: (gettext_lazy("Ordinary"), gettext_lazy("Part of a function misbehaves; the business goes on")),
    4: (gettext_lazy("Minor"), gettext_lazy("It happens now and then, or does not hinder the work")),
}
"""What severities are called where no service plan has its own words."""


def plan_of(ticket: Ticket) -> Plan | None:
    """Answer the plan whose promises hold for a ticket."""
    return promises.engine_plan(ticket.commitment.plan_version_id) if ticket.commitment is not None else None


def severity_name(ticket: Ticket, number: int | None = None) -> str:
    """Answer the plan's own word for the ticket's severity (or for another one)."""
    plan, level = plan_of(ticket), number or ticket.severity
    return spoken(plan.severity(level).name) if plan else str(PLAIN_SEVERITIES[level][0])


def promise_name(ticket: Ticket, code: str) -> str:
    """Answer what the plan calls a promise."""
    plan = plan_of(ticket)
    promise = plan.promise(code) if plan else None
    return spoken(promise.name) if promise else code


def within(ticket: Ticket, clock: ClockView) -> str:
    """Say how long a promise takes at most, as the plan says it: a working day is no number of hours."""
    plan = plan_of(ticket)
    promise = plan.promise(clock.promise) if plan else None
    target = promise.targets.get(plan.severity(ticket.severity).number) if plan and promise else None
    if target is not None and (target.workdays or clock.target_seconds in (None, target.seconds)):
        return target_words(target)
    return length(clock.target_seconds or 0)


def begins_with(ticket: Ticket, clock: ClockView) -> str:
    """Say what starts a promise that has not begun."""
    plan = plan_of(ticket)
    promise = plan.promise(clock.promise) if plan else None
    return str(EVENTS[min(promise.starts)]) if promise and clock.state == "pending" else ""


WAITS = {
    WaitOwner.CUSTOMER: (gettext_noop("Waiting for you"), gettext_noop("Waiting for the customer")),
    WaitOwner.THIRD_PARTY: (gettext_noop("Waiting for a third party"),) * 2,
    WaitOwner.LOGISTICS: (gettext_noop("Waiting for a delivery"),) * 2,
    WaitOwner.VENDOR: (gettext_noop("Waiting for the maker"),) * 2,
}


def waits_for(plan: Plan | None, code: str, words: str) -> str:
    """Say what is waited for: the plan's name for it, and what was said beside it."""
    cause = next((cause for cause in (plan.causes if plan else DEFAULT_CAUSES) if cause.code == code), None) if code else None
    return cause_words(cause.name if cause else None, words)


def whose_turn(ticket: Ticket, viewer: User) -> str:
    """Say in plain words where a ticket stands and in whose hands it is."""
    theirs = viewer.is_customer
    match ticket.status:
        case workflow.NEW:
            return _("Given to %(name)s, not taken up yet") % {"name": ticket.assignee} if ticket.assignee else _("Waiting to be taken up")
        case workflow.WAITING:
            return _(WAITS[WaitOwner(ticket.wait_owner)][0 if theirs else 1])
        case workflow.RESOLVED:
            return _("Waiting for you to confirm") if theirs else _("Waiting for the customer to confirm")
        case workflow.CLOSED:
            return _("Closed")
        case workflow.CANCELLED:
            return _("Cancelled")
    return _("In the hands of %(name)s") % {"name": ticket.assignee} if ticket.assignee else _("In the hands of the service team")


def is_customers_turn(ticket: Ticket) -> bool:
    """Whether we wait for the customer."""
    waits = ticket.status == workflow.WAITING and ticket.wait_owner == WaitOwner.CUSTOMER
    return waits or ticket.status == workflow.RESOLVED


@dataclass(frozen=True, slots=True)
class Line:
    """How a line of the record is shown: heading, sign, tone, and the part of the page that tells its facts."""

    title: str
    sign: str
    tone: str
    part: str
    internal: bool


TYPE = Event.Type
LOOKS: dict[str, tuple[str, str, str, str]] = {
    TYPE.REPORTED: (gettext_noop("Reported (%(channel)s)"), "inbox", "accent", "words"),
    TYPE.REGISTERED: (gettext_noop("Registered as %(kind)s, %(severity)s"), "clipboard-list", "info", "words"),
    TYPE.ASSIGNED: (gettext_noop("Given to %(to)s"), "user-check", "info", "words"),
    TYPE.ACCEPTED: (gettext_noop("Taken up"), "check", "info", "words"),
    TYPE.CONTACTED: (gettext_noop("The service team wrote"), "message-2", "info", "words"),
    TYPE.REPLIED: (gettext_noop("The customer wrote"), "message", "accent", "words"),
    TYPE.NOTED: (gettext_noop("Note"), "note", "paused", "words"),
    TYPE.TEAM_FORMED: (gettext_noop("Emergency team formed"), "urgent", "risk", "words"),
    TYPE.OPINION_ASKED: (gettext_noop("Tracking form sent to %(department)s"), "building", "info", "words"),
    TYPE.OPINION_GIVEN: (gettext_noop("Opinion of %(department)s"), "note", "info", "words"),
    TYPE.DIAGNOSIS_DELIVERED: (gettext_noop("Diagnosis report"), "stethoscope", "info", "report"),
    TYPE.DIAGNOSIS_REJECTED: (gettext_noop("The customer rejected the diagnosis"), "thumb-down", "risk", "words"),
    TYPE.REMOTE_AGREED: (gettext_noop("Remote support agreed"), "thumb-up", "info", "facts"),
    TYPE.REMOTE_STARTED: (gettext_noop("Remote support begun"), "device-desktop", "info", "words"),
    TYPE.REMOTE_ENDED: (gettext_noop("Remote support ended"), "device-desktop", "info", "words"),
    TYPE.ONSITE_REQUESTED: (gettext_noop("On-site work requested"), "map-pin", "risk", "words"),
    TYPE.DEPARTED: (gettext_noop("On the way to the site"), "car", "info", "words"),
    TYPE.CHECKED_IN: (gettext_noop("Arrived on site"), "map-pin", "info", "facts"),
    TYPE.LEFT: (gettext_noop("Left the site"), "walk", "info", "words"),
    TYPE.HOLD: (gettext_noop("On hold: %(wait)s"), "player-pause", "paused", "facts"),
    TYPE.RESUMED: (gettext_noop("Work goes on"), "player-play", "info", "words"),
    TYPE.ARRIVAL_MOVED: (gettext_noop("Expected at another time"), "calendar-event", "paused", "facts"),
    TYPE.PAUSE_OBJECTED: (gettext_noop("The customer objected to the pause"), "hand-stop", "risk", "words"),
    TYPE.OBJECTION_UPHELD: (gettext_noop("Objection upheld: the pause is withdrawn"), "thumb-up", "risk", "facts"),
    TYPE.OBJECTION_REFUSED: (gettext_noop("Objection refused: the pause stands"), "thumb-down", "info", "words"),
    TYPE.SEVERITY_CHANGED: (gettext_noop("Severity changed from %(from)s to %(to)s"), "arrows-sort", "risk", "words"),
    TYPE.CALENDAR_CHANGED: (gettext_noop("The hours that count changed: %(hours)s"), "calendar-event", "risk", "words"),
    TYPE.STOPGAP: (gettext_noop("A stop-gap is in place"), "tool", "info", "words"),
    TYPE.RESOLVED: (gettext_noop("Solution"), "circle-check", "met", "report"),
    TYPE.CONFIRMED: (gettext_noop("The customer confirmed the solution"), "thumb-up", "met", "words"),
    TYPE.REJECTED: (gettext_noop("The customer rejected the solution"), "thumb-down", "late", "words"),
    TYPE.REOPENED: (gettext_noop("Opened again"), "rotate", "risk", "words"),
    TYPE.CLOSED: (gettext_noop("Closed"), "lock", "none", "words"),
    TYPE.CANCELLED: (gettext_noop("Cancelled"), "ban", "none", "words"),
    TYPE.FOLLOWED_UP: (gettext_noop("Asked whether it came back: %(outcome)s"), "phone", "info", "words"),
    TYPE.ESCALATED: (gettext_noop("Escalated: %(promise)s, %(level)s"), "flame", "late", "facts"),
    TYPE.ACKNOWLEDGED: (gettext_noop("Escalation acknowledged: %(promise)s, %(level)s"), "shield-check", "met", "words"),
    TYPE.REASSIGNED: (gettext_noop("Passed on to %(to)s: %(promise)s, %(level)s"), "user-check", "risk", "words"),
    TYPE.TEAM_CALLED: (gettext_noop("Emergency team called: %(promise)s, %(level)s"), "urgent", "risk", "facts"),
    TYPE.VENDOR_CALLED: (gettext_noop("Vendor called on: %(promise)s, %(level)s"), "building", "risk", "words"),
    TYPE.TIER_RAISED: (gettext_noop("Handed over: %(tier_name)s"), "arrow-up", "risk", "words"),
    TYPE.TIER_TAKEN: (gettext_noop("Taken over: %(tier_name)s"), "hand-stop", "info", "words"),
    TYPE.LINKED: (gettext_noop("Linked: %(kind)s %(other)s"), "link", "none", "link"),
    TYPE.ATTACHED: (gettext_noop("File added"), "paperclip", "none", "words"),
}
UNANSWERED = (gettext_noop("Escalated: %(promise)s, %(level)s; nobody acknowledged “%(unanswered)s”"), "flame", "late", "facts")
RAISED = (gettext_noop("Severity raised from %(from)s to %(to)s because of the promise “%(promise)s”"), "arrows-sort", "risk", "words")
CALL = (gettext_noop("Phone call"), "phone", "info", "words")
TAGGED = (gettext_noop("Tags: %(tags)s"), "tag", "none", "words")
CAME = (gettext_noop("Work goes on: the expected time has come"), "player-play", "info", "words")
BROUGHT = (gettext_noop("Brought here from %(source)s, where it was %(number)s"), "download", "none", "words")
FOLLOWED = (gettext_noop("Brought up to date by import from %(source)s: %(changed)s"), "download", "none", "words")
NO_ANSWER = (gettext_noop("Asked whether it came back: nobody answered"), "phone", "none", "words")

LEVELS = {
    "warning": gettext_noop("at risk"),
    "due": gettext_noop("due now"),
    "late-30m": gettext_noop("30 min late"),
    "late-2h": gettext_noop("2 h late"),
}
OUTCOMES = {"fine": gettext_noop("it did not"), "came_back": gettext_noop("it did")}


def line(event: Event, ticket: Ticket) -> Line:
    """Answer how a line of a ticket's record is shown."""
    title, sign, tone, part = _look(event)
    return Line(_(title) % _Facts(_facts(event, ticket)), sign, tone, part, not event.is_public)


def said_by(event: Event, viewer: User) -> str:
    """Say who did it; a person reads "you" of themselves, and what nobody did needs no name."""
    if event.actor is None:
        return str(event.facts.get("author", ""))  # somebody of another system, who has no account here
    name = _("you") if event.actor_id == viewer.pk else str(event.actor)
    return f"{event.facts['author']} ({name})" if event.facts.get("author") else name


SPECIAL: tuple[tuple[str, Callable[[Mapping[str, Any]], object], tuple[str, str, str, str]], ...] = (
    (TYPE.CONTACTED, lambda facts: facts.get("via") == "call", CALL),
    (TYPE.NOTED, lambda facts: "tags" in facts, TAGGED),
    (TYPE.NOTED, lambda facts: "follow_up" in facts, NO_ANSWER),
    (TYPE.NOTED, lambda facts: "brought" in facts, BROUGHT),
    (TYPE.NOTED, lambda facts: "followed" in facts, FOLLOWED),
    (TYPE.ESCALATED, lambda facts: facts.get("unanswered"), UNANSWERED),
    (TYPE.SEVERITY_CHANGED, lambda facts: facts.get("promise"), RAISED),
    (TYPE.RESUMED, lambda facts: facts.get("expected"), CAME),
)
"""Lines whose facts say more than their type."""


def _look(event: Event) -> tuple[str, str, str, str]:
    return next((look for type_, is_meant, look in SPECIAL if event.type == type_ and is_meant(event.facts)), LOOKS[event.type])


class _Facts(dict[str, Any]):
    """What fills the gaps of a heading; a record from elsewhere may lack some."""

    def __missing__(self, key: str) -> str:
        return "—"


def _facts(event: Event, ticket: Ticket) -> dict[str, Any]:
    facts = event.facts
    match event.type:
        case TYPE.REPORTED:
            found = {"channel": _label(Channel, facts.get("channel"))}
        case TYPE.REGISTERED:
            found = {"kind": _label(Kind, facts.get("kind")), "severity": severity_name(ticket, facts.get("severity"))}
        case TYPE.ASSIGNED:
            found = {"to": " · ".join(str(facts[key]) for key in ("office", "team", "assignee") if facts.get(key)) or "—"}
        case TYPE.HOLD:
            owner = facts.get("owner")
            found = {"wait": _(WAITS[WaitOwner(owner)][1]) if owner in WaitOwner.values else "—"}
        case TYPE.OPINION_ASKED | TYPE.OPINION_GIVEN:
            found = {"department": facts.get("department") or "—"}
        case TYPE.SEVERITY_CHANGED | TYPE.CALENDAR_CHANGED:
            found = _changed(event, ticket)
        case TYPE.FOLLOWED_UP:
            found = {"outcome": _(OUTCOMES.get(str(facts.get("outcome")), "—"))}
        case TYPE.ESCALATED | TYPE.ACKNOWLEDGED | TYPE.REASSIGNED | TYPE.TEAM_CALLED | TYPE.VENDOR_CALLED:
            found = {
                "promise": promise_name(ticket, str(facts.get("promise", ""))),
                "level": _level(facts.get("level")),
                "unanswered": _level(facts.get("unanswered")),
                "to": facts.get("assignee") or "—",
            }
        case TYPE.LINKED:
            found = {"kind": _label(TicketLink.Kind, facts.get("kind")), "other": facts.get("other", "—")}
        case _:
            tier = (_label(Tier, facts.get("tier")), facts.get("person"))
            origin = facts.get("imported") or {}
            found = {"source": origin.get("source", "—"), "number": origin.get("number", "—")}
            found["changed"] = ", ".join(_column(name) for name in facts.get("followed") or ()) or "—"
            found |= {"tags": ", ".join(facts.get("tags") or ()) or "—", "tier_name": " · ".join(str(word) for word in tier if word)}
    return found


def _column(name: str) -> str:
    """Answer what a column of a ticket is called."""
    return str(getattr(Ticket._meta.get_field(name), "verbose_name", name))


def _level(code: Any) -> str:
    return _(LEVELS[code]) if code in LEVELS else str(code or "")


def _changed(event: Event, ticket: Ticket) -> dict[str, Any]:
    if event.type == TYPE.CALENDAR_CHANGED:
        return {"hours": _calendar(event.facts)}
    promise = promise_name(ticket, str(event.facts.get("promise", "")))
    return {"promise": promise, **{name: severity_name(ticket, event.facts.get(name)) for name in ("from", "to")}}


def _calendar(facts: Mapping[str, Any]) -> str:
    """Name the version of a calendar that a line changes to, and what became of what was counted before."""
    name = spoken({language: str(words) for language, words in (facts.get("name") or {"zh-hans": "—", "en": "—"}).items()})
    words = {"name": name, "before": facts.get("before", "—"), "after": facts.get("after", "—")}
    if facts.get("again"):
        return _("“%(name)s”, version %(after)s instead of %(before)s; counted again from the start") % words
    return _("“%(name)s”, version %(after)s instead of %(before)s; what was counted stays counted") % words


def _label(choices: Any, value: Any) -> str:
    return str(choices(value).label) if value in choices.values else str(value or "—")


REPORT_PARTS = (
    ("cause", gettext_noop("Cause")),
    ("plan", gettext_noop("What will be done")),
    ("risk", gettext_noop("Risk")),
    ("solution", gettext_noop("What was done")),
    ("prevention", gettext_noop("So that it does not come back")),
)
FACT_PARTS = (
    ("place", gettext_noop("Place")),
    ("cause", gettext_noop("What we wait for")),
    ("evidence", gettext_noop("Proof")),
    ("consenter", gettext_noop("Agreed by")),
    ("heard_by", gettext_noop("Told on the phone to")),
    ("purpose", gettext_noop("For what")),
    ("until", gettext_noop("Expected")),
    ("since", gettext_noop("Withdrawn from")),
    ("to", gettext_noop("Withdrawn until")),
    ("told", gettext_noop("Told")),
    ("people", gettext_noop("Called")),
)
MOMENTS = frozenset({"until", "since", "to"})
"""Facts that are instants, in whole seconds."""


def report_parts(event: Event) -> list[tuple[str, str]]:
    """Answer the headed paragraphs of a diagnosis or solution."""
    return [(_(label), str(event.facts[name])) for name, label in REPORT_PARTS if event.facts.get(name)]


def fact_parts(event: Event) -> list[tuple[str, str]]:
    """Answer the named facts of a line."""
    found = [(label, _fact(event, name)) for name, label in FACT_PARTS]
    if event.type == TYPE.REMOTE_AGREED:
        found = [(gettext_noop("Holds until") if label == "Expected" else label, value) for label, value in found]
    deeds = [deed_words(deed, partial(severity_name, event.ticket)) for deed in event.facts.get("done") or ()]
    found.append((gettext_noop("Done by itself"), deeds))
    return [(_(label), ", ".join(value) if isinstance(value, list) else str(value)) for label, value in found if value]


def _told(event: Event) -> list[str]:
    """Name who was told, and in whose place."""
    away = event.facts.get("instead_of") or {}
    return [
        _("%(name)s, for %(away)s, who is away") % {"name": name, "away": ", ".join(away[name])} if name in away else name
        for name in event.facts.get("told") or ()
    ]


def _fact(event: Event, name: str) -> Any:
    """Answer a fact as it is told: a cause by the plan's name for it, an instant by the clock on the wall."""
    if name == "told":
        return _told(event)
    value = event.facts.get(name)
    if name in MOMENTS:
        return f"{timezone.localtime(instant(value)):%Y-%m-%d %H:%M}" if isinstance(value, int) else None
    names = event.facts.get("name")
    if name == "cause" and event.type == TYPE.HOLD and names:
        return cause_words(names, value)
    return value
