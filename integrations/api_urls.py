"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from integrations.api import ChangeViewSet

router = SimpleRouter()
router.register("changes", ChangeViewSet, "change")
