"""Visits, on pages and over REST."""

from __future__ import annotations

from typing import Any

from core.time import now
from tests.access import DISPATCHERS, EVERYBODY, OWN, PEOPLE, STAFF, Row, own, row
from tests.visits import worlds
from tests.worlds import make_ticket
from visits import services


def prepare(world: Any) -> dict[str, Any]:
    """A visit with a plan that waits for a word, one that is over with a picture, and one elsewhere."""
    at = now()
    planned = worlds.make_visit(world, at=at, starts_at=None, ends_at=None)
    services.propose_plan(planned, actor=world.engineer, at=at, text="更换电源")
    on_site = worlds.make_on_site(world, at=at, starts_at=None, ends_at=None)
    services.add_photo(on_site, worlds.photo(), actor=world.engineer, at=at)
    there = make_ticket(world, at=at, actor=world.supervisor, site=world.other_site, equipment=world.other_equipment)
    return {
        "visit": planned,
        "on_site": on_site,
        "visit_photo": on_site.photos.get(),
        "visit_elsewhere": worlds.make_visit(world, there, at=at, starts_at=None, ends_at=None),
        "visit_ticket": planned.ticket,
        "proposal": 3,
    }


def visit(path: str, route: str = "", thing: str = "visit", **more: Any) -> Row:
    """A page of one visit."""
    return own(f"visits/<int:pk>/{route or path}", f"/visits/{{{thing}.pk}}/{path}", **more)


DO = "do/<slug:step>/"
API = "api/v1/visits/"
ONE = API + "(?P<id>[0-9]{1,18})/"
HERE, THERE = "/api/v1/visits/{visit.pk}/", "/api/v1/visits/{visit_elsewhere.pk}/"
OURS = (
    "schedule", "depart", "check-in", "note", "photo", "check-out", "fail", "cancel", "propose-plan", "override-approval", "issue-paper",
    "correct-confirmation",
)  # fmt: skip
BOTH = ("approve-plan", "reject-plan")
ROWS = [
    row("visits/mine/", let_in=STAFF),
    row("visits/token/", let_in=STAFF),
    row("visits/offline/", let_in=EVERYBODY),
    row("sw.js", let_in=EVERYBODY),
    row("tickets/<str:number>/visits/new/", "/tickets/{visit_ticket.number}/visits/new/", let_in=STAFF),
    row("tickets/<str:number>/visits/new/", "/tickets/{visit_ticket.number}/visits/new/", let_in=STAFF, method="post"),
    visit(""),
    visit("", thing="visit_elsewhere", let_in=STAFF | {"supervisor"}, customer="missing"),
    visit("do/depart/", DO, method="post"),
    visit("do/depart/", DO, thing="visit_elsewhere", method="post", let_in=STAFF | {"supervisor"}, customer="missing"),
    visit("do/wash/", DO, method="post", let_in=frozenset(), others="missing"),
    row("visits/<int:pk>/schedule/", "/visits/{visit.pk}/schedule/", let_in=STAFF),
    row("visits/<int:pk>/schedule/", "/visits/{visit.pk}/schedule/", let_in=STAFF, method="post"),
    row("visits/<int:pk>/correct/", "/visits/{on_site.pk}/correct/", let_in=STAFF),
    row("visits/<int:pk>/correct/", "/visits/{on_site.pk}/correct/", let_in=STAFF, method="post"),
    row("visits/<int:pk>/papers/<slug:kind>/", "/visits/{on_site.pk}/papers/service_request/", let_in=STAFF, method="post"),
    row("visits/<int:pk>/photos/<int:photo>/", "/visits/{on_site.pk}/photos/{visit_photo.pk}/", let_in=STAFF | OWN, stranger="missing"),
]


def steps(names: tuple[str, ...], let_in: frozenset[str]) -> list[Row]:
    """What each role is told of a step of a visit of its own; of somebody else's nothing is told, whoever's step it is."""
    rows = []
    for name in names:
        rows.append(own(f"{ONE}{name}/", f"{HERE}{name}/", method="post", let_in=let_in))
        rows.append(own(f"{ONE}{name}/", f"{THERE}{name}/", method="post", let_in=let_in - {"customer"}, customer="missing"))
    return rows


ROWS += [
    row(API, let_in=PEOPLE),
    row(API, method="post", let_in=STAFF),
    own(ONE, HERE),
    own(ONE, THERE, let_in=STAFF | {"supervisor"}, customer="missing"),
    *steps(OURS, STAFF),
    *steps(("arrange",), DISPATCHERS),
    own(f"{ONE}photos/(?P<file>[0-9]{{1,18}})/", "/api/v1/visits/{on_site.pk}/photos/{visit_photo.pk}/", let_in=STAFF | OWN),
    *steps(BOTH, STAFF | OWN),
]
