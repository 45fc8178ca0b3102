"""The staff's desk, and the addresses of a ticket that staff and customers share."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from core.time import now
from sla.models import Audit, Escalation, Plan
from tests.access import EVERYBODY, MANAGERS, OWN, STAFF, own, row
from tests.plans import load_shipped_plans
from tests.worlds import make_ticket
from tickets import errands, services
from tickets.errands import Errand

if TYPE_CHECKING:
    from sla.models import Commitment
    from tests.worlds import World
    from tickets.models import Rehearsal


def prepare(world: World) -> dict[str, Any]:
    """A ticket with an escalation and a public file, and a view of the engineer's."""
    from tests.tickets.portal import png

    load_shipped_plans()
    world.contract.plan = Plan.objects.get(code="p0")
    world.contract.save()
    ticket = make_ticket(world, at=now() - timedelta(hours=2), files=[png()])
    services.escalate_next_batch(now())
    return {
        "audit": Audit.objects.create(day=now().date(), begun_at=now()),
        "rehearsal": rehearsal(ticket.commitment),
        "desk_ticket": ticket,
        "desk_file": ticket.attachments.get(),
        "desk_escalation": Escalation.objects.filter(outcome="fired").first(),
        "errand": Errand(world.engineer.pk, errands.ONE, 1, now() + timedelta(days=1)).token,
        "desk_view": services.save_view("Late", "risk=late", actor=world.engineer, at=now()),
    }


def rehearsal(commitment: Commitment) -> Rehearsal:
    """The plan as it is, tried on its own tickets."""
    base, at = commitment.plan_version, now()
    days = {"first": at.date() - timedelta(days=2), "last": at.date() + timedelta(days=1)}
    return services.begin_rehearsal(base.plan, base=base, content=base.data, calendars={}, actor=None, at=at, **days)


REHEARSAL = "rehearsals/<int:pk>/"
TRIED = "/rehearsals/{rehearsal.pk}/"
TICKET = "tickets/<str:number>/"
MOVES = TICKET + "moves/<slug:name>/"
FORGET = "queue/views/<int:pk>/forget/"
THEIR_OWN: dict[str, Any] = dict.fromkeys(("dispatcher", "manager", "admin"), "missing")
ERRAND = "take/(?P<token>[A-Za-z0-9._-]{1,200})/"
ONE = "/tickets/{desk_ticket.number}/"

ROWS = [
    row("queue/", let_in=STAFF),
    row("queue/people/", let_in=STAFF),
    row("queue/next/", method="post", let_in=STAFF),
    row("queue/assign/", method="post", let_in=STAFF, data={"tickets": "1", "assignee": "1"}),
    row("queue/views/", method="post", let_in=STAFF, data={"name": "Mine", "query": "assignee=me"}),
    row(FORGET, "/queue/views/{desk_view.pk}/forget/", method="post", let_in=frozenset({"engineer"}), **THEIR_OWN),
    row("audits/", let_in=MANAGERS),
    row("audits/<str:day>/", "/audits/{audit.day:%Y-%m-%d}/", let_in=MANAGERS),
    row("rehearsals/", let_in=MANAGERS),
    row("rehearsals/new/", "/rehearsals/new/?plan=p0", let_in=MANAGERS),
    row("rehearsals/new/", "/rehearsals/new/?plan=p0", method="post", let_in=MANAGERS),
    row(REHEARSAL, TRIED, let_in=MANAGERS),
    row(REHEARSAL + "progress/", TRIED + "progress/", let_in=MANAGERS),
    row(REHEARSAL + "cancel/", TRIED + "cancel/", method="post", let_in=MANAGERS),
    # Managers too are told that there is nothing before it has ended.
    row(REHEARSAL + "tickets.<slug:kind>", TRIED + "tickets.csv", let_in=frozenset(), manager="missing", admin="missing"),
    row("escalations/", let_in=STAFF),
    row("escalations/acknowledge/", method="post", let_in=STAFF, data={"escalation": "1"}),
    row(ERRAND, "/take/{errand}/", let_in=EVERYBODY),
    row(ERRAND, "/take/{errand}/", method="post", let_in=EVERYBODY),
    row(ERRAND, "/take/mistyped/", let_in=frozenset(), others="missing", anonymous="missing"),
    row("escalations/<int:pk>/acknowledge/", "/escalations/{desk_escalation.pk}/acknowledge/", method="post", let_in=STAFF),
    own(TICKET, ONE),
    own(TICKET + "files/<int:pk>/", ONE + "files/{desk_file.pk}/"),
    own(MOVES, ONE + "moves/watch/", method="post"),
    own(MOVES, ONE + "moves/reply/", method="post", let_in=OWN, data={"text": "请尽快"}),
    own(MOVES, ONE + "moves/note/", method="post", let_in=STAFF, data={"text": "内部"}),
    own(MOVES, ONE + "moves/tag/", method="post", let_in=STAFF, data={"names": "网络"}),
    own(MOVES, ONE + "moves/assign/", method="post", let_in=STAFF),
    own(MOVES, ONE + "moves/nothing/", method="post", let_in=frozenset(), others="missing"),
    row(TICKET + "history/", ONE + "history/", let_in=STAFF),
    # Logged out meanwhile: the page is told to stop asking, not sent to the way in.
    row(TICKET + "presence/", ONE + "presence/", method="post", let_in=STAFF | {"anonymous"}),
]
