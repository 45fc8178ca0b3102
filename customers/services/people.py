"""The customer's people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import CUSTOMER_ROLES, Role, User
from core.errors import Invalid, NotNow
from core.record import sign
from customers.models import Membership, Organization, Site
from customers.services.saving import locked, saved

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

OF_ACCOUNT = ("name", "phone", "role", "language")
"""What is told of a person; their address is theirs, an administrator changes it."""


@transaction.atomic
def create_membership(
    user: User, organization: Organization, *, sites: Iterable[Site] = (), actor: User | None, at: datetime, **outside: str
) -> Membership:
    """Give a customer's person their place: the organization, and the sites they see. A program may add its id (``outside``)."""
    if not user.is_customer:
        raise Invalid(_("%(name)s works for the service provider and belongs to no customer.") % {"name": user}, field="user")
    membership = saved(Membership(), {"user": user, "organization": organization, **outside}, actor=actor, at=at)
    _show(membership, sites)
    return membership


@transaction.atomic
def update_membership(membership: Membership, *, sites: Iterable[Site], actor: User | None, at: datetime) -> Membership:
    """Change which sites a customer's person sees."""
    membership = locked(membership)
    sign(membership, actor, at)
    _show(membership, sites)
    return membership


@transaction.atomic
def add_person(
    organization: Organization,
    *,
    email: str,
    name: str,
    actor: User | None,
    at: datetime,
    role: str = Role.CUSTOMER,
    sites: Iterable[Site] = (),
    external_id: str = "",
    external_source: str = "",
    **facts: str,
) -> Membership:
    """Make an account for a customer's person, and their place. Nobody is invited: who wants to log in asks for a password by mail.

    Raises Invalid, also for an address that has an account already.
    """
    _check_role(role)
    person = User(email=email.strip().lower())
    person.set_unusable_password()
    saved(person, {"name": name, "role": role, **facts}, actor=actor, at=at)
    outside = {"external_id": external_id, "external_source": external_source}
    return create_membership(person, organization, sites=sites, actor=actor, at=at, **outside)


@transaction.atomic
def update_person(
    membership: Membership, *, actor: User | None, at: datetime, sites: Iterable[Site] | None = None, **facts: Any
) -> Membership:
    """Change what is known of a customer's person, what they are, and what they see (``OF_ACCOUNT``, the rest is of their place)."""
    row = locked(membership)
    if "role" in facts:
        _check_role(facts["role"])
    saved(_account(row), {name: facts.pop(name) for name in OF_ACCOUNT if name in facts}, actor=actor, at=at)
    row = saved(row, facts, actor=actor, at=at)
    if sites is not None:
        _show(row, sites)
    return row


@transaction.atomic
def activate_person(membership: Membership, *, actor: User | None, at: datetime) -> Membership:
    """Let a customer's person in again. Raises NotNow where they are let in."""
    return _let_in(membership, on=True, actor=actor, at=at)


@transaction.atomic
def deactivate_person(membership: Membership, *, actor: User | None, at: datetime) -> Membership:
    """Switch a customer's person's account off, and with it their tokens; what they did stays theirs. Raises NotNow."""
    return _let_in(membership, on=False, actor=actor, at=at)


def _let_in(membership: Membership, *, on: bool, actor: User | None, at: datetime) -> Membership:
    row = locked(membership)
    person = _account(row)
    if person.is_active == on:
        raise NotNow(_("It is active already.") if on else _("It is inactive already."))
    saved(person, {"is_active": on}, actor=actor, at=at)
    return row


def _account(membership: Membership) -> User:
    """Answer the person, locked; one who has become one of ours since is not changed from here."""
    person = User.objects.select_for_update().get(pk=membership.user_id)
    if not person.is_customer:
        raise NotNow(_("%(name)s works for the service provider and belongs to no customer.") % {"name": person})
    return person


def _check_role(role: str) -> None:
    if role not in CUSTOMER_ROLES:
        raise Invalid(_("A customer's person is a customer or a supervisor."), field="role")


def _show(membership: Membership, sites: Iterable[Site]) -> None:
    wanted = list(sites)
    if any(site.organization_id != membership.organization_id for site in wanted):
        raise Invalid(_("A person sees only sites of their own organization."), field="sites")
    membership.sites.set(wanted)
