"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from obligations.api import ObligationViewSet

router = SimpleRouter()
router.register("obligations", ObligationViewSet, basename="obligation")
