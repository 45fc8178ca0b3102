"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from scoresheets.api import ScoreViewSet

router = SimpleRouter()
router.register("scoresheets", ScoreViewSet, basename="score")
