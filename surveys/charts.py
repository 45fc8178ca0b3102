"""Averages in the form that charts are drawn from."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

SHOWN = 7


def _series(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = {"speed": _("Speed"), "quality": _("Quality"), "manner": _("The engineer")}
    return [{"name": name, "values": [_rounded(row[code]) for row in rows]} for code, name in names.items()]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def averages(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Answer the averages of the least content, to be drawn as bars."""
    shown = [row for row in rows if row["answered"]][:SHOWN]
    return {"labels": [row["name"] for row in shown], "series": _series(shown), "max": 5}


def months(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Answer the averages of each month, to be drawn as lines."""
    return {"labels": [f"{row['month']:%Y-%m}" for row in rows], "series": _series(rows), "max": 5}


def quarters(labels: list[str], lines: list[tuple[Any, list[float | None]]]) -> dict[str, Any]:
    """Answer the average of each question in each quarter, to be drawn as lines."""
    series = [{"name": str(question), "values": [_rounded(value) for value in values]} for question, values in lines]
    return {"labels": labels, "series": series, "max": 5}
