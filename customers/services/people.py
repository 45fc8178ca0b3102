"""The customer's people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.record import sign
from customers.models import Membership, Organization, Site
from customers.services.saving import locked, saved

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def create_membership(
    user: User, organization: Organization, *, sites: Iterable[Site] = (), actor: User | None, at: datetime
) -> Membership:
    """Give a customer's person their place: the organization, and the sites they see."""
    if not user.is_customer:
        raise Invalid(_("%(name)s works for the service provider and belongs to no customer.") % {"name": user}, field="user")
    membership = saved(Membership(), {"user": user, "organization": organization}, actor=actor, at=at)
    _show(membership, sites)
    return membership


@transaction.atomic
def update_membership(membership: Membership, *, sites: Iterable[Site], actor: User | None, at: datetime) -> Membership:
    """Change which sites a customer's person sees."""
    membership = locked(membership)
    sign(membership, actor, at)
    _show(membership, sites)
    return membership


def _show(membership: Membership, sites: Iterable[Site]) -> None:
    wanted = list(sites)
    if any(site.organization_id != membership.organization_id for site in wanted):
        raise Invalid(_("A person sees only sites of their own organization."), field="sites")
    membership.sites.set(wanted)
