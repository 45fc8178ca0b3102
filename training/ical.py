"""A session as an iCalendar file (RFC 5545): a stable id, a revision that counts up, a cancelled one as cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import icalendar
from django.utils.translation import gettext as _

from training.models import Session, Status

if TYPE_CHECKING:
    from datetime import datetime

PRODUCT = "-//Pledge Desk//Training//EN"


def write(session: Session, *, host: str, site: str, at: datetime) -> bytes:
    """Write a session; ``site`` is the address before its link, ``at`` the moment of writing."""
    out = icalendar.Calendar()
    for key, value in (("prodid", PRODUCT), ("version", "2.0"), ("method", "PUBLISH")):
        out.add(key, value)
    event = icalendar.Event()
    facts: dict[str, Any] = {
        "uid": f"training-{session.pk}@{host}",
        "sequence": session.sequence,
        "dtstamp": at,
        "dtstart": session.starts_at,
        "dtend": session.ends_at,
        "summary": _summary(session),
        "location": session.place,
        "description": _description(session),
        "url": site + session.get_absolute_url(),
        "status": "CANCELLED" if session.status == Status.CANCELLED else "CONFIRMED",
    }
    for name, value in facts.items():
        event.add(name, value)
    out.add_component(event)
    return bytes(out.to_ical())


def _summary(session: Session) -> str:
    before = _("Cancelled: ") if session.status == Status.CANCELLED else ""
    return f"{before}{session.course} · {session.organization}"


def _description(session: Session) -> str:
    trainers = ", ".join(str(person) for person in session.trainers.all())
    lines = [_("Trainers: %(names)s") % {"names": trainers}, session.course.shown_goals, session.note, session.reason]
    return "\n".join(filter(None, lines))
