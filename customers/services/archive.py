"""Keeping the archive of an equipment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.record import check
from customers.models import ConfigurationChange

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from customers.models import Equipment


@transaction.atomic
def record_configuration(
    equipment: Equipment, *, what: str, actor: User | None, at: datetime, before: str = "", after: str = "", source: str = ""
) -> ConfigurationChange:
    """Keep what was changed at an equipment: what, from, to, and by whose report one knows."""
    what, before, after = what.strip(), before.strip(), after.strip()
    if not what:
        raise Invalid(_("Say what was changed."), field="what")
    if not before and not after:
        raise Invalid(_("Say what it was before, or what it is now."), field="after")
    row = ConfigurationChange(equipment=equipment, what=what, before=before, after=after, source=source, at=at, by=actor)
    check(row)
    row.save()
    return row
