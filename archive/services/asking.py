"""Asking for an export: the same one at the same time once, and not too many of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from archive.errors import TooMany
from archive.models import ArchiveExport
from core.errors import Invalid
from notifications.nudge import Waker

if TYPE_CHECKING:
    from datetime import date, datetime

    from archive.scope import Scope

waker = Waker("archive.tasks.make_exports", "celery", "exports", pause=0)
LIVE_OF_ONE = 3
"""So many exports of one person may wait or be made."""
LONGEST = 3653
"""Days of an export: ten years."""


@transaction.atomic
def ask(scope: Scope, *, first: date, last: date, form: str, language: str, actor: User, at: datetime) -> ArchiveExport:
    """Ask for a file of what happened from the first to the last day, as far as the asker may see it.

    Asked again while it waits or is made, it is the same export. Raises Invalid and TooMany.
    """
    if first > last:
        raise Invalid(_("The last day comes after the first one."), field="last")
    if (last - first).days >= LONGEST:
        raise Invalid(_("Choose ten years at most."), field="first")
    User.objects.select_for_update().get(pk=actor.pk)  # one person's questions one after another: the limit holds
    key = f"{scope.kind}:{scope.pk}:{first}:{last}:{form}:{language}"
    live = ArchiveExport.objects.filter(asked_by=actor, state__in=ArchiveExport.LIVE)
    if known := live.filter(key=key).first():
        return known
    if live.count() >= LIVE_OF_ONE:
        raise TooMany(_("You have %(count)s exports under way; wait until one of them is ready.") % {"count": LIVE_OF_ONE})
    row = ArchiveExport(asked_by=actor, asked_at=at, organization=scope.organization, site=scope.site, equipment=scope.equipment, key=key)
    row.first, row.last, row.form, row.language = first, last, form, language
    row.save(force_insert=True)
    waker.after_commit()
    return row
