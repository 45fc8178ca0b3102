"""Who hears of every line of a visit's record, in the transaction that writes it; apps above register when they are ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from visits.models import VisitEvent

    Listener = Callable[[VisitEvent], None]

LISTENERS: list[Listener] = []


def on_written(listener: Listener) -> None:
    """Have a function called with each line as it is written; it must be cheap where it has nothing to do."""
    if listener not in LISTENERS:
        LISTENERS.append(listener)


def written(event: VisitEvent) -> None:
    """Tell whoever listens; a listener that fails takes the transaction with it, so that nothing is half told."""
    for listener in LISTENERS:
        listener(event)
