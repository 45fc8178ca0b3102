"""Articles for administrators: to read; they are written on their own pages."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin import Reading
from knowledge.models import Article


@admin.register(Article)
class ArticleAdmin(Reading, SimpleHistoryAdmin):
    """What is known."""

    list_display = ("title", "title_en", "state", "audience", "author", "updated_at")
    list_filter = ("state", "audience")
    list_select_related = ("author",)
    search_fields = ("title", "title_en")
