"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from loops.api import LoopViewSet

router = SimpleRouter()
router.register("loops", LoopViewSet, basename="loop")
