"""Finding parts and stock, who may see what, what is free, what will be needed."""

from parts.selectors.charging import Terms, terms_at, terms_of
from parts.selectors.figures import USED_BY, Used, used
from parts.selectors.forecast import Line, forecast
from parts.selectors.orders import (
    coming,
    open_purchases,
    pausing,
    purchases_for,
    repairs_for,
    with_places,
)
from parts.selectors.stock import (
    differing,
    fitting,
    items_in_stock,
    levels_for,
    levels_of,
    lines_of,
    missing,
    movements_for,
    parts_for,
    reservations_of,
    sources,
    used_on,
    with_names,
)

__all__ = [
    "USED_BY",
    "Line",
    "Terms",
    "Used",
    "coming",
    "differing",
    "fitting",
    "forecast",
    "items_in_stock",
    "levels_for",
    "levels_of",
    "lines_of",
    "missing",
    "movements_for",
    "open_purchases",
    "parts_for",
    "pausing",
    "purchases_for",
    "repairs_for",
    "reservations_of",
    "sources",
    "terms_at",
    "terms_of",
    "used",
    "used_on",
    "with_names",
    "with_places",
]
