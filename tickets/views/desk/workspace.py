"""The workspace: one ticket as the people who work on it see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts import selectors as staff
from accounts.access import provider_required
from core.time import epoch, now
from sla.models import Escalation
from tickets import selectors, services, workflow
from tickets.forms.facts import initial_of, tell_who_is_away
from tickets.forms.moves import MOVE_FORMS
from tickets.models import TicketLink
from tickets.services.log import SILENT, as_log
from tickets.told import ladders
from tickets.turns import ball
from tickets.views.desk.escalated import reached
from tickets.views.desk.history import edits
from tickets.views.desk.news import news_since
from tickets.views.desk.presence import looking
from tickets.views.desk.steps import ALWAYS, steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from accounts.models import User
    from tickets.forms.facts import MoveForm
    from tickets.forms.moves import Step
    from tickets.models import Event, Ticket

OTHERS = 6
STOP_POLLING = 286
"""With this status htmx stops asking."""
SEEN_FROM_THERE: dict[str, _StrPromise] = {
    TicketLink.Kind.RELATED: gettext_lazy("related to"),
    TicketLink.Kind.CHILD: gettext_lazy("has the part"),
    TicketLink.Kind.DUPLICATE: gettext_lazy("has the duplicate"),
    TicketLink.Kind.FOLLOWS: gettext_lazy("is followed by"),
    TicketLink.Kind.CAUSED_BY: gettext_lazy("is the cause of"),
}


@dataclass(frozen=True, slots=True)
class Panel:
    """The form of one move, to be filled in."""

    step: Step
    form: MoveForm
    suggestions: list[User]


def ticket_page(request: HttpRequest, ticket: Ticket, bound: MoveForm | None = None) -> HttpResponse:
    """Show the workspace; ``bound`` is the form of a move that was refused."""
    user, at = cast("User", request.user), now()
    away = staff.away_now(at)
    panel = _panel(request, ticket, user, bound)
    if panel is not None:
        tell_who_is_away(panel.form, away)
    if request.headers.get("HX-Target") == "do":
        return render(request, "tickets/desk/_panel.html", {"ticket": ticket, "panel": panel, "away": away})
    events = list(selectors.record(ticket, user))
    clocks = [clock for clock in selectors.clock_views(ticket, at) if clock.state != "void"]
    context = {
        "ticket": ticket,
        "events": events,
        "clocks": clocks,
        "ball": ball(events, user, at),
        "steps": steps(ticket, user, clocks, events),
        "panel": panel,
        "away": away,
        "say": _say(ticket, user, bound),
        **_beside(ticket, user, events, at),
    }
    return render(request, "tickets/desk/workspace.html", context)


def _panel(request: HttpRequest, ticket: Ticket, user: User, bound: MoveForm | None) -> Panel | None:
    """Answer the form that is asked for or was refused; what is said has its own place on the page."""
    if bound is not None:
        return None if bound.name == "comment" else Panel(MOVE_FORMS[bound.name], bound, _able(bound))
    name = request.GET.get("do", "")
    if name not in {*workflow.allowed(ticket.status, workflow.PROVIDER, ticket.kind), *ALWAYS, "note"}:
        return None
    step = MOVE_FORMS[name]
    form = step.blank(ticket, user, initial_of(step.form, request.GET))
    return Panel(step, form, _able(form))


def _able(form: MoveForm) -> list[User]:
    """Answer who could do it, where somebody is looked for by a person who may choose."""
    return services.suggestions(form.ticket) if form.name == "assign" and "team" in form.fields else []


def _say(ticket: Ticket, user: User, bound: MoveForm | None) -> MoveForm | None:
    """Answer the box for what is said; a cancelled ticket has none."""
    if bound is not None and bound.name == "comment":
        return bound
    return None if ticket.status == workflow.CANCELLED else MOVE_FORMS["comment"].blank(ticket, user)


def _beside(ticket: Ticket, user: User, events: Sequence[Event], at: datetime) -> dict[str, Any]:
    """Answer what stands beside the record; levels of clocks that have ended are listed below the ladders."""
    rows = list(selectors.escalations_of(ticket).select_related("clock__commitment"))
    running = ladders(ticket, rows, as_log(event for event in events if event.type not in SILENT), at=at)
    climbed = {each.clock.id for each in running}
    escalations = reached(row for row in rows if row.clock_id not in climbed and row.outcome == Escalation.Outcome.FIRED)
    waiting = [firing.id for each in running for level in each.levels for firing in level.firings if firing.is_open]
    return {
        "ladders": running,
        "escalations": escalations,
        "waiting": [*waiting, *(each.row.pk for each in escalations if each.row.acknowledged_at is None)],
        "links": list(_links(ticket, user)),
        "others": _others(ticket, user),
        "is_watching": any(person.pk == user.pk for person in ticket.watchers.all()),
    }


def _links(ticket: Ticket, user: User) -> Iterator[tuple[str, Ticket]]:
    hidden = selectors.hidden_from(user).values("ticket")
    rows = TicketLink.objects.filter(Q(source=ticket) | Q(target=ticket)).select_related("source", "target").order_by("id")
    rows = rows.exclude(source__in=hidden).exclude(target__in=hidden)
    for row in rows:
        if row.source_id == ticket.pk:
            yield str(row.get_kind_display()), row.target
        else:
            yield str(SEEN_FROM_THERE[row.kind]), row.source


def _others(ticket: Ticket, user: User) -> Sequence[Ticket]:
    """Answer other open tickets of the same equipment, then of the same customer."""
    queue = selectors.queue_for(user).exclude(pk=ticket.pk).select_related("equipment")
    if ticket.equipment_id is None:
        return list(queue.filter(organization=ticket.organization_id)[:OTHERS])
    elsewhere = Q(equipment=None) | ~Q(equipment=ticket.equipment_id)
    same, rest = queue.filter(equipment=ticket.equipment_id), queue.filter(elsewhere, organization=ticket.organization_id)
    return [*same[:OTHERS], *rest[:OTHERS]][:OTHERS]


@require_safe
@provider_required
@never_cache
def history(request: HttpRequest, number: str) -> HttpResponse:
    """Show what changed in the ticket's fields, by whom and when; inside the workspace only the table."""
    ticket = get_object_or_404(selectors.tickets_for(cast("User", request.user)).select_related("commitment"), number=number)
    context = {"ticket": ticket, "edits": list(edits(ticket))}
    inside = request.headers.get("HX-Target") == "changes"
    return render(request, "tickets/desk/_changes.html" if inside else "tickets/desk/history.html", context)


@require_POST
@never_cache
def presence(request: HttpRequest, number: str) -> HttpResponseBase:
    """Note that somebody looks at the ticket; answer who else does, and whether the record has grown."""
    if not request.user.is_authenticated:  # logged out meanwhile: asking again is of no use
        return HttpResponse(status=STOP_POLLING, headers={"HX-Reswap": "none"})
    return _presence(request, number)


@provider_required
def _presence(request: HttpRequest, number: str) -> HttpResponse:
    user = cast("User", request.user)
    ticket = get_object_or_404(selectors.tickets_for(user).only("id", "number", "event_count"), number=number)
    names = looking(ticket.pk, user, epoch(now()))
    given = request.POST.get("seen", "")
    seen = int(given[:9]) if given.isdecimal() else ticket.event_count
    if seen == ticket.event_count and request.POST.get("looking") == ", ".join(names):
        return HttpResponse(status=204)
    context = {"ticket": ticket, "names": names, "looking": ", ".join(names)}
    answer = render(request, "tickets/desk/_presence.html", context)
    return _tell(answer, news_since(ticket, user, seen)) if seen < ticket.event_count else answer


def _tell(answer: HttpResponse, news: str) -> HttpResponse:
    """Have the page show the record anew, and say in a corner what is new in it."""
    if news:
        trigger_client_event(answer, "notify", {"text": _("New: %(news)s") % {"news": news}, "level": "info"})
    return trigger_client_event(answer, "record-grew")
