"""How every change to a customer is checked, signed and saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from core.record import check, save_by

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model

    from accounts.models import User

Row = TypeVar("Row", bound="Model")


def saved(row: Row, facts: dict[str, Any], *, actor: User | None, at: datetime) -> Row:
    """Set the facts, refuse what cannot be, save with a line in the history."""
    for name, value in facts.items():
        setattr(row, name, value)
    check(row)
    save_by(row, actor, at=at)
    return row


def locked(row: Row) -> Row:
    """Answer the row anew under a lock, so that two changes do not undo each other."""
    return type(row)._default_manager.select_for_update().get(pk=row.pk)
