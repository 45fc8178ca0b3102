"""The people of a desk that exchanges by TMF621, as a process: ``python -m tests.peers.tmf_hand`` does what it is asked for."""

from __future__ import annotations

import json
from typing import Any

from bench.desk import _attach, hand, make, start  # noqa: F401 - some of the deeds


def connect(url: str, client: str, secret: str, site: str, version: str) -> dict[str, Any]:
    """Connect this desk with the other one by a version of TMF621, in both directions, and pause the connection before."""
    from django.db import transaction

    from accounts.models import Office, User
    from core.time import now
    from customers.models import Site
    from peers import services
    from peers.models import Connection
    from tickets.models import Kind

    manager = User.objects.get(email="manager@example.com")
    for before in Connection.objects.filter(state="active"):
        services.pause(before, actor=manager, at=now())
    office = Office.objects.get()
    account = User.objects.create_user(f"{version}@example.com", None, role="manager", name=f"对方 {version}", office=office)
    with transaction.atomic():  # the worker sees it with its places or not at all
        row = services.create_connection(
            name=f"the other desk by {version}", adaptor=f"tmf621{version}", url=url, allow_private=False, auth="client", username=client,
            secret=secret, account=account, organization=None, direction="both", sends="all", kinds=Kind.values, takes_new=True,
            shares_notes=False, status_rule="latest", severity_rule="ours", kind_rule="ours", every_seconds=1, actor=manager, at=now(),
        )  # fmt: skip
        own = str(Site.objects.get().pk)
        services.map_values(row, what="site", way="out", pairs=[(own, site)], actor=manager, at=now())
        services.map_values(row, what="site", way="in", pairs=[(own, site), (own, "-")], actor=manager, at=now())
    services.exchange(now())
    return {}


def do(*deeds: str) -> dict[str, Any]:
    """Do one thing after another: subject, deed, words; answer what was not possible."""
    from accounts.models import User
    from bench.desk import _patient
    from core.errors import DomainError
    from core.time import now
    from tickets.models import Ticket

    who, refused = User.objects.get(email="engineer@example.com"), []
    for deed in deeds:
        subject, name, word = json.loads(deed)
        try:
            ticket = Ticket.objects.filter(subject=subject).first()
            _patient(lambda t=ticket, n=name, w=word, s=subject: _deeds(s)[n](t, w, {"actor": who, "at": now()}))
        except DomainError as refusal:
            refused.append(f"{subject} {name}: {refusal}")
    return {"refused": refused}


def _deeds(subject: str) -> dict[str, Any]:
    from customers.models import Site
    from tickets import services

    def report(_ticket: Any, word: str, given: Any) -> None:
        draft = services.Report(
            kind="fault", severity=3, site=Site.objects.get(), channel="phone", subject=subject, description=word, contact_name="李娜"
        )
        services.report(draft, **given)

    return {
        "report": report,
        "say": lambda ticket, word, given: services.contact(ticket, text=word, **given),
        "note": lambda ticket, word, given: services.note(ticket, text=word, **given),
        "attach": lambda ticket, word, given: _attach(ticket, word, given, None),  # type: ignore[arg-type]
        "accept": lambda ticket, _word, given: services.accept(ticket, **given),
        "severity": lambda ticket, word, given: services.set_severity(ticket, severity=int(word), reason="as it is", **given),
        "hold": lambda ticket, word, given: services.hold(ticket, owner="customer", cause=word, **given),
        "resume": lambda ticket, _word, given: services.resume(ticket, **given),
        "resolve": lambda ticket, word, given: services.resolve(ticket, cause=word, solution=word, **given),
        "reopen": lambda ticket, word, given: services.reopen(ticket, reason=word, **given),
        "close": lambda ticket, _word, given: services.close(ticket, **given),
    }


def tell() -> dict[str, Any]:
    """Answer every ticket as both desks should have it."""
    from tickets.models import Ticket

    found = {}
    for ticket in Ticket.objects.all():
        events = ticket.events.filter(type__in=["contacted", "replied"], is_public=True).order_by("seq")
        found[ticket.subject] = {
            "fields": [ticket.description, ticket.kind, ticket.severity],
            "status": {"in_progress": "accepted", "reopened": "accepted"}.get(ticket.status, ticket.status),
            "said": sorted(text for text in events.values_list("text", flat=True) if text),
            "files": sorted(ticket.attachments.values_list("name", "sha256")),
        }
    return found


def state() -> dict[str, Any]:
    """Answer what still waits of the connection that is not paused, and what went wrong."""
    from peers.models import Connection, Outgoing

    row = Connection.objects.get(state="active")
    outgoing = Outgoing.objects.filter(link__connection=row)
    return {
        "asked": str(row.pulled_at),
        "error": row.error,
        "due": row.links.filter(is_due=True).count(),
        "waiting": outgoing.filter(state="waiting").count(),
        "refused": list(outgoing.filter(state="refused").values_list("error", flat=True)),
        "problems": list(row.links.exclude(problem="").values_list("problem", flat=True)),
        "linked": row.links.exclude(ticket=None).exclude(key="").count(),
        "conflicts": list(row.conflicts.values_list("field", "ours", "theirs", "before", "winner")),
    }


def compared() -> dict[str, Any]:
    """Compare the linked tickets of the active connection as the night does."""
    from core.time import now
    from peers import services
    from peers.models import AT_ONCE, Connection, Difference

    rows = Connection.objects.filter(state="active")
    rows.update(compare_since=now(), compared_at=None, rests_until=AT_ONCE, leased_until=None, lease=None)
    while rows.filter(compared_at=None).exists():
        services.exchange(now())
    return {"differences": list(Difference.objects.values_list("what", "link__ticket__subject", "ours", "theirs"))}


if __name__ == "__main__":
    hand(globals())
