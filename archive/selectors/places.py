"""Whose archives a person may open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.models import Role
from archive.scope import EQUIPMENT, ORGANIZATION, SITE, Scope
from customers import selectors as customers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from accounts.models import User
    from customers.models import Equipment, Organization, Site


def organizations_for(user: User) -> QuerySet[Organization]:
    """Answer the organizations whose whole archive a person may open: staff all, a supervisor their own, a customer none."""
    rows = customers.organizations_for(user)
    return rows if user.is_provider or user.role == Role.SUPERVISOR else rows.none()


def sites_for(user: User) -> QuerySet[Site]:
    """Answer the sites whose archive a person may open."""
    return customers.sites_for(user).select_related("organization", "region__office__lead")


def equipment_for(user: User) -> QuerySet[Equipment]:
    """Answer the equipment whose archive a person may open."""
    return customers.equipment_for(user).select_related("site__organization", "site__region__office__lead")


READ: dict[str, Callable[[User], QuerySet[Any]]] = {ORGANIZATION: organizations_for, SITE: sites_for, EQUIPMENT: equipment_for}


def scope_of(user: User, kind: str, pk: int) -> Scope | None:
    """Answer the scope called so, or None where there is none that the person may see: one query."""
    read = READ.get(kind)
    thing = read(user).filter(pk=pk).first() if read else None
    return Scope.of(thing) if thing is not None else None


def narrowed(user: User, scope: Scope, *, site: int | None = None, equipment: int | None = None) -> Scope | None:
    """Answer the scope of one site, or one equipment, within another; None where the person sees no such thing there."""
    if equipment and scope.equipment is None:
        inner = scope_of(user, EQUIPMENT, equipment)
    elif site and scope.site is None:
        inner = scope_of(user, SITE, site)
    else:
        return scope
    if inner is None or inner.organization != scope.organization or (scope.site is not None and inner.site != scope.site):
        return None
    return inner
