"""TMF621: who has an account speaks it about what they may see; its pages are for managers."""

from __future__ import annotations

from typing import Any

from core.time import now
from tests.access import MANAGERS, PEOPLE, own, row
from tests.worlds import make_ticket
from tickets import services as tickets
from tmf import services
from tmf.models import Hub, Profile

ROOT = "tmf-api/troubleTicket"
VERSIONS = ("v4", "v5")
EVENT = {"@type": "TroubleTicketCreateEvent", "eventId": "e-1", "event": {}}
HUB = {"@type": "Hub", "callback": "https://example.com/hub"}
TICKET = {"@type": "TroubleTicket", "description": "d", "severity": "High", "ticketType": "incident",
          "relatedParty": []}  # fmt: skip


def prepare(world: Any) -> dict[str, Any]:
    """A ticket with a file, a subscription of its customer's in each version, a profile."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    ticket = make_ticket(world, at=now())
    file = tickets.attach(ticket, actor=world.customer, at=now(), upload=SimpleUploadedFile("a.txt", b"text"))
    for version in VERSIONS:
        services.subscribe(callback="https://example.com/hub", query="", version=version, actor=world.supervisor, at=now())
    profile = Profile.objects.create(account=world.manager, site=world.site, created_at=now())
    hubs = {f"hub_{hub.version}": hub for hub in Hub.objects.all()}
    return {"tmf_ticket": ticket, "tmf_file": file, "tmf_profile": profile, **hubs}


def of_each(version: str) -> list[Any]:
    """What one version answers."""
    base = f"{ROOT}/{version}"
    ticket = f"/{base}/troubleTicket/{{tmf_ticket.number}}/"
    hub = dict.fromkeys(PEOPLE - {"supervisor"}, "missing")
    nowhere = {"manager": "in", "admin": "in", "engineer": "in", "dispatcher": "in"}
    return [
        row(f"{base}/troubleTicket/", let_in=PEOPLE),
        row(f"{base}/troubleTicket/", let_in=PEOPLE, method="post", data=TICKET, **nowhere),
        own(f"{base}/troubleTicket/<str:id>/", ticket),
        own(f"{base}/troubleTicket/<str:id>/", ticket, method="patch", data={"name": "x"}),
        own(f"{base}/troubleTicket/<str:id>/", ticket, method="delete", let_in=frozenset({"admin"})),
        own(f"{base}/troubleTicket/<str:id>/attachment/<int:file>/", f"{ticket}attachment/{{tmf_file.pk}}/"),
        row(f"{base}/hub/", let_in=PEOPLE, method="post", data={**HUB, "callback": "https://example.com/other"}),
        row(f"{base}/hub/<str:id>/", f"/{base}/hub/{{hub_{version}.pk}}/", let_in=PEOPLE, method="delete", **hub),
        row(f"{base}/listener/<str:event>/", f"/{base}/listener/troubleTicketCreateEvent/", let_in=PEOPLE, method="post", data=EVENT),
    ]


ROWS = [
    *(each for version in VERSIONS for each in of_each(version)),
    row(f"{ROOT}/v5/troubleTicketSpecification/", let_in=PEOPLE),
    row(f"{ROOT}/v5/troubleTicketSpecification/<str:id>/", f"/{ROOT}/v5/troubleTicketSpecification/fault/", let_in=PEOPLE),
    row("tmf/", let_in=MANAGERS),
    row("tmf/profiles/new/", let_in=MANAGERS),
    row("tmf/profiles/<int:pk>/", "/tmf/profiles/{tmf_profile.pk}/", let_in=MANAGERS),
]
