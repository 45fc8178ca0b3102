"""Saving a row with the name of who did it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from core.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import Model


def save_by(row: Model, actor: Any, *, at: datetime | None = None, fields: Sequence[str] | None = None) -> None:
    """Save; the history row of an audited model names the actor (None is the system) and the instant, if given."""
    sign(row, actor, at)
    row.save(update_fields=fields)


def touch(row: Model, actor: Any, *, at: datetime) -> None:
    """Write a line into the history of a locked row because of what is read as part of it; who follows the thing is told."""
    save_by(row, actor, at=at)


def sign(row: Model, actor: Any, at: datetime | None = None) -> None:
    """Tell the history who changes this row, and when, for what is saved next."""
    row._history_user = actor  # type: ignore[attr-defined]
    if at is not None:
        row._history_date = at  # type: ignore[attr-defined]


def check(row: Model) -> None:
    """Refuse, in a sentence about the field, what the row's own rules or constraints refuse."""
    try:
        row.full_clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Invalid(sentences[0], field="" if field == "__all__" else field) from error
