"""One of two desks, as processes see it: made, served, worked on by people, and told as it stands at the end.

In the environment of that desk ``python -m bench.desk [web]`` does what it is asked for, a line of JSON after another, and answers each
with one.
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import signal
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
MADE = datetime(2026, 6, 1, tzinfo=UTC)
PEER = "peer@example.com"
PAUSE = 0.2
"""Seconds between two rounds of a worker."""


def make() -> dict[str, Any]:
    """A customer with a site, a manager, an engineer, and an account and client for the other desk."""
    from accounts.models import Office, Region, Role, User
    from clients import scopes
    from clients import services as clients
    from customers import services as customers

    office = Office.objects.create(code="hq", name="总部")
    region = Region.objects.create(code="east", name="华东", office=office)
    people = {
        role: User.objects.create_user(f"{role}@example.com", None, role=role, name=role, office=office)
        for role in (Role.MANAGER, Role.ENGINEER)
    }
    peer = User.objects.create_user(PEER, None, role=Role.MANAGER, name="另一个服务台", office=office)
    organization = customers.create_organization(code="hospital", name="江城第一人民医院", actor=None, at=MADE)
    site = customers.create_site(organization, name="门诊楼机房", region=region, actor=None, at=MADE)
    given: dict[str, Any] = {"name": "peer", "scopes": sorted(scopes.ALL), "rate": 100_000, "actor": people[Role.MANAGER], "at": MADE}
    client, secret = clients.create_client(user=peer, **given)
    return {"site": site.pk, "client": client.client_id, "secret": secret}


def connect(url: str, client: str, secret: str, site: str, rule: str) -> dict[str, Any]:
    """Connect this desk with the other one, in both directions."""
    from accounts.models import User
    from core.time import now
    from customers.models import Site
    from peers import services
    from tickets.models import Kind

    manager = User.objects.get(email="manager@example.com")
    row = services.create_connection(
        name="the other desk", adaptor="desk", url=url, allow_private=False, auth="client", username=client, secret=secret,
        account=User.objects.get(email=PEER), organization=None, direction="both", sends="all", kinds=Kind.values,
        takes_new=True, shares_notes=True, status_rule=rule, severity_rule="ours", kind_rule="ours", every_seconds=1,
        actor=manager, at=now(),
    )  # fmt: skip
    own = str(Site.objects.get().pk)
    for way in ("out", "in"):
        services.map_values(row, what="site", way=way, pairs=[(own, site)], actor=manager, at=now())
    while row.cursor is None:  # what is there before is not exchanged
        services.exchange(now())
        row.refresh_from_db()
    return {"connection": row.pk}


# --- Processes ----------------------------------------------------------------------------------


def start(what: str, port: str, log: str) -> dict[str, int]:
    """Have a web server or a worker of this desk begin, as a process that can be killed by itself; answer its id.

    It is a copy of this process, which has loaded the product: to load it anew takes seconds each time one was killed.
    """
    key = _apart(lambda: _web(port) if what == "web" else _worker(), log)
    return {"pid": key}


def _apart(act: Callable[[], None], log: str) -> int:
    from django.db import connections

    connections.close_all()
    if key := os.fork():
        return key
    try:
        os.setsid()
        _end_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for stream, flags in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
            os.dup2(os.open(log if stream else os.devnull, flags | os.O_CREAT | os.O_APPEND), stream)
        random.seed()
        act()
    except BaseException:  # noqa: BLE001 - the log is all that is left of it
        traceback.print_exc()
    finally:
        os._exit(1)


def _end_with_parent() -> None:
    """Nobody is left behind by a bench that was killed (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _web(port: str) -> None:
    from gunicorn.app.wsgiapp import WSGIApplication  # type: ignore[import-untyped]

    sys.argv = ["gunicorn", "servicedesk.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "1"]
    sys.argv += ["--threads", "8", "--log-level", "critical", "--no-control-socket"]
    WSGIApplication("%(prog)s").run()


def _worker() -> None:
    """Do what the workers of this desk do, until killed."""
    from core.time import now
    from integrations import services as feed
    from peers import services as peers

    while True:
        feed.number_next_changes(now())
        peers.exchange(now())
        time.sleep(PAUSE)


# --- People -------------------------------------------------------------------------------------


def work(answer: str, side: str, *given: str) -> dict[str, int]:
    """Have people report tickets and do things with any, also those that came from the other side.

    ``given``: how many of both, a seed, and the seconds between two. They are a process of their own, whose id is answered; how many were
    done is written into the file ``answer`` in the end.
    """
    tickets, deeds, seed, pause = given

    def worked() -> None:
        done = _worked(side, int(tickets), int(deeds), random.Random(f"{side}{seed}"), float(pause))
        Path(f"{answer}.new").write_text(str(done))
        Path(f"{answer}.new").rename(answer)

    return {"pid": _apart(worked, f"{answer}.log")}


def _worked(side: str, tickets: int, deeds: int, chance: random.Random, pause: float) -> int:
    done = 0
    for number in range(tickets):
        done += _report(side, number, chance)
        time.sleep(pause)
    for number in range(deeds):
        done += _deed(side, number, chance)
        time.sleep(pause)
    return done


def _patient(act: Any) -> Any:
    """The embedded database lets one write at a time; somebody at a page would press the button again."""
    from django.db import OperationalError

    for _each in range(20):
        try:
            return act()
        except OperationalError:
            time.sleep(0.1)
    raise TimeoutError


def _report(side: str, number: int, chance: random.Random) -> int:
    from accounts.models import User
    from core.time import now
    from customers.models import Site
    from tickets import services

    facts: dict[str, Any] = {
        "subject": f"{side} {number} 挂号系统打不开",
        "description": f"第 {number} 次",
        "severity": chance.randint(1, 4),
    }
    draft = services.Report(kind="fault", site=Site.objects.get(), channel="phone", contact_name="李娜", **facts)
    _patient(lambda: services.report(draft, actor=User.objects.get(email="engineer@example.com"), at=now()))
    return 1


def _deed(side: str, number: int, chance: random.Random) -> int:
    from accounts.models import User
    from core.errors import DomainError
    from core.time import now
    from tickets.models import Ticket

    keys = list(Ticket.objects.values_list("pk", flat=True))
    ticket, who = Ticket.objects.get(pk=chance.choice(keys)), User.objects.get(email="engineer@example.com")
    deeds = _deeds()
    act = chance.choices(list(deeds), weights=[weight for weight, _act in deeds.values()])[0]
    try:
        _patient(lambda: deeds[act][1](ticket, f"{side}{number}", {"actor": who, "at": now()}, chance))
    except DomainError:
        return 0  # not possible as it stands now
    return 1


def _attach(ticket: Any, word: str, given: Any, chance: random.Random) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tickets import services

    services.attach(ticket, upload=SimpleUploadedFile(f"{word}.txt", f"log of {word}".encode()), **given)


def _deeds() -> dict[str, tuple[int, Any]]:
    from tickets import services

    def simple(act: Any, **words: str) -> Any:
        return lambda ticket, word, given, _chance: act(ticket, **{name: f"{text} {word}" for name, text in words.items()}, **given)

    def severity(ticket: Any, word: str, given: Any, chance: random.Random) -> None:
        services.set_severity(ticket, severity=chance.randint(1, 4), reason=word, **given)

    return {
        "say": (6, simple(services.contact, text="answer")),
        "note": (3, simple(services.note, text="note")),
        "attach": (1, _attach),
        "accept": (3, simple(services.accept)),
        "severity": (2, severity),
        "hold": (1, simple(lambda ticket, **given: services.hold(ticket, owner="vendor", **given), cause="part")),
        "resume": (1, simple(services.resume)),
        "diagnose": (1, simple(services.diagnose, cause="disk", plan="replace")),
        "resolve": (3, simple(services.resolve, cause="disk", solution="replaced")),
        "reopen": (2, simple(services.reopen, reason="again")),
        "close": (1, simple(services.close)),
    }


# --- How it stands ------------------------------------------------------------------------------

SAID = ("contacted", "replied", "noted", "diagnosis_delivered")


def tell() -> dict[str, Any]:
    """Answer every ticket as both desks should have it: its fields, and who said what, in the order of each side."""
    from tickets.models import Ticket

    rows = Ticket.objects.order_by("pk").prefetch_related("events__actor", "events__attachments")
    return {ticket.subject: _told(ticket) for ticket in rows}


def _told(ticket: Any) -> dict[str, Any]:
    events = sorted(ticket.events.all(), key=lambda event: event.seq)
    files = [(file.name, file.sha256) for event in events for file in event.attachments.all()]
    came = [event for event in events if event.facts.get("external_id")]
    own = [event for event in events if not event.facts.get("external_id") and not _is_peer(event)]
    return {
        "number": ticket.number,
        "external": ticket.external_id,
        "fields": [ticket.description, ticket.contact_name, ticket.kind, ticket.severity],
        "status": "accepted" if ticket.status == "in_progress" else ticket.status,
        "said": [[f"{ticket.number}#{event.seq}", _words(event)] for event in own if event.type in SAID and _words(event)],
        "reasons": {f"{ticket.number}#{event.seq}": event.text for event in own if event.type not in SAID and event.text},
        "came": [[event.facts["external_id"], event.text] for event in came if event.type in SAID],
        "files": sorted(files),
    }


def _is_peer(event: Any) -> bool:
    """Whether the account of the other desk did it; what it does is told nobody, for it comes from there."""
    return event.actor is not None and event.actor.email == PEER


def _words(event: Any) -> str:
    from peers.words import composed

    return composed(event.text, event.facts)


def state() -> dict[str, Any]:
    """Answer what still waits, and what went wrong."""
    from django.db.models import Count

    from integrations.models import Change, Feed
    from peers.models import Conflict, Connection, Link, Outgoing
    from tickets.models import Ticket

    connection, feed = Connection.objects.first(), Feed.objects.first()
    return {
        "asked": str(connection.pulled_at) if connection else "",
        "cursor": connection.cursor if connection else None,
        "newest": feed.newest if feed else 0,
        "unnumbered": Change.objects.filter(sequence=None).count(),
        "tickets": Ticket.objects.count(),
        "due": Link.objects.filter(is_due=True).count(),
        "waiting": Outgoing.objects.filter(state="waiting").count(),
        "sent": Outgoing.objects.filter(state="sent").count(),
        "refused": list(Outgoing.objects.filter(state="refused").values_list("error", flat=True)),
        "problems": list(Link.objects.exclude(problem="").values_list("problem", flat=True)),
        "conflicts": dict(Conflict.objects.order_by().values_list("field").annotate(Count("pk"))),
        "unlinked": Link.objects.filter(key="").count(),
    }


def compared() -> dict[str, Any]:
    """Compare linked tickets as the nightly report does; answer what differs."""
    from core.time import now
    from peers import services
    from peers.models import Connection, Difference

    Connection.objects.update(compare_since=now(), compared_at=None, rests_until=MADE, leased_until=None, lease=None)
    while Connection.objects.filter(compared_at=None).exists():
        services.exchange(now())
    return {"differences": list(Difference.objects.values_list("what", "link__ticket__subject", "ours", "theirs"))}


def hand(deeds: dict[str, Any]) -> None:
    """Do what is asked for, one line after another, until nobody asks any more."""
    _end_with_parent()
    if "web" in sys.argv:
        import servicedesk.wsgi  # noqa: F401 - all of the product, for this process and its copies
    else:
        import django

        django.setup()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a copy that was killed is gone at once
    for asked in sys.stdin:
        deed, *given = json.loads(asked)
        print(json.dumps(deeds[deed](*given), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    hand(globals())
