"""Which sources there are for whom, what they sent, what waits, and which equipment they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from accounts.models import Role, User
from customers import selectors as customers
from inbound.models import Arrival, Case, Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from customers.models import Equipment, Organization, Site


def sources_for(user: User) -> QuerySet[Source]:
    """Answer the sources a person looks after: an administrator all, a manager those that act as no administrator."""
    rows = Source.objects.select_related("account__office", "account__membership__organization", "organization", "site", "created_by")
    if not user.manages:
        return rows.none()
    return rows if user.role == Role.ADMIN else rows.exclude(account__role=Role.ADMIN)


def listed(user: User) -> QuerySet[Source]:
    """Answer them with how many cases wait in the tray."""
    return sources_for(user).annotate(waiting=Count("cases", filter=Q(cases__waits=True)))


def people_for(user: User) -> QuerySet[User]:
    """Answer as whom a source of this person's making may act: only an administrator hands out what administrators may."""
    people = User.objects.filter(is_active=True)
    if not user.manages:
        return people.none()
    return people if user.role == Role.ADMIN else people.exclude(role=Role.ADMIN)


def arrivals(source: Source, state: str = "") -> QuerySet[Arrival]:
    """Answer what a source sent, without the content."""
    rows = source.arrivals.defer("body")
    return rows.filter(state=state) if state in Arrival.State.values else rows


def tray(user: User) -> QuerySet[Case]:
    """Answer the cases that wait for somebody to say what they are about."""
    return Case.objects.filter(waits=True, source__in=sources_for(user).order_by().values("pk")).select_related("source__organization")


def organization_of(source: Source) -> Organization | None:
    """Answer whose things a source speaks of; of none where it speaks of everybody's."""
    membership = getattr(source.account, "membership", None) if source.account.is_customer else None
    return membership.organization if membership else source.organization


def equipment_of(source: Source) -> QuerySet[Equipment]:
    """Answer the equipment that a source can mean: what its account sees, of its customer."""
    rows = customers.equipment_for(source.account).filter(is_active=True)
    organization = organization_of(source)
    return rows.filter(site__organization=organization) if organization else rows


def sites_of(source: Source) -> QuerySet[Site]:
    """Answer the sites that a source can mean."""
    rows = customers.sites_for(source.account).filter(organization__is_active=True)
    organization = organization_of(source)
    return rows.filter(organization=organization) if organization else rows


def meant(source: Source, names: Sequence[str]) -> Equipment | None:
    """Answer the equipment that the first of these names means, if that is one and not several: two queries.

    What somebody said in the tray goes before a serial number, that before the id on the label, that before a name.
    """
    if not names:
        return None
    learned = {row.name: row.equipment_id for row in source.names.filter(name__in=names)}
    ways = Q(serial_number__in=names) | Q(qr_id__in=names) | Q(name__in=names) | Q(pk__in=learned.values())
    found = list(equipment_of(source).filter(ways).select_related("site__organization")[:200])
    for name in names:
        known = [row for row in found if row.pk == learned.get(name)]
        for field in ("serial_number", "qr_id", "name"):
            known = known or [row for row in found if getattr(row, field) == name]
        if len(known) == 1:
            return known[0]
    return None


def site_called(source: Source, name: str) -> Site | None:
    """Answer the site with that name, if there is one and not several."""
    if not name:
        return None
    found = list(sites_of(source).filter(name=name).select_related("organization")[:2])
    return found[0] if len(found) == 1 else None


def site_of_person(source: Source, email: str) -> Site | None:
    """Answer the one site of a customer's person, by their address; nothing where they have several, or are not known."""
    person = User.objects.filter(email__iexact=email, is_active=True, role__in=[Role.CUSTOMER, Role.SUPERVISOR]).first() if email else None
    if person is None:
        return None
    found = list(sites_of(source).filter(pk__in=customers.sites_for(person).values("pk")).select_related("organization")[:2])
    return found[0] if len(found) == 1 else None


def silent(at: datetime) -> list[int]:
    """Answer the sources that were heard of once and have said nothing for longer than they may."""
    rows = Source.objects.filter(heartbeat_minutes__gt=0, is_paused=False, beat_at__isnull=False, silent_since=None, beat_at__lt=at)
    pairs = rows.values_list("pk", "beat_at", "heartbeat_minutes")
    return [pk for pk, last, minutes in pairs if last and (at - last).total_seconds() > minutes * 60]
