"""Organizations, their sites, the equipment there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed, NotNow
from customers.models import CANARY, Downtime, Equipment, Organization, Site
from customers.services.saving import locked, saved

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Region, User

Served = TypeVar("Served", Organization, Equipment)

LONGEST_DOWNTIME = timedelta(days=92)


@transaction.atomic
def create_organization(*, code: str, name: str, actor: User | None, at: datetime, **facts: Any) -> Organization:
    """Take a customer on."""
    _not_ours(code, actor)
    return saved(Organization(), {"code": code, "name": name, **facts}, actor=actor, at=at)


@transaction.atomic
def update_organization(organization: Organization, *, actor: User | None, at: datetime, **facts: Any) -> Organization:
    """Correct what is known of a customer."""
    _not_ours(facts.get("code", organization.code), actor)
    return saved(locked(organization), facts, actor=actor, at=at)


def _not_ours(code: str, actor: User | None) -> None:
    """Refuse people the code under which the desk tries itself; it is nobody's customer and stands in no list."""
    if code == CANARY and actor is not None:
        raise Invalid(_("This code is the desk's own; choose another."), field="code")


@transaction.atomic
def activate(thing: Served, *, actor: User | None, at: datetime) -> Served:
    """Serve an organization again, or put equipment back into service. Raises NotNow where it is served already."""
    return _switched(thing, on=True, actor=actor, at=at)


@transaction.atomic
def deactivate(thing: Served, *, actor: User | None, at: datetime) -> Served:
    """End with an organization, or take equipment out of service: nothing is reported of it any more, what is open goes on.

    Raises NotNow where that was done already.
    """
    return _switched(thing, on=False, actor=actor, at=at)


def _switched(thing: Served, *, on: bool, actor: User | None, at: datetime) -> Served:
    row = locked(thing)
    if row.is_active == on:
        raise NotNow(_("It is active already.") if on else _("It is inactive already."))
    return saved(row, {"is_active": on}, actor=actor, at=at)


@transaction.atomic
def create_site(organization: Organization, *, name: str, region: Region, actor: User | None, at: datetime, **facts: Any) -> Site:
    """Add a place; its region decides which office serves it."""
    return saved(Site(), {"organization": organization, "name": name, "region": region, **facts}, actor=actor, at=at)


@transaction.atomic
def update_site(site: Site, *, actor: User | None, at: datetime, **facts: Any) -> Site:
    """Correct what is known of a place; it stays with its customer."""
    if facts.get("organization", site.organization) != site.organization:
        raise Invalid(_("A site stays with its organization; add a new site instead."), field="organization")
    return saved(locked(site), facts, actor=actor, at=at)


@transaction.atomic
def create_equipment(site: Site, *, name: str, actor: User | None, at: datetime, **facts: Any) -> Equipment:
    """Add a system or device; it gets a QR id of its own."""
    return saved(Equipment(), {"site": site, "name": name, **facts}, actor=actor, at=at)


@transaction.atomic
def update_equipment(equipment: Equipment, *, actor: User | None, at: datetime, **facts: Any) -> Equipment:
    """Correct, move within the customer, or retire a system or device."""
    row = locked(equipment)
    site = facts.get("site", row.site)
    if site.organization_id != row.site.organization_id:
        raise Invalid(_("Equipment moves only between sites of its organization."), field="site")
    return saved(row, facts, actor=actor, at=at)


@transaction.atomic
def take_down(
    equipment: Equipment, *, starts_at: datetime, ends_at: datetime, reason: str, actor: User | None, at: datetime, **outside: str
) -> Downtime:
    """Enter when equipment is or was down on purpose; it counts as planned in the figures. A program may add its id (``outside``)."""
    if actor is not None and not actor.is_provider:
        raise NotAllowed(_("Planned downtime is entered by the service provider's staff."))
    words = reason.strip()
    if not words:
        raise Invalid(_("Say what the downtime was for."), field="reason", code="required")
    if ends_at - starts_at > LONGEST_DOWNTIME:
        raise Invalid(_("A planned downtime lasts %(days)s days at most.") % {"days": LONGEST_DOWNTIME.days}, field="ends_at")
    facts = {"equipment": equipment, "starts_at": starts_at, "ends_at": ends_at, "reason": words, **outside}
    return saved(Downtime(), {**facts, "entered_by": actor, "entered_at": at}, actor=actor, at=at)
