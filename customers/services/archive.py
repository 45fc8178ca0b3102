"""Keeping the archive of an equipment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from customers.models import ConfigurationChange
from customers.services.saving import put

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from customers.models import Equipment


@transaction.atomic
def record_configuration(
    equipment: Equipment,
    *,
    what: str,
    actor: User | None,
    at: datetime,
    before: str = "",
    after: str = "",
    source: str = "",
    **outside: Any,
) -> ConfigurationChange:
    """Keep what was changed at an equipment: what, from, to, by whose report one knows; and what a program calls it (``outside``)."""
    what, before, after = what.strip(), before.strip(), after.strip()
    if not what:
        raise Invalid(_("Say what was changed."), field="what")
    if not before and not after:
        raise Invalid(_("Say what it was before, or what it is now."), field="after")
    row = ConfigurationChange(equipment=equipment, what=what, before=before, after=after, source=source, at=at, by=actor, **outside)
    put(row, actor, at)
    return row
