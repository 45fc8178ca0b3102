"""Figures in the form that charts are drawn from."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


WEEK = timedelta(days=7)


def months(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Answer what was made in time, late, and is still open of each month."""
    open_ = [row["owed"] - row["in_time"] - row["done_late"] for row in rows]
    return {
        "labels": [f"{row['month']:%Y-%m}" for row in rows],
        "series": [
            {"name": _("Made in time"), "values": [row["in_time"] for row in rows]},
            {"name": _("Made late"), "values": [row["done_late"] for row in rows]},
            {"name": _("Not made"), "values": open_},
        ],
    }


def weeks(rows: Sequence[tuple[date, int, int]], today: date) -> dict[str, Any]:
    """Answer how much was planned and asked by the end of each week; of weeks to come nothing is known yet."""
    asked = [count if ends - WEEK < today else None for ends, _planned, count in rows]
    return {
        "labels": [f"{ends:%m-%d}" for ends, _planned, _asked in rows],
        "series": [
            {"name": _("Planned"), "values": [planned for _ends, planned, _asked in rows]},
            {"name": _("Asked about"), "values": asked},
        ],
    }
