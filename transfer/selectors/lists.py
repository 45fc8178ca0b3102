"""Imports are every manager's; an export is its asker's alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Role
from customers import selectors as customers
from customers.models import Organization
from transfer.models import DataExport, DataImport, ImportProblem

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


def may_import(user: User) -> bool:
    """Whether a person brings things in: managers and administrators."""
    return user.manages


def may_export(user: User) -> bool:
    """Whether a person may ask for everything of an organization: managers of any, a supervisor of their own."""
    return user.manages or user.role == Role.SUPERVISOR


def organizations_for(user: User) -> QuerySet[Organization]:
    """Answer the organizations that a person may ask to have exported."""
    return customers.organizations_for(user) if may_export(user) else Organization.objects.none()


def imports_for(user: User) -> QuerySet[DataImport]:
    """Answer the imports a person may see."""
    rows = DataImport.objects.select_related("asked_by", "ended_by")
    return rows if may_import(user) else rows.none()


def problems_of(row: DataImport) -> QuerySet[ImportProblem]:
    """Answer what is wrong in a file, in its order."""
    return ImportProblem.objects.filter(data_import=row).order_by("id")


def exports_for(user: User) -> QuerySet[DataExport]:
    """Answer the exports a person may see and fetch: their own, since each holds what its asker may see."""
    return DataExport.objects.filter(asked_by=user).select_related("organization", "asked_by")
