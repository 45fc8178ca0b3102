"""How every change to a customer is checked, signed and saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.record import check, save_by, sign
from customers.errors import EnteredMeanwhile

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model

    from accounts.models import User

Row = TypeVar("Row", bound="Model")


def saved(row: Row, facts: dict[str, Any], *, actor: User | None, at: datetime) -> Row:
    """Set the facts, refuse what cannot be, save with a line in the history; what says nothing new is no change.

    Raises Invalid, and EnteredMeanwhile where somebody else was quicker with the same.
    """
    new = {name: value for name, value in facts.items() if row.pk is None or getattr(row, name) != value}
    if row.pk is not None and not new:
        sign(row, actor, at)  # for what hangs on it and is saved next
        return row
    for name, value in new.items():
        setattr(row, name, value)
    put(row, actor, at)
    return row


def put(row: Model, actor: User | None, at: datetime) -> None:
    """Save a row as it stands, if it may be so. Raises Invalid and EnteredMeanwhile."""
    check(row)
    try:
        with transaction.atomic():
            save_by(row, actor, at=at)
    except IntegrityError as error:
        raise EnteredMeanwhile(_("Somebody has just entered the same. Read it, and decide anew.")) from error


def locked(row: Row) -> Row:
    """Answer the row anew under a lock, so that two changes do not undo each other."""
    return type(row)._default_manager.select_for_update().get(pk=row.pk)
