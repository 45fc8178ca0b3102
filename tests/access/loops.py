"""Complaints and feedback, on pages and over REST: ours see all, customers their own, those they are about not even that."""

from __future__ import annotations

from typing import Any

from accounts.models import Team
from loops import services
from tests.access import DISPATCHERS, OWN, PEOPLE, STAFF, own, row
from tests.loops.worlds import said
from tests.worlds import NOON


def prepare(world: Any) -> dict[str, Any]:
    """A complaint that two departments are asked about."""
    team = Team.objects.create(code="access-works", name="工程部", office=world.office)
    loop = services.open_loop(said(world, "access", complained_about=()), actor=world.customer, at=NOON)
    services.ask(loop, actor=world.dispatcher, at=NOON, departments=[team])
    opinion = loop.all_rounds.get().opinions.get()
    return {"loop": loop, "opinion": opinion, "asked_team": team}


BOTH = STAFF | OWN
STEPS = {
    **dict.fromkeys(("ask", "look-into", "tell", "carry-out", "request-close"), STAFF),
    **dict.fromkeys(("agree", "disagree", "satisfied", "not-satisfied"), BOTH),
    "withdraw": OWN,
    "concern": DISPATCHERS,
}
DO = "complaints/<str:number>/do/<slug:step>/"
ANSWER = "complaints/<str:number>/opinions/<int:pk>/"
REST = "api/v1/loops/(?P<id>[^/]+)/"
ROWS = [
    row("complaints/", let_in=PEOPLE),
    row("complaints/new/", let_in=PEOPLE),
    row("complaints/new/", let_in=PEOPLE, method="post"),
    own("complaints/<str:number>/", "/complaints/{loop.ticket.number}/"),
    *(own(DO, f"/complaints/{{loop.ticket.number}}/do/{step}/", method="post", let_in=whose) for step, whose in STEPS.items()),
    row(ANSWER, "/complaints/{loop.ticket.number}/opinions/{opinion.pk}/", let_in=STAFF, method="post"),
    row("api/v1/loops/", let_in=PEOPLE),
    row("api/v1/loops/", let_in=PEOPLE, method="post"),
    own(REST, "/api/v1/loops/{loop.ticket.number}/"),
    *(
        own(f"{REST}{step}/", f"/api/v1/loops/{{loop.ticket.number}}/{step}/", method="post", let_in=whose)
        for step, whose in {**STEPS, "answer": STAFF}.items()
    ),
]
