"""Received mail: dispatchers and managers look after it, engineers read that of tickets, managers look after mailboxes."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from core.time import now
from mailroom.models import BlockedSender, IncomingMail, Mailbox
from tests.access import DISPATCHERS, MANAGERS, STAFF, row
from tests.plans import load_shipped_plans
from tests.worlds import NOON, make_ticket

BOX = {
    "name": "x",
    "address": "x@x.example",
    "host": "imap.x.example",
    "port": 993,
    "security": "tls",
    "username": "x",
    "password": "x",
    "folder": "INBOX",
    "done_folder": "",
    "kind": "fault",
    "severity": 3,
}


def prepare(world: Any) -> dict[str, Any]:
    """A mail that waits, one of a ticket, one set aside, a mailbox and a blocked sender."""
    load_shipped_plans()

    def mail(key: str, state: str, reason: str, **more: Any) -> IncomingMail:
        kept = IncomingMail(key=key, way="pipe", size=9, state=state, reason=reason, sender="w@x.example", came_at=NOON, **more)
        kept.raw.save("x.eml", ContentFile(b"From: w@x.example\n\nx\n"), save=False)
        kept.save()
        return kept

    facts = {key: value for key, value in BOX.items() if key != "password"}
    return {
        "waiting_mail": mail("a", "review", "stranger"),
        "ticket_mail": mail("b", "taken", "opened", ticket=make_ticket(world, at=now())),
        "aside_mail": mail("c", "ignored", "list"),
        "mailbox": Mailbox.objects.create(
            **facts | {"username": "y"}, secret="x", is_active=False, created_by=world.manager, created_at=NOON
        ),
        "blocked": BlockedSender.objects.create(address="b@x.example", created_by=world.manager, created_at=NOON),
    }


def of(route: str, name: str, **more: Any) -> Any:
    """A row about one thing."""
    return row(route, "/" + route.replace("<int:pk>", f"{{{name}.pk}}").replace("(?P<pk>[0-9]+)", f"{{{name}.pk}}"), **more)


API = "api/v1/mails/"
ONE = f"{API}(?P<pk>[0-9]+)/"
ROWS = [
    row("mail/", let_in=DISPATCHERS),
    row("mail/log/", let_in=DISPATCHERS),
    row("mail/blocked/", let_in=DISPATCHERS),
    row("mail/blocked/", let_in=DISPATCHERS, method="post", data={"address": "c@x.example"}),
    of("mail/blocked/<int:pk>/unblock/", "blocked", let_in=DISPATCHERS, method="post"),
    of("mail/<int:pk>/", "waiting_mail", let_in=DISPATCHERS, engineer="missing"),
    of("mail/<int:pk>/", "ticket_mail", let_in=STAFF),
    of("mail/<int:pk>/raw/", "waiting_mail", let_in=DISPATCHERS, engineer="missing"),
    of("mail/<int:pk>/raw/", "ticket_mail", let_in=STAFF),
    of("mail/<int:pk>/accept/", "waiting_mail", let_in=DISPATCHERS, method="post"),
    of("mail/<int:pk>/attach/", "waiting_mail", let_in=DISPATCHERS, method="post"),
    of("mail/<int:pk>/discard/", "waiting_mail", let_in=DISPATCHERS, method="post"),
    of("mail/<int:pk>/return/", "aside_mail", let_in=DISPATCHERS, method="post"),
    of("mail/<int:pk>/block/", "waiting_mail", let_in=DISPATCHERS, method="post"),
    row("mail/boxes/", let_in=MANAGERS),
    row("mail/boxes/new/", let_in=MANAGERS),
    row("mail/boxes/new/", let_in=MANAGERS, method="post", data=BOX),
    of("mail/boxes/<int:pk>/", "mailbox", let_in=MANAGERS),
    of("mail/boxes/<int:pk>/edit/", "mailbox", let_in=MANAGERS),
    of("mail/boxes/<int:pk>/edit/", "mailbox", let_in=MANAGERS, method="post", data=BOX),
    of("mail/boxes/<int:pk>/try/", "mailbox", let_in=MANAGERS, method="post"),
    of("mail/boxes/<int:pk>/pause/", "mailbox", let_in=MANAGERS, method="post"),
    of("mail/boxes/<int:pk>/resume/", "mailbox", let_in=MANAGERS, method="post"),
    row(API, let_in=STAFF),
    row(API, let_in=DISPATCHERS, method="post"),
    of(ONE, "waiting_mail", let_in=DISPATCHERS, engineer="missing"),
    of(ONE, "ticket_mail", let_in=STAFF),
    *[
        of(f"{ONE}{each}/", "waiting_mail", let_in=DISPATCHERS, engineer="missing", method="post")
        for each in ("accept", "attach", "discard", "return")
    ],
]
