"""Larger parts with content between their tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from datetime import datetime

    from django.template.context import Context

    from core.pages import Page

register = template.Library()


@register.simple_block_tag
def page_header(content: str, title: str, subtitle: str = "", *, back: str = "", back_label: str = "", over: str = "") -> SafeString:
    """Head a page: {% page_header _("Queue") %}buttons{% endpage_header %}; back is the URL to return to."""
    given = {
        "actions": SafeString(content.strip()),
        "title": title,
        "subtitle": subtitle,
        "back": back,
        "back_label": back_label,
        "over": over,
    }
    return render_to_string("components/page_header.html", given)


@register.simple_block_tag
def card(content: str, title: str = "", *, flush: bool = False, extra: str = "", anchor: str = "", sign: str = "") -> SafeString:
    """Frame something: {% card title=_("Sites") flush=True %}…{% endcard %}; flush lets a table touch the edges."""
    given = {"content": content, "title": title, "flush": flush, "extra": extra, "anchor": anchor, "sign": sign}
    return render_to_string("components/card.html", given)


@register.simple_block_tag
def data_table(content: str, label: str, *, stack: bool = True) -> SafeString:
    """Hold a table on any width: {% data_table _("Sites") %}<table>…{% enddata_table %}; stack: rows become cards on a phone."""
    return render_to_string("components/data_table.html", {"content": content, "label": label, "stack": stack})


@register.simple_block_tag(takes_context=True)
def filter_bar(context: Context, content: str, label: str, *, target: str = "", action: str = "") -> SafeString:
    """Hold the fields of a search as a GET form: {% filter_bar _("Search") %}…{% endfilter_bar %}."""
    request = context.get("request")
    given = {"content": content, "label": label, "target": target, "action": action or getattr(request, "path", "")}
    return render_to_string("components/filter_bar.html", given | {"filtered": bool(request and request.GET)})


@register.simple_block_tag
def timeline_item(
    content: str, title: str, at: datetime, *, who: Any = None, sign: str = "point", tone: str = "none", internal: bool = False
) -> SafeString:
    """Tell one event of a record: {% timeline_item title=… at=… who=… sign="phone" %}words{% endtimeline_item %}."""
    given = {"content": SafeString(content.strip()), "title": title, "at": at, "who": who, "sign": sign, "tone": tone, "internal": internal}
    return render_to_string("components/timeline_item.html", given)


@register.simple_block_tag
def chart(content: str, name: str, title: str, data: dict[str, Any], *, kind: str = "bar", height: int = 240) -> SafeString:
    """Draw data, its table (the content) behind it; data is {"labels": […], "series": [{"name", "values"}], "unit"}."""
    given = {"content": content, "name": name, "data_id": f"{name}-data", "title": title, "kind": kind, "height": height, "data": data}
    return render_to_string("components/chart.html", given)


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str = "", url: str = "", action: str = "", sign: str = "mood-empty") -> dict[str, str]:
    """Say that nothing is there and what to do: {% empty_state _("No contracts") _("Ask your …") %}."""
    return {"title": title, "text": text, "url": url, "action": action, "sign": sign}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], label: str = "", target: str = "", name: str = "cursor") -> dict[str, Any]:
    """Lead to the page before and after: {% pager page %}.

    target: the part that htmx swaps instead of a reload; name: the parameter, where a page holds two lists.
    """
    query = context["request"].GET.copy()

    def link(cursor: str) -> str:
        query[name] = cursor
        return f"?{query.urlencode()}" if cursor else ""

    links = [(link(page.previous_cursor), "prev"), (link(page.next_cursor), "next")]
    return {"links": links, "any": page.has_next or page.has_previous, "label": label, "target": target}
