"""Training, on pages and over REST: customers see what was announced for them, their own certificates, their courses' files."""

from __future__ import annotations

from typing import Any

from tests.access import DISPATCHERS, MANAGERS, OWN, PEOPLE, STAFF, Row, own, row
from tests.training import worlds
from training.models import Certificate

KEY = "(?P<pk>[0-9]+)/"


def prepare(world: Any) -> dict[str, Any]:
    """A training that is announced with somebody on its list, one that is closed with a certificate, and a file."""
    course = worlds.make_course(world)
    announced, closed = worlds.make_session(world, course), worlds.make_session(world, course)
    who = worlds.invite(world, announced)
    worlds.close(world, closed, worlds.invite(world, closed))
    named = worlds.make_named(world)
    return {
        "paper": worlds.make_paper(world),
        "named": named,
        "represents": worlds.make_representative(world),
        "course": course,
        "training": announced,
        "trained": who,
        "certificate": Certificate.objects.get(session=closed),
        "handout": worlds.make_material(world, course),
    }


def desk(path: str, let_in: frozenset[str] = STAFF, *, address: str = "", **more: Any) -> Row:
    """A page of ours."""
    return row(f"training/{path}", f"/training/{address or path}", let_in=let_in, **more)


def ours(path: str, let_in: frozenset[str] = STAFF, **more: Any) -> Row:
    """A page of ours about the announced training."""
    return desk(f"<int:pk>/{path}", let_in, address=f"{{training.pk}}/{more.pop('word', path)}", **more)


def shared(path: str, address: str, **more: Any) -> Row:
    """What our people and the customer's own share."""
    return own(f"training/{path}", f"/training/{address}", **more)


def rest(path: str, let_in: frozenset[str] = PEOPLE, *, address: str = "", **more: Any) -> Row:
    """An address of the REST interface."""
    return row(f"api/v1/training/{path}", f"/api/v1/training/{address or path}", let_in=let_in, **more)


def act(step: str, let_in: frozenset[str] = DISPATCHERS, method: str = "post", **more: Any) -> Row:
    """A step of the announced training over REST: strangers do not find it, others are refused."""
    found = {"stranger": "missing", **more}
    return rest(f"sessions/{KEY}{step}", let_in, address=f"sessions/{{training.pk}}/{step}", method=method, **found)


WHY = {"reason": "改期"}
TIMES = {"starts_at": "2036-12-01T09:00:00+08:00", "ends_at": "2036-12-01T12:00:00+08:00"}
ROWS = [
    *(desk(path, PEOPLE) for path in ("", "certificates/", "courses/")),
    desk("owed/"),
    desk("new/", DISPATCHERS),
    desk("courses/new/", MANAGERS),
    desk("courses/<int:pk>/", PEOPLE, address="courses/{course.pk}/"),
    desk("courses/<int:pk>/edit/", MANAGERS, address="courses/{course.pk}/edit/"),
    desk("courses/<int:pk>/material/", DISPATCHERS, address="courses/{course.pk}/material/", method="post"),
    shared("material/<int:pk>/", "material/{handout.pk}/"),
    shared("certificates/<int:pk>/<slug:language>.pdf", "certificates/{certificate.pk}/en.pdf"),
    shared("<int:pk>/", "{training.pk}/"),
    shared("<int:pk>/calendar.ics", "{training.pk}/calendar.ics"),
    shared("<int:pk>/invite/", "{training.pk}/invite/", method="post"),
    ours("edit/", DISPATCHERS),
    ours("day/"),
    ours("scores/", method="post"),
    ours("hold/", method="post"),
    ours("close/", method="post"),
    ours("<str:step>/", DISPATCHERS, word="move/", method="post"),
    shared("attendees/<int:pk>/sign/", "attendees/{trained.pk}/sign/", supervisor="forbidden"),
    desk("attendees/<int:pk>/mark/<str:presence>/", address="attendees/{trained.pk}/mark/present/", method="post"),
    shared("attendees/<int:pk>/<str:step>/", "attendees/{trained.pk}/confirm/", method="post"),
    desk("engineers/"),
    desk("engineers/new/", DISPATCHERS),
    desk("engineers/<int:pk>/", address="engineers/{engineer.pk}/"),
    desk("engineers/certificates/<int:pk>/edit/", DISPATCHERS, address="engineers/certificates/{paper.pk}/edit/"),
    desk("engineers/certificates/<int:pk>/withdraw/", DISPATCHERS, address="engineers/certificates/{paper.pk}/withdraw/", method="post"),
    desk("engineers/certificates/<int:pk>/file/", address="engineers/certificates/{paper.pk}/file/"),
    desk("named/of/<int:pk>/", DISPATCHERS, address="named/of/{contract.pk}/"),
    desk("named/<int:pk>/", DISPATCHERS, address="named/{named.pk}/"),
    desk("representatives/"),
    desk("representatives/of/<int:pk>/", address="representatives/of/{organization.pk}/"),
    desk("representatives/new/", MANAGERS),
    desk("representatives/<int:pk>/", MANAGERS, address="representatives/{represents.pk}/"),
    row("api/v1/staff-certificates/", let_in=STAFF),
    row(f"api/v1/staff-certificates/{KEY}", "/api/v1/staff-certificates/{paper.pk}/", let_in=STAFF),
    row("api/v1/named-engineers/", let_in=PEOPLE),
    own(f"api/v1/named-engineers/{KEY}", "/api/v1/named-engineers/{named.pk}/"),
    rest("courses/"),
    rest(f"courses/{KEY}", address="courses/{course.pk}/"),
    rest(f"courses/{KEY}materials/", address="courses/{course.pk}/materials/"),
    rest("sessions/"),
    rest("sessions/", DISPATCHERS, method="post"),
    rest(f"sessions/{KEY}", STAFF | OWN, address="sessions/{training.pk}/", stranger="missing"),
    act("announce/"),
    act("move/", data={**TIMES, **WHY}),
    act("cancel/", data=WHY),
    act("hold/", STAFF),
    act("close/", STAFF),
    act("attendees/", STAFF | OWN, method="get"),
    act("attendees/", STAFF | OWN),
    act("attendance/", STAFF, data={"attendance": []}),
    rest("certificates/"),
    rest(f"certificates/{KEY}", STAFF | OWN, address="certificates/{certificate.pk}/", stranger="missing"),
]
