"""Tickets over REST: whose move it is, and who does not even learn that there is a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core.time import now
from tests.access import MANAGERS, OWN, PEOPLE, STAFF, Row, own, row
from tests.worlds import make_ticket
from tickets import services

if TYPE_CHECKING:
    from tests.worlds import World


def prepare(world: World) -> dict[str, Any]:
    """A ticket with a public and an internal file, and one at a site that the customer's person is not of."""
    ticket = make_ticket(world, at=now())
    log = SimpleUploadedFile("log.txt", b"error 42")
    elsewhere = make_ticket(world, at=now(), actor=world.supervisor, site=world.other_site, equipment=world.other_equipment)
    return {
        "api_ticket": ticket,
        "api_file": services.attach(ticket, actor=world.customer, at=now(), upload=log),
        "api_secret": services.attach(ticket, actor=world.engineer, at=now(), upload=log, is_public=False),
        "api_elsewhere": elsewhere,
    }


ALL = "api/v1/tickets/"
ONE = ALL + "(?P<id>[^/]+)/"
HERE, THERE = "/api/v1/tickets/{api_ticket.number}/", "/api/v1/tickets/{api_elsewhere.pk}/"
OURS = (
    "accept", "register", "contact", "form-team", "ask-department", "give-opinion", "diagnose", "start-remote", "end-remote",
    "hold", "resume", "move-arrival", "assign", "link", "tag", "set-severity", "stopgap", "raise-tier", "take-over", "resolve",
)  # fmt: skip
OURS_AFTER = ("close", "follow-up")
MANAGED = ("uphold-objection", "refuse-objection")
THEIRS = ("reject-diagnosis", "object", "reject")
BOTH = ("agree-remote", "request-onsite", "confirm", "reopen", "cancel", "comment", "watch", "unwatch")


def moves(names: tuple[str, ...], let_in: frozenset[str]) -> list[Row]:
    """What each role is told of a move on a ticket of its own; of somebody else's nothing is told, whoever's move it is."""
    rows = []
    for name in names:
        rows.append(own(f"{ONE}{name}/", f"{HERE}{name}/", method="post", let_in=let_in))
        there = let_in - {"customer"}
        rows.append(own(f"{ONE}{name}/", f"{THERE}{name}/", method="post", let_in=there, customer="missing"))
    return rows


ROWS = [
    row(ALL, let_in=PEOPLE),
    row(ALL, method="post", let_in=PEOPLE, data={"severity": 1}),
    own(ONE, HERE),
    own(ONE, THERE, let_in=STAFF | {"supervisor"}, customer="missing"),
    own(ONE + "events/", HERE + "events/"),
    own(ONE + "events/", THERE + "events/", let_in=STAFF | {"supervisor"}, customer="missing"),
    own(ONE + "clocks/", HERE + "clocks/"),
    own(ONE + "clocks/", THERE + "clocks/", let_in=STAFF | {"supervisor"}, customer="missing"),
    # who is told inside is not theirs to know
    own(ONE + "escalations/", HERE + "escalations/", let_in=STAFF, others="missing"),
    own(ONE + "sorted/", HERE + "sorted/"),
    own(ONE + "sorted/", THERE + "sorted/", let_in=STAFF | {"supervisor"}, customer="missing"),
    own(ONE + "files/", HERE + "files/"),
    own(ONE + "files/", THERE + "files/", let_in=STAFF | {"supervisor"}, customer="missing"),
    row(ALL + "take-next/", method="post", let_in=STAFF),
    row("api/v1/escalations/", let_in=STAFF),
    row("api/v1/escalations/(?P<pk>[0-9]+)/", "/api/v1/escalations/{desk_escalation.pk}/", let_in=STAFF),
    row(
        "api/v1/escalations/(?P<pk>[0-9]+)/acknowledge/",
        "/api/v1/escalations/{desk_escalation.pk}/acknowledge/",
        method="post",
        let_in=STAFF,
    ),
    own(ONE + "turns/", HERE + "turns/"),
    own(ONE + "turns/", THERE + "turns/", let_in=STAFF | {"supervisor"}, customer="missing"),
    own(ONE + "attach/", HERE + "attach/", method="post"),
    own(ONE + "attach/", THERE + "attach/", method="post", let_in=STAFF | {"supervisor"}, customer="missing"),
    own(ONE + "files/(?P<file>[0-9]{1,18})/", HERE + "files/{api_file.pk}/"),
    own(ONE + "files/(?P<file>[0-9]{1,18})/", HERE + "files/{api_secret.pk}/", let_in=STAFF, others="missing"),
    own(ONE + "files/(?P<file>[0-9]{1,18})/", THERE + "files/{api_file.pk}/", let_in=frozenset(), others="missing"),
    *moves(OURS + OURS_AFTER, STAFF),
    *moves(MANAGED, MANAGERS),
    *moves(THEIRS, OWN),
    *moves(BOTH, STAFF | OWN),
]
