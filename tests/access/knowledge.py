"""The knowledge base: drafts and internal articles are ours, published ones for customers everybody's."""

from __future__ import annotations

from typing import Any

from tests.access import DISPATCHERS, PEOPLE, STAFF, Row, row
from tests.knowledge.worlds import make_article, publish
from tests.worlds import make_ticket


def prepare(world: Any) -> dict[str, Any]:
    """A draft, and an article that everybody reads and that helped with a ticket."""
    return {
        "draft": make_article(world, title="草稿"),
        "known": publish(world, make_article(world)),
        "known_ticket": make_ticket(world),
    }


def page(path: str, let_in: frozenset[str] = STAFF, **more: Any) -> Row:
    return row(f"knowledge/<int:pk>/{path}", f"/knowledge/{{draft.pk}}/{path}", let_in=let_in, **more)


def rest(path: str, let_in: frozenset[str] = STAFF, **more: Any) -> Row:
    return row(f"api/v1/articles/(?P<pk>[0-9]+)/{path}", f"/api/v1/articles/{{draft.pk}}/{path}", let_in=let_in, **more)


ROWS = [
    row("knowledge/", let_in=PEOPLE),
    row("knowledge/new/", let_in=STAFF),
    row("knowledge/new/", "/knowledge/new/?ticket={known_ticket.number}", let_in=STAFF),
    row("knowledge/suggest/", "/knowledge/suggest/?subject=x", let_in=PEOPLE),
    row("knowledge/<int:pk>/", "/knowledge/{known.pk}/", let_in=PEOPLE),
    page("", others="missing"),
    page("edit/"),
    page("publish/", method="post", data={"audience": "internal"}),
    page("retire/", method="post"),
    page("vote/", frozenset(), method="post", data={"helped": "yes"}, others="missing", **dict.fromkeys(STAFF, "forbidden")),
    row("knowledge/<int:pk>/vote/", "/knowledge/{known.pk}/vote/", let_in=PEOPLE, method="post", data={"helped": "yes"}),
    row("knowledge/<int:pk>/use/<str:number>/", "/knowledge/{known.pk}/use/{known_ticket.number}/", let_in=STAFF, method="post"),
    row(
        "knowledge/<int:pk>/drop/<str:number>/",
        "/knowledge/{known.pk}/drop/{known_ticket.number}/",
        let_in=frozenset(),
        method="post",
        **dict.fromkeys(STAFF, "missing"),
    ),
    row("api/v1/articles/", let_in=PEOPLE),
    row("api/v1/articles/", let_in=STAFF, method="post", data={"title": "x"}),
    row("api/v1/articles/suggestions/", "/api/v1/articles/suggestions/?q=x", let_in=PEOPLE),
    rest("", others="missing"),
    rest("", method="patch", data={"title": "y"}),
    rest("publish/", method="post", data={"audience": "internal"}),
    rest("retire/", method="post"),
    rest("vote/", frozenset(), method="post", data={"helped": True}, others="missing", **dict.fromkeys(STAFF, "forbidden")),
    row("api/v1/articles/(?P<pk>[0-9]+)/vote/", "/api/v1/articles/{known.pk}/vote/", let_in=PEOPLE, method="post", data={"helped": True}),
    row("api/v1/articles/(?P<pk>[0-9]+)/use/", "/api/v1/articles/{known.pk}/use/", let_in=STAFF, method="post"),
    row(
        "api/v1/articles/(?P<pk>[0-9]+)/publish/",
        "/api/v1/articles/{known.pk}/publish/",
        let_in=DISPATCHERS,
        method="post",
        data={"audience": "public"},
    ),
]
