"""TMF621 and TMF646: who has an account speaks them about what they may see; their pages are for managers."""

from __future__ import annotations

from typing import Any

from core.time import now
from tests.access import MANAGERS, PEOPLE, STAFF, own, row
from tests.visits import worlds as visits
from tests.worlds import make_ticket
from tickets import services as tickets
from tmf import services
from tmf.models import Hub, Profile, SlotSearch
from visits import services as visit_services

ROOT, BOOKING = "tmf-api/troubleTicket", "tmf-api/appointment/v4"
VERSIONS = ("v4", "v5")
EVENT = {"@type": "TroubleTicketCreateEvent", "eventId": "e-1", "event": {}}
HUB = {"@type": "Hub", "callback": "https://example.com/hub"}
TICKET = {"@type": "TroubleTicket", "description": "d", "severity": "High", "ticketType": "incident",
          "relatedParty": []}  # fmt: skip
APPOINTMENT = {"validFor": {"startDateTime": "2020-01-01T00:00:00Z", "endDateTime": "2020-01-01T01:00:00Z"}}


def prepare(world: Any) -> dict[str, Any]:
    """A ticket with a file, a subscription of its customer's in each version, a profile."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    ticket = make_ticket(world, at=now())
    file = tickets.attach(ticket, actor=world.customer, at=now(), upload=SimpleUploadedFile("a.txt", b"text"))
    for version in VERSIONS:
        services.subscribe(callback="https://example.com/hub", query="", version=version, actor=world.supervisor, at=now())
    profile = Profile.objects.create(account=world.manager, site=world.site, created_at=now())
    hubs = {f"hub_{hub.version}": hub for hub in Hub.objects.all()}
    booked = {"callback": "https://example.com/visits", "query": "", "version": "v4", "standard": "appointment"}
    hubs["hub_of_visits"] = services.subscribe(**booked, actor=world.supervisor, at=now())
    visit = visits.make_on_site(world, at=now(), starts_at=None, ends_at=None)
    visit_services.add_photo(visit, visits.photo(), actor=world.engineer, at=now())
    search = SlotSearch.objects.create(account=world.dispatcher, searched_at=now())
    seen = {"tmf_visit": visit, "tmf_photo": visit.photos.get(), "tmf_search": search}
    return {"tmf_ticket": ticket, "tmf_file": file, "tmf_profile": profile, **hubs, **seen}


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


SEARCHED = f"/{BOOKING}/searchTimeSlot/{{tmf_search.pk}}/"
mine = dict.fromkeys(PEOPLE - {"dispatcher"}, "missing")
not_theirs = dict.fromkeys(PEOPLE - {"supervisor"}, "missing")
BOOKED = f"/{BOOKING}/appointment/{{tmf_visit.number}}/"
ROWS = [
    row(f"{BOOKING}/appointment/", let_in=PEOPLE),
    row(f"{BOOKING}/appointment/", let_in=STAFF, method="post", data=APPOINTMENT),
    own(f"{BOOKING}/appointment/<str:id>/", BOOKED),
    own(f"{BOOKING}/appointment/<str:id>/", BOOKED, method="patch", data={"note": []}),
    own(f"{BOOKING}/appointment/<str:id>/", BOOKED, method="delete", let_in=frozenset({"admin"})),
    own(f"{BOOKING}/appointment/<str:id>/attachment/<int:photo>/", f"{BOOKED}attachment/{{tmf_photo.pk}}/"),
    row(f"{BOOKING}/searchTimeSlot/", let_in=PEOPLE),
    row(f"{BOOKING}/searchTimeSlot/", let_in=STAFF, method="post", data={"relatedEntity": []}),
    row(f"{BOOKING}/searchTimeSlot/<str:id>/", SEARCHED, let_in=PEOPLE, **mine),
    row(f"{BOOKING}/searchTimeSlot/<str:id>/", SEARCHED, let_in=PEOPLE, method="delete", **mine),
    row(f"{BOOKING}/hub/", let_in=PEOPLE, method="post", data=HUB),
    row(f"{BOOKING}/hub/<str:id>/", f"/{BOOKING}/hub/{{hub_of_visits.pk}}/", let_in=PEOPLE, method="delete", **not_theirs),
    row(f"{BOOKING}/listener/<str:event>/", f"/{BOOKING}/listener/appointmentCreateEvent/", let_in=PEOPLE, method="post", data=EVENT),
    *(each for version in VERSIONS for each in of_each(version)),
    row(f"{ROOT}/v5/troubleTicketSpecification/", let_in=PEOPLE),
    row(f"{ROOT}/v5/troubleTicketSpecification/<str:id>/", f"/{ROOT}/v5/troubleTicketSpecification/fault/", let_in=PEOPLE),
    row("tmf/", let_in=MANAGERS),
    row("tmf/profiles/new/", let_in=MANAGERS),
    row("tmf/profiles/<int:pk>/", "/tmf/profiles/{tmf_profile.pk}/", let_in=MANAGERS),
]
