"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from knowledge.api import ArticleViewSet

router = SimpleRouter()
router.register("articles", ArticleViewSet, "article")
