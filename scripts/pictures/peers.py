"""Connections to peer helpdesks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES: set[str] = {
    "peers:compare",
    "peers:hook",
    "peers:mend",
    "peers:nudge",
    "peers:pause",
    "peers:resume",
    "peers:retry",
    "peers:send",
    "peers:skip",
    "peers:told",
    "peers:told-event",
}


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from django.urls import reverse
    from shots import Shot, person

    from core.time import now
    from peers import services
    from peers.models import Conflict, Connection, Difference, Entry, Link, Subscription
    from tickets.models import Kind, Ticket

    yield Shot("peers-none", "manager", reverse("peers:list"))
    yield Shot("peer-new", "manager", reverse("peers:new"))
    made = Connection.objects.filter(adaptor="desk").first()
    if made is None:
        given: dict[str, Any] = {
            "name": "集团信息中心服务台", "adaptor": "desk", "url": "https://desk.example.com", "auth": "client", "username": "client_8c0f",
            "secret": "sdk_example", "account": person("dispatcher"), "organization": None, "direction": "both", "sends": "chosen",
            "kinds": [Kind.FAULT], "takes_new": True, "shares_notes": False, "status_rule": "latest", "severity_rule": "ours",
            "kind_rule": "ours", "every_seconds": 30,
        }  # fmt: skip
        made, at = services.create_connection(**given, actor=person("manager"), at=now()), now()
        services.pause(made, actor=person("manager"), at=at)
        for ticket in Ticket.objects.filter(is_canary=False, is_confidential=False)[:2]:
            facts = {"connection": made, "key": f"{ticket.number[:-4]}9001", "is_due": False, "exchanged_at": at, "created_at": at}
            link = Link.objects.get_or_create(ticket=ticket, defaults={**facts, "key": f"TT-{ticket.pk:06}"}, connection=made)[0]
            facts = {"connection": made, "link": link}
            Entry.objects.create(**facts, at=at, way="in", what=f"contacted · {link.key}#4")
            Conflict.objects.create(**facts, at=at, field="severity", ours="1", theirs="3", before="2", winner="ours", rule="ours")
            Difference.objects.create(**facts, what="severity", ours="1", theirs="2", found_at=at)
    other = Connection.objects.filter(adaptor="tmf621v4").first()
    if other is None:
        spoken: dict[str, Any] = {
            "name": "运营商故障单系统", "adaptor": "tmf621v4", "url": "https://tickets.example.com/tmf/v4", "auth": "client",
            "username": "desk", "secret": "example", "account": person("dispatcher"), "organization": None, "direction": "both",
            "sends": "chosen", "kinds": [Kind.FAULT], "takes_new": True, "shares_notes": False, "status_rule": "latest",
            "severity_rule": "ours", "kind_rule": "ours", "every_seconds": 60,
        }  # fmt: skip
        other = services.create_connection(**spoken, actor=person("manager"), at=now())
        Connection.objects.filter(pk=other.pk).update(rests_until=now().replace(year=2099), pull_at=now().replace(year=2099))
        Subscription.objects.filter(connection=other).update(key="4711", since=now(), told_at=now(), next_at=None)
    yield Shot("peer-tmf", "manager", reverse("peers:connection", args=[other.pk]))
    yield Shot("peer-tmf-edit", "manager", reverse("peers:edit", args=[other.pk]))
    for name in ("connection", "edit", "mappings", "try", "links", "log", "conflicts", "differences"):
        yield Shot(f"peer-{name}", "manager", reverse(f"peers:{name}", args=[made.pk]))
