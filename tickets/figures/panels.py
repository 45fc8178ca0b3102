"""Figures that other apps bring to the dashboard: they know of tickets, tickets do not know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tickets.figures.tables import Asked, Table, Tile

    Panel = Callable[[Asked, int | None], tuple[Table, Tile | None]]

PANELS: dict[str, Panel] = {}


def register(name: str, panel: Panel) -> None:
    """Put a table, and perhaps a tile, on the dashboard; called when the app is ready."""
    PANELS[name] = panel
