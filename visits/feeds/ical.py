"""Visits as an iCalendar file (RFC 5545): stable ids, revisions that count up, cancelled ones kept as cancelled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import icalendar
from django.utils.translation import gettext as _

from visits.models import Status, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable

PRODUCT = "-//Pledge Desk//Visits//EN"
REFRESH = timedelta(minutes=15)
"""How often a program that asks is told to ask again."""


def write_ical(visits: Iterable[Visit], *, name: str, host: str, site: str) -> bytes:
    """Write visits with their record's last change as stamp; ``site`` is the address before every link."""
    out = icalendar.Calendar()
    for key, value in (("prodid", PRODUCT), ("version", "2.0"), ("method", "PUBLISH"), ("x-wr-calname", name)):
        out.add(key, value)
    out.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    out.add("x-published-ttl", f"PT{REFRESH // timedelta(minutes=1)}M")
    for visit in visits:
        out.add_component(_event(visit, host, site))
    return bytes(out.to_ical())


def _event(visit: Visit, host: str, site: str) -> icalendar.Event:
    event = icalendar.Event()
    for key, value in (
        ("uid", f"{visit.uid}@{host}"),
        ("sequence", visit.sequence),
        ("dtstamp", visit.updated_at),
        ("last-modified", visit.updated_at),
        ("created", visit.created_at),
        ("dtstart", visit.starts_at),
        ("dtend", visit.ends_at),
        ("summary", _summary(visit)),
        ("location", _place(visit)),
        ("description", _description(visit, site)),
        ("url", site + visit.get_absolute_url()),
        ("status", _status(visit)),
        ("categories", [str(visit.get_purpose_display())]),
    ):
        event.add(key, value)
    return event


def _status(visit: Visit) -> str:
    """Answer how sure it is: called off, or without an engineer yet, or agreed."""
    if visit.status == Status.CANCELLED:
        return "CANCELLED"
    return "TENTATIVE" if visit.lead_id is None else "CONFIRMED"


def _summary(visit: Visit) -> str:
    state = {Status.CANCELLED: _("Cancelled: "), Status.FAILED: _("Failed: ")}.get(Status(visit.status), "")
    return f"{state}{visit.organization} · {visit.site.name} – {visit.subject}"


def _place(visit: Visit) -> str:
    return ", ".join(filter(None, (visit.site.name, visit.site.address)))


def _description(visit: Visit, site: str) -> str:
    ticket = visit.ticket
    name, phone = visit.site.contact_name, visit.site.contact_phone
    if ticket is not None:
        name, phone = ticket.contact_name or name, ticket.contact_phone or phone
    people = [str(person) for person in (visit.lead, *visit.helpers.all()) if person is not None]
    lines = (
        (_("State"), visit.get_status_display()),
        (_("On-site visit"), visit.number),
        (_("Ticket"), ticket.number if ticket is not None else ""),
        (_("Engineers"), ", ".join(people)),
        (_("Contact"), " ".join(filter(None, (name, phone)))),
        (_("Why cancelled"), visit.ended_because if visit.status == Status.CANCELLED else ""),
    )
    said = [f"{label}: {value}" for label, value in lines if value]
    return "\n".join([*said, site + visit.get_absolute_url()])
