"""Who is told that a document came or got the customer's word, inside the transaction that did it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from documents.models import Document


class Written(Protocol):
    """What is called: ``is_new`` where it was issued just now."""

    def __call__(self, document: Document, *, is_new: bool, at: datetime) -> None:
        """Note it."""


_listeners: list[Written] = []


def on_written(listener: Written) -> None:
    """Have ``listener`` called whenever a document is issued, corrected, signed or refused."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(document: Document, *, at: datetime, is_new: bool = False) -> None:
    """Tell whoever listens."""
    for listener in _listeners:
        listener(document, is_new=is_new, at=at)
