"""What templates about figures say: {% load figures %}."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from tickets.figures.tables import Cell, Table

register = template.Library()


@register.simple_tag
def figure_rows(table: Table) -> SafeString:
    """Draw the rows of a table: {% figure_rows table %}; a dashboard has a thousand cells, too many for a template."""
    rows = ((first.text, format_html_join("", "{}", ((_cell(cell),) for cell in rest))) for first, *rest in table.rows)
    return format_html_join("\n", '<tr><th scope="row">{}</th>{}</tr>', rows)


def _cell(cell: Cell) -> SafeString:
    if not cell.url:
        return format_html('<td class="num">{}</td>', cell.text)
    return format_html('<td class="num"><a href="{}">{}</a></td>', cell.url, cell.text)
