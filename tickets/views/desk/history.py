"""What changed in the fields of a ticket: who, when, from, to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db.models import ForeignKey
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.words import severity_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import User
    from tickets.models import Ticket

SHOWN = 200
NAMED = ("organization", "site", "equipment", "contract", "reporter", "office", "team", "assignee")
UNTOLD = {"id", "commitment", "number"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What one person changed at one moment; the first line of a history has no changes."""

    at: datetime
    who: User | None
    changes: list[Change]


def edits(ticket: Ticket) -> Iterator[Edit]:
    """Yield the changes of a ticket's fields, newest first, in one query; saves that changed nothing are left out."""
    versions = list(ticket.history.select_related("history_user", *NAMED)[: SHOWN + 1])
    fields = [field for field in versions[0].tracked_fields if field.name not in UNTOLD] if versions else []
    for new, old in pairwise(versions):
        changed = [field for field in fields if getattr(new, field.attname) != getattr(old, field.attname)]
        if changed:
            changes = [Change(str(field.verbose_name), _shown(ticket, field, old), _shown(ticket, field, new)) for field in changed]
            yield Edit(new.history_date, new.history_user, changes)
    if versions and len(versions) <= SHOWN:
        yield Edit(versions[-1].history_date, versions[-1].history_user, [])


def _shown(ticket: Ticket, field: Any, version: Any) -> str:
    """Answer a field's value as a person reads it."""
    value = getattr(version, field.attname)
    if value in (None, ""):
        return "—"
    if isinstance(field, ForeignKey):
        return str(getattr(version, field.name, None) or f"#{value}")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.name == "severity":
        return severity_name(ticket, value)
    return str(dict(field.flatchoices).get(value, value))
