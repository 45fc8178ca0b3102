"""What a person may see of the customers; every page and endpoint starts from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from accounts.models import Role
from customers.models import CANARY, Contract, Equipment, Membership, Organization, Site, Term
from sla.models import Plan

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


def organizations_for(user: User) -> QuerySet[Organization]:
    """Answer the organizations a person may see: staff all, customers their own."""
    if user.is_provider:
        return Organization.objects.exclude(code=CANARY)
    return Organization.objects.filter(memberships__user=user)


def sites_for(user: User) -> QuerySet[Site]:
    """Answer the sites: staff all, a supervisor the organization's, a customer those of their membership."""
    if user.is_provider:
        return Site.objects.exclude(organization__code=CANARY)
    if user.role == Role.SUPERVISOR:
        return Site.objects.filter(organization__memberships__user=user)
    return Site.objects.filter(memberships__user=user)


def equipment_for(user: User) -> QuerySet[Equipment]:
    """Answer the equipment that stands at the sites a person may see."""
    if user.is_provider:
        return Equipment.objects.exclude(site__organization__code=CANARY)
    return Equipment.objects.filter(site__in=sites_for(user).values("pk"))


def contracts_for(user: User) -> QuerySet[Contract]:
    """Answer the contracts: staff all, a supervisor the organization's, a customer those that cover one of their sites."""
    if user.is_provider:
        return Contract.objects.exclude(organization__code=CANARY)
    if user.role == Role.SUPERVISOR:
        return Contract.objects.filter(organization__memberships__user=user)
    covered = Contract.equipment.through.objects.filter(contract=OuterRef("pk"))
    own = covered.filter(equipment__site__memberships__user=user)
    any_site = Site.objects.filter(memberships__user=user, organization=OuterRef("organization"))
    return Contract.objects.filter(Exists(own) | (~Q(Exists(covered)) & Q(Exists(any_site))))


def plans_for(user: User) -> QuerySet[Plan]:
    """Answer the service plans: staff all, customers those of the contracts they may see."""
    if user.is_provider:
        return Plan.objects.exclude(code=CANARY)
    return Plan.objects.filter(pk__in=contracts_for(user).values("plan"))


def people_for(user: User) -> QuerySet[Membership]:
    """Answer the customers' people with their places: they are known to staff; customers are not shown each other's accounts."""
    if user.is_provider:
        return Membership.objects.exclude(organization__code=CANARY)
    return Membership.objects.none()


def terms_for(user: User) -> QuerySet[Term]:
    """Answer the terms of what a person may see: staff all, a customer those of their contracts and equipment."""
    if user.is_provider:
        return Term.objects.all()
    if user.role == Role.SUPERVISOR:
        return Term.objects.filter(organization__memberships__user=user)
    return Term.objects.filter(Q(contract__in=contracts_for(user).values("pk")) | Q(equipment__in=equipment_for(user).values("pk")))
