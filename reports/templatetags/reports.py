"""What templates about reports say: {% load reports %}."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from tickets.figures.tables import said

if TYPE_CHECKING:
    from tickets.figures.tables import Cell, Column, Table

register = template.Library()

NARROW = 3
"""Columns that a phone shows side by side."""


@register.filter
def percentage(value: float | None) -> str:
    """Write a share in percent: {{ report.kept_share|percentage }}."""
    return said("share", value)


@register.filter
def is_wide(table: Table) -> bool:
    """Whether a table has more columns than a phone is wide, so that its rows become cards there."""
    return len(table.columns) > NARROW


@register.filter
def lines(table: Table) -> list[list[tuple[Column, Cell]]]:
    """Answer the rows of a table, each cell with its column: {% for line in table|lines %}."""
    return [list(zip(table.columns, row, strict=True)) for row in table.rows]
