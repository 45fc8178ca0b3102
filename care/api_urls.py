"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from care.api import CallViewSet

router = SimpleRouter()
router.register("calls", CallViewSet, "call")
