"""A ticket as its customer sees it: where it stands, what is promised, what happened, what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from django.shortcuts import render
from django.utils.translation import gettext as _

from core.time import now
from tickets import selectors, words, workflow
from tickets.consent import GIVEN, RUNNING, consent_state
from tickets.forms.moves import MOVE_FORMS
from tickets.models import Event, Kind, TicketLink, WaitOwner
from tickets.pauses import open_to_objection, told_by
from tickets.services.moves import GRACE_DAYS
from tickets.services.upkeep import SILENT_DAYS
from tickets.turns import ball
from tickets.views.portal.listing import next_clock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from accounts.models import User
    from tickets.forms.facts import MoveForm
    from tickets.forms.moves import Step
    from tickets.models import Ticket
    from tickets.selectors import ClockView

MAIN = ("confirm", "reject")
"""The moves that are asked for; shown as large buttons."""
OTHERS = ("object", "reject-diagnosis", "agree-remote", "request-onsite", "reopen", "cancel")


@dataclass(frozen=True, slots=True)
class Way:
    """Something the customer may do now, with its form; ``is_open``: it was refused and is shown again."""

    step: Step
    form: MoveForm
    is_open: bool
    is_main: bool


def ticket_page(request: HttpRequest, ticket: Ticket, bound: MoveForm | None = None) -> HttpResponse:
    """Show a customer their ticket; ``bound`` is the form of a move that was refused."""
    user, at = cast("User", request.user), now()
    events = list(selectors.record(ticket, user))
    clocks = [clock for clock in selectors.clock_views(ticket, at) if clock.is_strictest and clock.state != "void"]
    names = _may(ticket, events, clocks, at)
    context = {
        "ticket": ticket,
        "events": events,
        "clocks": clocks,
        "ball": ball(events, user, at),
        "next_clock": next_clock(clocks) if ticket.is_open else None,
        "turn": words.whose_turn(ticket, user),
        "is_theirs": words.is_customers_turn(ticket),
        "stage": _stage(ticket, at),
        "diagnosed": _diagnosed(events),
        "closes_at": _closes_at(ticket),
        "reopens_until": _reopens_until(ticket),
        "ways": [_way(name, ticket, user, bound) for name in names],
        "reply": _reply(ticket, user, bound),
        "links": _links(ticket, user),
    }
    return render(request, "tickets/portal/ticket.html", context)


def _way(name: str, ticket: Ticket, user: User, bound: MoveForm | None) -> Way:
    step = MOVE_FORMS[name]
    again = bound is not None and bound.name == name
    form = bound if again and bound is not None else step.blank(ticket, user)
    return Way(step, form, is_open=again, is_main=name in MAIN)


def _may(ticket: Ticket, events: Sequence[Event], clocks: Sequence[ClockView], at: datetime) -> list[str]:
    """Answer the moves the customer may make now, those that are asked for first."""
    allowed = set(workflow.allowed(ticket.status, workflow.CUSTOMER, ticket.kind))
    if not _diagnosed(events):
        allowed.discard("reject-diagnosis")
    until = _reopens_until(ticket)
    if ticket.status == workflow.RESOLVED or (until is not None and until < at):
        allowed.discard("reopen")  # what is solved is rejected; what was closed long ago is reported anew
    if not (_waits_for_consent(ticket, clocks) or _may_let_in(ticket, events, at)):
        allowed.discard("agree-remote")
    if _onsite_pending(events):
        allowed.discard("request-onsite")
    if not open_to_objection(ticket, told_by(events, at), at):
        allowed.discard("object")
    return [name for name in (*MAIN, *OTHERS) if name in allowed]


def _waits_for_consent(ticket: Ticket, clocks: Sequence[ClockView]) -> bool:
    """Whether the plan promises remote support that begins with the customer's word, and it was not given yet."""
    plan = words.plan_of(ticket)
    pending = [plan.promise(clock.promise) for clock in clocks if clock.state == "pending"] if plan else []
    return any(promise is not None and Event.Type.REMOTE_AGREED in promise.starts for promise in pending)


def _may_let_in(ticket: Ticket, events: Sequence[Event], at: datetime) -> bool:
    """Whether a fault or question is being worked on, and the customer has not let us in already."""
    works = ticket.status in workflow.WORKING and ticket.kind in (Kind.FAULT, Kind.CONSULTATION)
    return works and consent_state(events, at) not in (GIVEN, RUNNING)


def _onsite_pending(events: Sequence[Event]) -> bool:
    """Whether somebody was asked to come and has not been there since."""
    ends = (Event.Type.LEFT, Event.Type.REJECTED, Event.Type.REOPENED)
    marks = [event.type for event in events if event.type == Event.Type.ONSITE_REQUESTED or event.type in ends]
    return bool(marks) and marks[-1] == Event.Type.ONSITE_REQUESTED


def _diagnosed(events: Sequence[Event]) -> Event | None:
    """Answer the diagnosis report that stands, if one was delivered and not rejected."""
    reports = [event for event in events if event.type in (Event.Type.DIAGNOSIS_DELIVERED, Event.Type.DIAGNOSIS_REJECTED)]
    return reports[-1] if reports and reports[-1].type == Event.Type.DIAGNOSIS_DELIVERED else None


def _closes_at(ticket: Ticket) -> datetime | None:
    """Answer when a solution nobody answers is taken as confirmed."""
    if ticket.status != workflow.RESOLVED or ticket.resolved_at is None:
        return None
    return max(ticket.resolved_at, ticket.last_public_at or ticket.resolved_at) + timedelta(days=SILENT_DAYS)


def _reopens_until(ticket: Ticket) -> datetime | None:
    return ticket.closed_at + timedelta(days=GRACE_DAYS) if ticket.closed_at is not None else None


def _stage(ticket: Ticket, at: datetime) -> str:
    """Answer which words tell what happens now."""
    if ticket.status == workflow.WAITING:
        return "ours" if ticket.wait_owner != WaitOwner.CUSTOMER else "yours"
    if ticket.status == workflow.CLOSED:
        until = _reopens_until(ticket)
        return "closed" if until is not None and until >= at else "archived"
    names = {workflow.NEW: "new", workflow.RESOLVED: "resolved", workflow.CANCELLED: "cancelled"}
    return names.get(ticket.status, "working")


def _reply(ticket: Ticket, user: User, bound: MoveForm | None) -> MoveForm | None:
    """Answer the box to write in; a cancelled ticket has none."""
    if ticket.status == workflow.CANCELLED:
        return None
    form = bound if bound is not None and bound.name == "reply" else MOVE_FORMS["reply"].blank(ticket, user)
    form.fields["text"].label = _("Your message")
    return form


def _links(ticket: Ticket, user: User) -> list[tuple[str, Ticket]]:
    """Answer the other tickets this one stands with, of those the customer may know of, in two queries."""
    known = selectors.tickets_for(user).only("number", "subject", "status")
    rows = TicketLink.objects.filter(source=ticket, target__in=known).select_related("target")
    back = TicketLink.objects.filter(target=ticket, source__in=known).select_related("source")
    return [(str(row.get_kind_display()), row.target) for row in rows] + [("", row.source) for row in back]
