"""Who hears of every line that is written into a record, in the transaction that writes it; apps above register when they are ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tickets.models import Event

    Listener = Callable[[Sequence[Event]], None]

LISTENERS: list[Listener] = []


def on_written(listener: Listener) -> None:
    """Have a function called with lines as they are written: thousands in a sweep, so it must be cheap where it has nothing to do."""
    if listener not in LISTENERS:
        LISTENERS.append(listener)


def written(events: Sequence[Event]) -> None:
    """Tell whoever listens; a listener that fails takes the transaction with it, so that nothing is half told."""
    for listener in LISTENERS:
        listener(events)
