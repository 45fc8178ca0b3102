"""A call comes into being, once for its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.models import Role, User
from care import engine, selectors
from care.models import Call
from care.services.scripts import script_for
from care.services.timing import on_workday
from core.record import save_by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from customers.models import Site
    from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call."""

    name: str = ""
    phone: str = ""


def contact_of(about: Ticket | Site) -> Contact:
    """Answer whom to call about a ticket (its contact, else who reported it) or a site (its contact, else a supervisor)."""
    if hasattr(about, "number"):
        return _of_ticket(about)  # type: ignore[arg-type]
    return _of_site(about)


def _of_ticket(ticket: Ticket) -> Contact:
    if ticket.contact_phone:
        return Contact(ticket.contact_name, ticket.contact_phone)
    reporter = ticket.reporter
    if reporter is not None and reporter.is_customer and reporter.phone:
        return Contact(reporter.name, reporter.phone)
    return _of_site(ticket.site)


def _of_site(site: Site) -> Contact:
    if site.contact_phone:
        return Contact(site.contact_name, site.contact_phone)
    people = User.objects.filter(is_active=True, role=Role.SUPERVISOR, membership__organization=site.organization_id).order_by("pk")
    person = people.exclude(phone="").first() or people.first()
    return Contact(person.name, person.phone) if person else Contact(site.contact_name)


def made(
    key: str, kind: str, *, at: datetime, contact: Contact, actor: User | None = None, served: Sequence[User] = (), **facts: Any
) -> Call:
    """Enter a call, to be tried from the next decent hour of a working day on; one of this key that is there is answered as it is."""
    if found := Call.objects.filter(key=key).first():
        return found
    if "next_at" not in facts:
        here = timezone.localtime(at)
        facts["next_at"] = on_workday(lambda days: engine.hour_to_call(here, is_workday=days), at=at, due_at=facts["due_at"])
    facts.setdefault("planned_on", timezone.localdate(facts["next_at"]))
    row = Call(
        key=key,
        kind=kind,
        script=script_for(kind, at),
        contact_name=contact.name[:80],
        contact_phone=contact.phone[:40],
        other_department=bool(served) and selectors.other_department(facts.get("contract")),
        created_at=at,
        created_by=actor,
        **{**facts, "subject": facts["subject"][:200]},
    )
    save_by(row, actor, at=at)
    row.served_by.set(served)
    return row
