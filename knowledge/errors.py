"""What can be refused about articles."""

from __future__ import annotations

from core.errors import NotNow


class Changed(NotNow):
    """Somebody has changed the article since it was read."""

    code = "article_changed"
