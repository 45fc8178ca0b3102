"""Inspections, on pages and over REST."""

from __future__ import annotations

from typing import Any

from tests.access import DISPATCHERS, OWN, PEOPLE, STAFF, Row, own, row
from tests.inspections import worlds


def prepare(world: Any) -> dict[str, Any]:
    """A visit that is planned, one under way and one that waits for a signature, and a visit elsewhere."""
    elsewhere = worlds.make_plan(world, site=world.other_site)
    found = worlds.make_done_visit(world, template=worlds.make_checklist(code="d"), failed=(2,))
    under_way = worlds.start(worlds.make_visit(world, template=worlds.make_checklist(code="b")), world)
    return {
        "finding": found.found.get(),
        "photo": worlds.take_photo(under_way, world),
        "planned": worlds.make_visit(world, template=worlds.make_checklist(code="a")),
        "under_way": under_way,
        "done": worlds.make_done_visit(world, template=worlds.make_checklist(code="c")),
        "elsewhere": elsewhere.inspections.get(),
        "inspection_plan": elsewhere,
    }


def visit(path: str, thing: str = "planned", **more: Any) -> Row:
    """A page of one visit."""
    return own(f"inspections/<int:pk>/{path}", f"/inspections/{{{thing}.pk}}/{path}", **more)


def working(path: str, thing: str, **more: Any) -> Row:
    """A page of one visit for who carries it out."""
    return row(f"inspections/<int:pk>/{path}", f"/inspections/{{{thing}.pk}}/{path}", let_in=STAFF, **more)


KEY = "(?P<pk>[0-9]+)/"
PLANS, ONE_PLAN = "api/v1/inspection-plans/", "/api/v1/inspection-plans/{inspection_plan.pk}/"


def step(name: str, thing: str, let_in: frozenset[str] = STAFF, method: str = "post") -> Row:
    """What each role is told of a step over REST: of a stranger's inspection nothing, whoever's step it is."""
    return own(f"api/v1/inspections/{KEY}{name}/", f"/api/v1/inspections/{{{thing}.pk}}/{name}/", method=method, let_in=let_in)


ROWS = [
    row("inspections/", let_in=PEOPLE),
    row("inspections/year/", let_in=PEOPLE),
    row("inspections/plans/", let_in=STAFF),
    row("inspections/plans/new/", let_in=DISPATCHERS),
    row("inspections/plans/new/", let_in=DISPATCHERS, method="post"),
    row("inspections/plans/<int:pk>/", "/inspections/plans/{inspection_plan.pk}/", let_in=DISPATCHERS),
    visit(""),
    visit("", "elsewhere", let_in=STAFF | {"supervisor"}, customer="missing"),
    visit("report/", "done"),
    visit("sign/", "done", method="post"),
    row("inspections/findings/", let_in=PEOPLE),
    own("inspections/findings/<int:pk>/", "/inspections/findings/{finding.pk}/"),
    own("inspections/findings/<int:pk>/", "/inspections/findings/{finding.pk}/", method="post"),
    own("inspections/photos/<int:pk>/", "/inspections/photos/{photo.pk}/"),
    row("inspections/photos/<int:pk>/drop/", "/inspections/photos/{photo.pk}/drop/", let_in=STAFF, method="post"),
    row("inspections/<int:pk>/items/<int:position>/photos/", "/inspections/{under_way.pk}/items/1/photos/", let_in=STAFF, method="post"),
    row("inspections/<int:pk>/carried/<int:finding>/", "/inspections/{under_way.pk}/carried/{finding.pk}/", let_in=STAFF, method="post"),
    working("start/", "planned", method="post"),
    working("fill/", "under_way"),
    working("fill/", "under_way", method="post"),
    row("inspections/<int:pk>/items/<int:position>/", "/inspections/{under_way.pk}/items/1/", let_in=STAFF, method="post"),
    working("finish/", "under_way"),
    working("finish/", "under_way", method="post"),
    working("reschedule/", "planned"),
    working("reschedule/", "planned", method="post"),
    row("inspections/<int:pk>/cancel/", "/inspections/{planned.pk}/cancel/", let_in=DISPATCHERS),
    row("inspections/<int:pk>/cancel/", "/inspections/{planned.pk}/cancel/", let_in=DISPATCHERS, method="post", data={"reason": "停电"}),
    row(PLANS, let_in=STAFF),
    row(PLANS, let_in=DISPATCHERS, method="post"),
    row(PLANS + "preview/", let_in=DISPATCHERS, method="post"),
    row(f"{PLANS}{KEY}", ONE_PLAN, let_in=STAFF),
    row(f"{PLANS}{KEY}", ONE_PLAN, let_in=DISPATCHERS, method="patch"),
    row(f"{PLANS}{KEY}coming/", f"{ONE_PLAN}coming/", let_in=STAFF),
    row("api/v1/checklists/", let_in=STAFF),
    row("api/v1/checklists/(?P<code>[-a-zA-Z0-9_]+)/", "/api/v1/checklists/a/", let_in=STAFF),
    *(step(name, "planned") for name in ("ask-consent", "start", "reschedule")),
    step("cancel", "planned", let_in=DISPATCHERS),
    *(step(name, "under_way") for name in ("results", "verdicts", "photos", "drop-photo", "finish")),
    *(step(name, "done", let_in=STAFF | OWN) for name in ("sign", "decline")),
    step("events", "done", let_in=STAFF | OWN, method="get"),
    own(
        f"api/v1/inspections/{KEY}photos/(?P<file>[0-9]{{1,18}})/",
        "/api/v1/inspections/{under_way.pk}/photos/{photo.pk}/",
    ),
    own(f"api/v1/findings/{KEY}raise/", "/api/v1/findings/{finding.pk}/raise/", method="post", let_in=STAFF),
    row("inspections/findings/<int:pk>/fault/", "/inspections/findings/{finding.pk}/fault/", let_in=STAFF, method="post"),
    own(f"api/v1/findings/{KEY}close/", "/api/v1/findings/{finding.pk}/close/", method="post", let_in=STAFF),
    row("api/v1/inspections/", let_in=PEOPLE),
    own("api/v1/inspections/(?P<pk>[0-9]+)/", "/api/v1/inspections/{done.pk}/"),
    own(
        "api/v1/inspections/(?P<pk>[0-9]+)/readings/",
        "/api/v1/inspections/{under_way.pk}/readings/",
        method="post",
        let_in=STAFF,
        data={"batch": "a", "readings": []},
    ),
    row("api/v1/findings/", let_in=PEOPLE),
    own("api/v1/findings/(?P<pk>[0-9]+)/", "/api/v1/findings/{finding.pk}/"),
    own(
        "api/v1/inspections/(?P<pk>[0-9]+)/",
        "/api/v1/inspections/{elsewhere.pk}/",
        let_in=STAFF | {"supervisor"},
        customer="missing",
    ),
]
