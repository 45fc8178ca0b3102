"""Which exports there are, and whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.models import ArchiveExport
from archive.selectors.places import scope_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from archive.scope import Scope


def exports_for(user: User) -> QuerySet[ArchiveExport]:
    """Answer the exports a person may see and fetch: their own, since each holds what its asker may see."""
    return ArchiveExport.objects.filter(asked_by=user).select_related("organization", "site__organization", "equipment__site")


def scope_for(user: User, export: ArchiveExport) -> Scope | None:
    """Answer of what an export is, if the person may still see that."""
    return scope_of(user, *export.scope_key)
