"""Knowledge base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from knowledge.models import Article, ArticleUse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES: set[str] = {f"knowledge:{name}" for name in ("publish", "retire", "vote", "use", "drop_use", "suggest")}


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from shots import Shot

    known, draft = Article.objects.filter(state="published").earliest("pk"), Article.objects.latest("pk")
    yield Shot("knowledge", "engineer", reverse("knowledge:list"))
    yield Shot("knowledge-found", "customer", f"{reverse('knowledge:list')}?q=电池报警")
    yield Shot("knowledge-nothing", "customer", f"{reverse('knowledge:list')}?q=zzz")
    yield Shot("knowledge-article", "customer", known.get_absolute_url())
    yield Shot("knowledge-article-ours", "manager", known.get_absolute_url())
    yield Shot("knowledge-new", "engineer", reverse("knowledge:new"))
    yield Shot("knowledge-edit", "engineer", reverse("knowledge:edit", args=[draft.pk]))
    yield Shot("knowledge-ticket", "engineer", ArticleUse.objects.latest("pk").ticket.get_absolute_url())
