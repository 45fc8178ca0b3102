"""Organizations, their sites, the equipment there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from customers.models import Equipment, Organization, Site
from customers.services.saving import locked, saved

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Region, User


@transaction.atomic
def create_organization(*, code: str, name: str, actor: User | None, at: datetime, **facts: Any) -> Organization:
    """Take a customer on."""
    return saved(Organization(), {"code": code, "name": name, **facts}, actor=actor, at=at)


@transaction.atomic
def update_organization(organization: Organization, *, actor: User | None, at: datetime, **facts: Any) -> Organization:
    """Correct what is known of a customer."""
    return saved(locked(organization), facts, actor=actor, at=at)


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
